"""The codes of a petition, and the sheets that carry them, as organisers see them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _l

from campaign.i18n.languages import LANGUAGES, current_code
from campaign.petitions.models import EventCode, Petition, Placement
from campaign.petitions.pages.cards import cards_for
from campaign.petitions.pages.sharing import short_link, typed_address
from campaign.petitions.queries.placements import (
    attribution_of,
    event_code_of,
    event_codes_of,
    placements_of,
)
from campaign.petitions.rules.placements import PUBLIC, event_state, shown_count
from campaign.petitions.vocabulary import CODE_STATES, PLACEMENT_KINDS

LIVE = frozenset({"open", "running", "future"})
SHEETS = {
    "poster.pdf": _l("Poster, A4"),
    "leaflets.pdf": _l("Four leaflets, A6"),
    "stand.pdf": _l("Sheet for a stand, A4"),
    "qr.svg": _l("The QR code alone"),
}


@dataclass(frozen=True)
class EventHours:
    """When an event's code works, and how much of it is used. A use is a form that was sent."""

    opens_at: datetime
    closes_at: datetime
    used_count: int
    most: int


@dataclass(frozen=True)
class CodeLine:
    """A placement; `signature_count` is None where it is 1 to 4, which nobody is told. `sheets` are
    those in the reader's language."""

    code: str
    kind: str
    kind_label: Any
    label: str
    state: str
    state_label: Any
    signature_count: int | None
    event: EventHours | None
    sheets: list[tuple[Any, str]]

    @property
    def is_live(self) -> bool:
        """Whether it leads somewhere, now or soon."""
        return self.state in LIVE

    @property
    def may_close(self) -> bool:
        """The sheets that everybody prints keep their code, and what has ended needs no closing."""
        return self.is_live and self.kind != PUBLIC


def code_lines(petition: Petition, *, now: datetime) -> list[CodeLine]:
    """Every code of a petition, the newest first."""
    events, counts = event_codes_of(petition.id), attribution_of(petition.id).by_placement
    return [
        _line(petition.slug, each, events.get(each.id), counts, now=now)
        for each in placements_of(petition.id)
    ]


def code_line(slug: str, placement: Placement, *, now: datetime) -> CodeLine:
    """One of them."""
    counts = attribution_of(placement.petition_id).by_placement
    return _line(slug, placement, event_code_of(placement.id), counts, now=now)


def _line(
    slug: str,
    placement: Placement,
    event: EventCode | None,
    counts: Mapping[int, int],
    *,
    now: datetime,
) -> CodeLine:
    state = "open" if placement.closed_at is None else "closed"
    hours = None
    if event is not None:
        hours = EventHours(event.opens_at, event.closes_at, event.used_count, event.most)
        state = event_state(
            opens_at=event.opens_at,
            closes_at=event.closes_at,
            most=event.most,
            used_count=event.used_count,
            closed_at=placement.closed_at,
            now=now,
        )
    return CodeLine(
        code=placement.code,
        kind=placement.kind,
        kind_label=PLACEMENT_KINDS[placement.kind],
        label=placement.label,
        state=state,
        state_label=CODE_STATES[state],
        signature_count=shown_count(counts.get(placement.id, 0)),
        event=hours,
        sheets=_sheets(slug, placement.code, current_code()),
    )


def may_print(petition: Petition, *, now: datetime) -> bool:
    """Whether sheets are made: nobody hangs up what cannot be signed."""
    if not petition.texts:
        return False
    [card] = cards_for([petition], current_code(), now=now)
    return card.state == "open" and not card.is_over


@dataclass(frozen=True)
class PrintedIn:
    """The sheets of a code in one language."""

    language: str
    name: str
    sheets: list[tuple[Any, str]]


def sheets_of(slug: str, code: str) -> list[PrintedIn]:
    """What may be printed with this code, language by language."""
    return [
        PrintedIn(language.code, language.name, _sheets(slug, code, language.code))
        for language in LANGUAGES
    ]


def _sheets(slug: str, code: str, language: str) -> list[tuple[Any, str]]:
    return [(label, printed_at(slug, code, name, language)) for name, label in SHEETS.items()]


def printed_at(slug: str, code: str, sheet: str, language: str) -> str:
    """The address of a sheet."""
    return url_for("petitions.printed", slug=slug, code=code, sheet=sheet, lang=language)


def address_to_type(code: str) -> str:
    """Where the code leads, as people type it."""
    return typed_address(short_link(code))
