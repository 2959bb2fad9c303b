"""Who carries a petition, and who was asked to."""

from collections.abc import Collection, Sequence

from sqlalchemy import select

from campaign.core.db import db
from campaign.petitions.models import CoalitionInvitation, Petition, PetitionOrganisation
from campaign.petitions.rules.coalition import CARRYING


def carrying_organisation_ids(slug: str, **_rest: object) -> set[int]:
    """The organisations that carry the petition at this address, each by its own yes: their editors
    may write it. Nothing where there is no such petition."""
    return set(
        db.session.scalars(
            select(PetitionOrganisation.organisation_id)
            .join(Petition, Petition.id == PetitionOrganisation.petition_id)
            .where(Petition.slug == slug, PetitionOrganisation.role.in_(CARRYING))
        )
    )


def asked_organisation_ids(number: int, **_rest: object) -> set[int]:
    """The organisation to which this question was put."""
    found = db.session.get(CoalitionInvitation, number)
    return set() if found is None else {found.organisation_id}


def questions_about(petition_id: int) -> Sequence[CoalitionInvitation]:
    """Every question about a petition, the newest first."""
    return db.session.scalars(
        select(CoalitionInvitation)
        .where(CoalitionInvitation.petition_id == petition_id)
        .order_by(CoalitionInvitation.id.desc())
    ).all()


def open_questions_to(organisation_ids: Collection[int]) -> Sequence[CoalitionInvitation]:
    """The questions that wait for the answer of one of these organisations."""
    return db.session.scalars(
        select(CoalitionInvitation)
        .where(
            CoalitionInvitation.organisation_id.in_(organisation_ids),
            CoalitionInvitation.answered_at.is_(None),
        )
        .order_by(CoalitionInvitation.id)
    ).all()


def part_of(petition_id: int, organisation_id: int) -> PetitionOrganisation | None:
    """An organisation's part in a petition, if it has one."""
    return db.session.scalar(
        select(PetitionOrganisation).where(
            PetitionOrganisation.petition_id == petition_id,
            PetitionOrganisation.organisation_id == organisation_id,
        )
    )
