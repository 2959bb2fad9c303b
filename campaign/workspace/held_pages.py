"""What an organisation holds about people, and until when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l

from campaign.accounts.queries import member_counts, open_invitations
from campaign.i18n.languages import current_code
from campaign.partners.models import Organisation
from campaign.petitions.models import Petition, SignatoryExport
from campaign.petitions.pages.closing import petition_title
from campaign.petitions.queries.exporting import alive_exports, entitled_count, named_count
from campaign.petitions.queries.petitions import carried_by
from campaign.petitions.rules.signing import KEPT_MONTHS, months_after
from campaign.voices.queries import counts_by_state

WITH_NAMES_END = _l("When the person withdraws, and 6 months after the petition closes")
UNTIL_STOPPED = _l("Until the person takes the yes back")
NOT_CLOSED = _l("6 months after the petition closes; no day is set")


@dataclass(frozen=True)
class HeldLine:
    """So many of something; until a day (`until`) or as `rule` says."""

    label: Any
    count: int
    until: datetime | None
    rule: Any


@dataclass(frozen=True)
class HeldPart:
    """What is held beside one petition."""

    slug: str
    title: str
    lines: list[HeldLine]


def held_parts(organisation: Organisation, now: datetime) -> list[HeldPart]:
    """Petition by petition: those who said yes, those who signed, where this organisation answers for
    them, and voices."""
    carried = carried_by([organisation.id])
    voices = counts_by_state([petition.id for petition in carried])
    return [
        HeldPart(
            petition.slug,
            petition_title(petition, current_code()),
            _lines(petition, organisation, sum(voices.get(petition.id, {}).values()), now),
        )
        for petition in carried
    ]


def _lines(
    petition: Petition, organisation: Organisation, voice_count: int, now: datetime
) -> list[HeldLine]:
    until = months_after(petition.closes_at, KEPT_MONTHS) if petition.closes_at else None
    rule = WITH_NAMES_END if until else NOT_CLOSED
    said_yes = entitled_count(petition.id, organisation.id, now)
    lines = [HeldLine(_l("Said yes to your mails: addresses"), said_yes, None, UNTIL_STOPPED)]
    if any(p.is_controller and p.organisation_id == organisation.id for p in petition.carriers):
        names = named_count(petition.id)
        lines.append(HeldLine(_l("Signed: names and addresses"), names, until, rule))
    lines.append(HeldLine(_l("Voices"), voice_count, until, rule))
    return lines


def held_exports(organisation: Organisation) -> Sequence[SignatoryExport]:
    """Lists whose file is there, or being prepared."""
    return alive_exports(organisation_id=organisation.id)


def held_people(organisation: Organisation) -> list[HeldLine]:
    """Of its own people: accounts with a role, invitations that wait."""
    invitations = open_invitations(organisation.id)
    last = max((each.expires_at for each in invitations), default=None)
    return [
        HeldLine(
            _l("Accounts with a role here"),
            member_counts([organisation.id]).get(organisation.id, 0),
            None,
            _l("Until the person deletes the account; the role until it is taken"),
        ),
        HeldLine(
            _l("Invitations that wait, with their address"),
            len(invitations),
            last,
            _l("14 days, or until they are answered"),
        ),
    ]
