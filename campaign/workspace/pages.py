"""What the overview and the page of an organisation show."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import url_for

from campaign.accounts import queries as accounts
from campaign.accounts.permissions import (
    MATRIX,
    NEED_SECOND_FACTOR,
    SENSITIVE,
    Grant,
    Permission,
    Role,
)
from campaign.accounts.vocabulary import PERMISSION_LABELS, ROLE_LABELS
from campaign.i18n.languages import current_code
from campaign.partners import queries as partners
from campaign.partners.models import Organisation
from campaign.petitions.models import Petition
from campaign.petitions.pages import cards_for
from campaign.petitions.queries import petitions
from campaign.petitions.queries.coalition import carrying_organisation_ids, open_questions_to
from campaign.petitions.queries.petitions import text_for
from campaign.petitions.rules.states import LISTED
from campaign.petitions.vocabulary import STATE_LABELS


@dataclass(frozen=True)
class PetitionLine:
    """A petition in a list: its address is empty while the public cannot read it, `hub` and `coalition`
    where the organisation does not carry it."""

    title: str
    language: str
    direction: str
    state_label: Any
    support_count: int
    days_left: int | None
    address: str
    hub: str
    coalition: str


@dataclass(frozen=True)
class Question:
    """A coalition that one of my organisations is asked to join."""

    number: int
    organisation: str
    title: str
    language: str


@dataclass(frozen=True)
class OrganisationPart:
    """An organisation of mine: my roles in it, and its petitions."""

    organisation: Organisation
    roles: list[Any]
    member_count: int
    petitions: list[PetitionLine]


def parts_of(grants: Sequence[Grant], *, now: datetime) -> list[OrganisationPart]:
    """The organisations in which somebody has a role, by name."""
    roles: dict[int, list[Any]] = {}
    for grant in grants:
        if grant.organisation_id is not None:
            roles.setdefault(grant.organisation_id, []).append(ROLE_LABELS[grant.role])
    counts = accounts.member_counts(list(roles))
    return [
        OrganisationPart(
            organisation,
            roles[organisation.id],
            counts.get(organisation.id, 0),
            petition_lines(organisation.id, now=now),
        )
        for organisation in partners.organisations(roles)
    ]


def petition_lines(organisation_id: int, *, now: datetime) -> list[PetitionLine]:
    """The petitions of an organisation, whatever their state."""
    carried = petitions.carried_by([organisation_id])
    written = [petition for petition in carried if petition.texts]
    cards = cards_for(written, current_code(), now=now)
    return [
        PetitionLine(
            title=card.title,
            language=card.language,
            direction=card.direction,
            state_label=card.state_label,
            support_count=card.support_count,
            days_left=card.days_left,
            address=card.url if card.state in LISTED else "",
            **_organisers_addresses(card.slug, organisation_id),
        )
        for card in cards
    ] + [_untitled(petition, organisation_id) for petition in carried if not petition.texts]


def _organisers_addresses(slug: str, organisation_id: int) -> dict[str, str]:
    if organisation_id not in carrying_organisation_ids(slug):
        return {"hub": "", "coalition": ""}
    return {
        "hub": url_for("petitions_workspace.hub", slug=slug),
        "coalition": url_for("petitions_workspace.coalition_page", slug=slug),
    }


def questions_to(organisation_ids: Collection[int]) -> list[Question]:
    """The coalitions that these organisations are asked to join."""
    questions = []
    for asked in open_questions_to(organisation_ids):
        text = text_for(asked.petition, current_code())
        questions.append(Question(asked.id, asked.organisation.name, text.title, text.language))
    return questions


def _untitled(petition: Petition, organisation_id: int) -> PetitionLine:
    addresses = _organisers_addresses(petition.slug, organisation_id)
    state_label = STATE_LABELS[petition.state]
    return PetitionLine(petition.slug, "", "", state_label, 0, None, "", **addresses)


@dataclass(frozen=True)
class MatrixRow:
    """One line of the table: what may be done, and by whom; `is_sensitive` asks a second factor."""

    permission: str
    label: Any
    cells: list[bool]
    is_sensitive: bool


def matrix() -> tuple[list[tuple[Any, bool]], list[MatrixRow]]:
    """THE table of permissions: its columns (role, whether it needs a second factor), its rows."""
    columns = [(ROLE_LABELS[role], role in NEED_SECOND_FACTOR) for role in Role]
    rows = [
        MatrixRow(
            permission.value,
            PERMISSION_LABELS[permission],
            [role in MATRIX[permission] for role in Role],
            permission in SENSITIVE,
        )
        for permission in Permission
    ]
    return columns, rows
