"""What waits for moderators, and what they have decided."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select

from campaign.audit.models import AuditEntry
from campaign.core.db import db
from campaign.petitions.models import (
    ModerationCase,
    ModerationDecision,
    Petition,
    PetitionOrganisation,
)
from campaign.petitions.rules.coalition import CARRYING
from campaign.petitions.rules.moderating import GOOD_PACE, MARKS, OVERDUE, STOPPED, WAITING, Act
from campaign.petitions.rules.states import LISTED, STATES

QUEUE_LENGTH = 200
# Acts about a petition in the log by which nobody has a hand in its text.
_NOT_WRITING = (
    *(f"petition.{state}" for state in STATES if state != "submitted"),
    *(f"petition.{act}" for act in ("evidence_read", "margin_set", "support_seeded")),
)
FILTERS = ("waiting", "mine", "overdue", "aside", "stopped", "refused")


@dataclass(frozen=True)
class QueueLine:
    """A petition in the queue, and what moderators share about it, if anything."""

    petition: Petition
    case: ModerationCase | None


def case_of(petition_id: int) -> ModerationCase | None:
    """What moderators share about a petition."""
    return db.session.get(ModerationCase, petition_id)


def decisions_of(petition_id: int) -> Sequence[ModerationDecision]:
    """Every decision about a petition, the newest first."""
    return db.session.scalars(
        select(ModerationDecision)
        .where(ModerationDecision.petition_id == petition_id)
        .order_by(ModerationDecision.id.desc())
    ).all()


def last_decision(petition_id: int) -> ModerationDecision | None:
    """The last one; telling that it takes longer decides nothing."""
    return next((each for each in decisions_of(petition_id) if each.act != Act.DELAY), None)


def decision_to_undo(petition: Petition) -> ModerationDecision | None:
    """The decision that stopped or refused a petition, by which it came into the state it is in."""
    return next(
        (
            each
            for each in decisions_of(petition.id)
            if each.state_after == petition.state and each.act in {Act.STOP, Act.REJECT}
        ),
        None,
    )


def queue(
    chosen: str, organisation_ids: Collection[int] | None, *, actor: str, now: datetime
) -> list[QueueLine]:
    """The petitions that moderators of these organisations (None: all) see under a filter, those that
    have waited longest first."""
    rows = db.session.execute(
        select(Petition, ModerationCase)
        .outerjoin(ModerationCase, ModerationCase.petition_id == Petition.id)
        .where(_chosen(chosen, actor, now), *_carried(organisation_ids))
        .order_by(Petition.submitted_at.asc().nulls_first(), Petition.id)
        .limit(QUEUE_LENGTH)
    )
    return [QueueLine(petition, case) for petition, case in rows]


def _chosen(chosen: str, actor: str, now: datetime) -> ColumnElement[bool]:
    waits = Petition.state.in_(WAITING)
    is_aside = func.coalesce(ModerationCase.mark, "").in_(MARKS)
    return {
        "mine": waits & (ModerationCase.claimed_by == actor),
        "overdue": waits & (Petition.submitted_at <= now - OVERDUE),
        "aside": waits & is_aside,
        "stopped": Petition.state.in_(STOPPED) & Petition.opens_at.is_not(None),
        "refused": or_(
            Petition.state == "rejected",
            (Petition.state == "hidden") & Petition.opens_at.is_(None),
        ),
    }.get(chosen, waits & ~(func.coalesce(ModerationCase.mark, "") == "dormant"))


def _carried(organisation_ids: Collection[int] | None) -> list[ColumnElement[bool]]:
    if organisation_ids is None:
        return []
    return [
        Petition.carriers.any(
            PetitionOrganisation.organisation_id.in_(organisation_ids)
            & PetitionOrganisation.role.in_(CARRYING)
        )
    ]


def petition_called(typed: str, organisation_ids: Collection[int] | None) -> Petition | None:
    """The petition of this address or number, among those that one moderates."""
    is_it = Petition.slug == typed.strip().lower()
    if typed.strip().isdecimal() and len(typed.strip()) < 10:
        is_it = is_it | (Petition.id == int(typed))
    return db.session.scalar(select(Petition).where(is_it, *_carried(organisation_ids)).limit(1))


def has_published(organisation_ids: Collection[int], *, besides: int) -> bool:
    """Whether one of these organisations carries another petition that was opened before."""
    found = db.session.scalar(
        select(Petition.id)
        .join(PetitionOrganisation, PetitionOrganisation.petition_id == Petition.id)
        .where(
            PetitionOrganisation.organisation_id.in_(organisation_ids),
            PetitionOrganisation.role.in_(CARRYING),
            Petition.id != besides,
            Petition.state.in_(LISTED | {"suspended"}),
        )
        .limit(1)
    )
    return found is not None


def writers_of(slug: str) -> set[str]:
    """Who has had a hand in the text, or handed it in: as the log tells it."""
    return set(
        db.session.scalars(
            select(AuditEntry.actor)
            .where(
                AuditEntry.subject == f"petition:{slug}",
                AuditEntry.act.startswith("petition."),
                AuditEntry.act.not_in(_NOT_WRITING),
            )
            .distinct()
        )
    )


@dataclass(frozen=True)
class Throughput:
    """How many petitions were answered in a time, and how many of them within a week."""

    answered: int
    in_good_time: int


def throughput(since: datetime, organisation_ids: Collection[int] | None) -> Throughput:
    """What moderators answered since a moment: opened, given back, refused."""
    rows = db.session.execute(
        select(ModerationDecision.submitted_at, ModerationDecision.decided_at)
        .join(Petition, Petition.id == ModerationDecision.petition_id)
        .where(
            ModerationDecision.decided_at >= since,
            ModerationDecision.act.in_([Act.APPROVE, Act.RETURN, Act.REJECT]),
            ModerationDecision.submitted_at.is_not(None),
            *_carried(organisation_ids),
        )
    ).all()
    quick = sum(
        submitted_at is not None and decided_at - submitted_at <= GOOD_PACE
        for submitted_at, decided_at in rows
    )
    return Throughput(len(rows), quick)
