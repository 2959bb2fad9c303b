"""Carrying a petition together: an organisation is asked, and answers for itself."""

from datetime import datetime

from sqlalchemy import func, select, update

from campaign.audit.operations import record
from campaign.core.db import db
from campaign.partners.models import Organisation
from campaign.petitions.models import CoalitionInvitation, Petition, PetitionOrganisation
from campaign.petitions.queries.coalition import part_of, questions_about
from campaign.petitions.rules.coalition import (
    CARRYING,
    PARTNER,
    AlreadyAskedError,
    AnsweredError,
    check_may_leave,
)


def ask_to_carry(
    petition: Petition, organisation: Organisation, *, actor: str, now: datetime
) -> CoalitionInvitation:
    """Ask an organisation to carry a petition too. Nothing changes before its own yes.

    Raises AlreadyAskedError.
    """
    is_waiting = any(
        question.organisation_id == organisation.id and question.answered_at is None
        for question in questions_about(petition.id)
    )
    part = part_of(petition.id, organisation.id)
    if is_waiting or (part is not None and part.role in CARRYING):
        raise AlreadyAskedError
    question = CoalitionInvitation(
        petition_id=petition.id, organisation_id=organisation.id, asked_by=actor, asked_at=now
    )
    db.session.add(question)
    db.session.flush()
    _record(petition, organisation, "coalition.asked", actor=actor, now=now)
    return question


def accept_to_carry(question: CoalitionInvitation, *, actor: str, now: datetime) -> None:
    """The organisation says yes: from now on it carries the petition, and its editors may write it.

    Raises AnsweredError.
    """
    _answer(question, "accepted", actor=actor, now=now)
    part = part_of(question.petition_id, question.organisation_id)
    if part is None:
        last = db.session.scalar(
            select(func.max(PetitionOrganisation.position)).where(
                PetitionOrganisation.petition_id == question.petition_id
            )
        )
        part = PetitionOrganisation(
            petition_id=question.petition_id,
            organisation_id=question.organisation_id,
            position=(last or 0) + 1,
        )
        db.session.add(part)
    part.role = PARTNER
    question.petition.changed_at = now
    _record(question.petition, question.organisation, "coalition.accepted", actor=actor, now=now)


def decline_to_carry(question: CoalitionInvitation, *, actor: str, now: datetime) -> None:
    """The organisation says no. Raises AnsweredError."""
    _answer(question, "declined", actor=actor, now=now)
    _record(question.petition, question.organisation, "coalition.declined", actor=actor, now=now)


def withdraw_question(question: CoalitionInvitation, *, actor: str, now: datetime) -> None:
    """Whoever asked takes the question back. Raises AnsweredError."""
    _answer(question, "withdrawn", actor=actor, now=now)
    _record(question.petition, question.organisation, "coalition.withdrawn", actor=actor, now=now)


def leave_coalition(
    petition: Petition, part: PetitionOrganisation, *, actor: str, now: datetime
) -> None:
    """An organisation stops carrying a petition; who said yes to its mails keeps that yes.

    Raises LastCarrierError.
    """
    others = [each.role for each in petition.carriers if each.id != part.id]
    check_may_leave(is_controller=part.is_controller, role=part.role, other_roles=others)
    organisation = part.organisation
    petition.carriers.remove(part)
    db.session.delete(part)
    petition.changed_at = now
    _record(petition, organisation, "coalition.left", actor=actor, now=now)


def _answer(question: CoalitionInvitation, answer: str, *, actor: str, now: datetime) -> None:
    """Only one of two answers at once is kept."""
    answered = db.session.execute(
        update(CoalitionInvitation)
        .where(CoalitionInvitation.id == question.id, CoalitionInvitation.answered_at.is_(None))
        .values(answer=answer, answered_by=actor, answered_at=now)
        .execution_options(synchronize_session=False)
    )
    if answered.rowcount != 1:  # type: ignore[attr-defined]
        raise AnsweredError
    db.session.refresh(question)


def _record(
    petition: Petition, organisation: Organisation, act: str, *, actor: str, now: datetime
) -> None:
    record(
        actor=actor,
        act=act,
        subject=f"petition:{petition.slug}",
        detail=organisation.subject,
        now=now,
    )
