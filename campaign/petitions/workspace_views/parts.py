"""The organisers' pages of one petition. A new page adds its line here; who may not open it does not
see it, and a line whose page does not exist yet is left out."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from flask import current_app, url_for
from flask_babel import lazy_gettext as _l

from campaign.accounts.guards import may
from campaign.accounts.permissions import Permission


@dataclass(frozen=True)
class Part:
    """One page: its endpoint, which takes the slug; its word and what for; what it asks for."""

    endpoint: str
    label: Any
    purpose: Any
    permission: Permission


@dataclass(frozen=True)
class ShownPart:
    """A page as a person sees it in the list."""

    label: Any
    purpose: Any
    address: str


PARTS = (
    Part(
        "petitions_workspace.edit",
        _l("Write it"),
        _l("texts, translations, days, picture, and sending it to the moderators"),
        Permission.PETITION_EDIT,
    ),
    Part(
        "petitions_workspace.coalition_page",
        _l("Who carries it"),
        _l("the organisations behind it, and asking one more"),
        Permission.PETITION_READ,
    ),
    Part(
        "petitions_workspace.moderation_page",
        _l("Moderation"),
        _l("reading it before it opens, stopping it, bringing it back"),
        Permission.PETITION_MODERATE,
    ),
    Part(
        "petitions_workspace.margin_page",
        _l("The margin"),
        _l("how far beyond the minimum you aim, and why"),
        Permission.MARGIN_SET,
    ),
    Part(
        "petitions_workspace.counts",
        _l("Official counts"),
        _l("what the authority’s platform shows, region by region"),
        Permission.COUNT_ENTER,
    ),
    Part(
        "petitions_workspace.paper",
        _l("Paper"),
        _l("batches of the official form: out, back, counted, handed over"),
        Permission.PAPER_KEEP,
    ),
    Part(
        "petitions_workspace.hand_over",
        _l("Handing over"),
        _l("the pack for the authority: counts, sealed list, letter"),
        Permission.HANDOVER_MAKE,
    ),
    Part(
        "petitions_workspace.stages",
        _l("Stages"),
        _l("what becomes of it, on the public timeline, and reminders"),
        Permission.HANDOVER_MAKE,
    ),
    Part(
        "petitions_workspace.evidence_page",
        _l("Evidence"),
        _l("how often the official channel fails, to show to the authority"),
        Permission.EVIDENCE_READ,
    ),
    Part(
        "petitions_workspace.abuse_page",
        _l("Bursts and false signatures"),
        _l("what was noticed, and stopping what is false"),
        Permission.SIGNATURE_INVALIDATE,
    ),
    Part(
        "petitions_workspace.find_page",
        _l("Find a signature"),
        _l("to answer a person who asks about theirs"),
        Permission.SIGNATURE_FIND,
    ),
    Part(
        "petitions_workspace.updates_page",
        _l("Updates by mail"),
        _l("write to those who said yes to your organisation"),
        Permission.UPDATE_WRITE,
    ),
    Part(
        "petitions_workspace.exports_page",
        _l("Those who said yes"),
        _l("a list of who wants your organisation’s mails"),
        Permission.EXPORT_MAKE,
    ),
    Part(
        "voices_workspace.collection",
        _l("Voices"),
        _l("those who cannot sign: what waits, what is shown"),
        Permission.VOICE_MODERATE,
    ),
    Part(
        "petitions_workspace.codes",
        _l("Codes and placements"),
        _l("stands, posters, partners’ sites: what each brings"),
        Permission.PLACEMENT_ISSUE,
    ),
)


def parts_for(slug: str, carrying: Collection[int]) -> list[ShownPart]:
    """The pages of this petition, carried by these organisations, that the person who asks may use."""
    return [
        ShownPart(part.label, part.purpose, url_for(part.endpoint, slug=slug))
        for part in PARTS
        if part.endpoint in current_app.view_functions and may(part.permission, carrying)
    ]
