"""What the pages about lists of those who said yes show."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from campaign.i18n import formats
from campaign.petitions.models import SignatoryExport, Signature
from campaign.petitions.queries.exporting import given_to
from campaign.petitions.rules.exporting import ExportState, percent_done
from campaign.petitions.vocabulary import EXPORT_STATES


@dataclass(frozen=True)
class ExportLine:
    """A list as a person sees it; `sentence` says how far it is."""

    export: SignatoryExport
    label: Any
    percent: int
    sentence: str
    is_under_way: bool
    is_ready: bool


@dataclass(frozen=True)
class Standing:
    """How many say yes to one organisation now."""

    organisation_id: int
    name: str
    count: int


def export_line(export: SignatoryExport) -> ExportLine:
    """One list."""
    percent = percent_done(export.at_id, export.last_id)
    return ExportLine(
        export=export,
        label=EXPORT_STATES[export.state],
        percent=percent,
        sentence=told(export, percent),
        is_under_way=export.state == ExportState.WRITING,
        is_ready=export.state == ExportState.READY,
    )


def export_lines(exports: Sequence[SignatoryExport]) -> list[ExportLine]:
    """Lists, in the order given."""
    return [export_line(export) for export in exports]


def told(export: SignatoryExport, percent: int) -> str:
    """How far a list is, in one sentence."""
    people: str = ngettext(
        "%(count)s person",
        "%(count)s people",
        export.line_count,
        count=formats.number(export.line_count),
    )
    if export.state == ExportState.WRITING:
        so_far: str = _(
            "%(percent)s gone through, %(people)s found so far.",
            percent=formats.percent(percent),
            people=people,
        )
        return so_far
    return people


@dataclass(frozen=True)
class GivenList:
    """Who has a signatory's details by a list: which organisation, since when, what for."""

    organisation: str
    given_at: Any
    reason: str


def given_lists(signature: Signature) -> list[GivenList]:
    """The lists with this signatory that were taken away, oldest first."""
    return [
        GivenList(export.organisation.name, export.given_at, export.reason)
        for export in given_to(signature)
    ]
