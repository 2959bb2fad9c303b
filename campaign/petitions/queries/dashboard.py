"""What the organisers' dashboard counts, for several petitions at once. No person is read."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, literal, select, union_all

from campaign.core.db import db
from campaign.petitions.models import (
    Burst,
    CoalitionInvitation,
    CountChange,
    ModerationDecision,
    OfficialCount,
    PaperBatch,
    Petition,
    PetitionUpdate,
    Placement,
    SignatoryExport,
    Signature,
    StageReminder,
    TallyPeriod,
)
from campaign.petitions.rules.exporting import ExportState
from campaign.petitions.rules.losses import NO_LOSSES, Losses, days_of_losses
from campaign.petitions.rules.moderating import Act
from campaign.petitions.rules.paper import OUT
from campaign.petitions.rules.placements import PUBLIC
from campaign.petitions.rules.tasks import SUBMITTED, Wait, Waiting
from campaign.petitions.rules.updates import Step

# Named one by one, because the index on the moment begins with the state.
GIVEN = ("pending", "confirmed", "withdrawn")


def losses_of(petition_ids: Collection[int], *, now: datetime) -> dict[int, Losses]:
    """How many of the signatures of the last two weeks nobody has confirmed, by petition. Those older
    than two weeks are erased when they stay unconfirmed, so nothing can be said of them."""
    first, last = days_of_losses(now)
    rows = db.session.execute(
        select(Signature.petition_id, Signature.state, func.count())
        .where(
            Signature.state.in_(GIVEN),
            Signature.created_at >= first,
            Signature.created_at < last,
            Signature.petition_id.in_(petition_ids),
        )
        .group_by(Signature.petition_id, Signature.state)
    )
    given: dict[int, dict[str, int]] = {}
    for petition_id, state, count in rows:
        given.setdefault(petition_id, {})[state] = count
    return {
        petition_id: Losses(sum(found.values()), found.get("pending", 0))
        if (found := given.get(petition_id))
        else NO_LOSSES
        for petition_id in petition_ids
    }


def daily_support(petition_id: int, since: datetime) -> dict[datetime, int]:
    """The net change of confirmed support of each day (UTC) from `since` on, by its beginning."""
    rows = db.session.execute(
        select(TallyPeriod.starts_at, func.sum(TallyPeriod.change))
        .where(
            TallyPeriod.petition_id == petition_id,
            TallyPeriod.period == "day",
            TallyPeriod.channel == "own_form",
            TallyPeriod.starts_at >= since,
        )
        .group_by(TallyPeriod.starts_at)
    )
    return {moment: int(change) for moment, change in rows}


def waiting_of(petition_ids: Collection[int], *, asked_by: str) -> dict[int, dict[Wait, Waiting]]:
    """What waits beside each petition, all of it in one statement. Of the lists that are ready only
    those that `asked_by` (an actor) has asked for and not taken."""
    every = union_all(
        *(
            select(literal(wait.value), table.petition_id, func.count(), func.date(func.min(since)))
            .where(table.petition_id.in_(petition_ids), *where)
            .group_by(table.petition_id)
            for wait, table, since, *where in (*_of_ours(asked_by), *_of_others())
        )
    )
    found: dict[int, dict[Wait, Waiting]] = {}
    for wait, petition_id, count, since in db.session.execute(every):
        found.setdefault(petition_id, {})[Wait(wait)] = Waiting(count, _day(since))
    return found


def _of_ours(asked_by: str) -> list[tuple[Any, ...]]:
    """What the organisers themselves have begun: which, its table, since when, and the conditions."""
    return [
        (Wait.BATCHES, PaperBatch, PaperBatch.out_on, PaperBatch.state == OUT),
        (
            *(Wait.COUNT_CHANGES, CountChange, CountChange.entered_at),
            CountChange.answered_at.is_(None),
        ),
        (
            *(Wait.UPDATES, PetitionUpdate, PetitionUpdate.paused_at),
            PetitionUpdate.state == Step.PAUSED,
        ),
        (
            *(Wait.EXPORTS, SignatoryExport, SignatoryExport.ready_at),
            SignatoryExport.state == ExportState.READY,
            SignatoryExport.asked_by == asked_by,
            SignatoryExport.given_at.is_(None),
        ),
        (
            *(Wait.REMINDERS, StageReminder, StageReminder.remind_on),
            StageReminder.sent_at.is_(None),
        ),
    ]


def _of_others() -> list[tuple[Any, ...]]:
    """The same of what came about without them, or waits for others."""
    last_decisions = (
        select(func.max(ModerationDecision.id))
        .where(ModerationDecision.act != Act.DELAY)
        .group_by(ModerationDecision.petition_id)
    )
    return [
        (Wait.BURSTS, Burst, Burst.noticed_at, Burst.explanation == ""),
        (
            *(Wait.QUESTIONS, CoalitionInvitation, CoalitionInvitation.asked_at),
            CoalitionInvitation.answered_at.is_(None),
        ),
        (
            *(Wait.RETURNED, ModerationDecision, ModerationDecision.decided_at),
            ModerationDecision.act == Act.RETURN,
            ModerationDecision.id.in_(last_decisions),
            ModerationDecision.petition_id.in_(
                select(Petition.id).where(Petition.state == "draft")
            ),
        ),
    ]


def _day(written: Any) -> date | None:
    """A day as either database gives it: a date, or its ISO form."""
    return None if written is None else date.fromisoformat(str(written)[:10])


def waiting_for_moderators() -> Waiting:
    """The petitions of the whole site that were handed in, and since when the oldest waits."""
    count, since = db.session.execute(
        select(func.count(), func.date(func.min(Petition.submitted_at))).where(
            Petition.state.in_(SUBMITTED)
        )
    ).one()
    return Waiting(count, _day(since))


def with_codes_of_their_own(petition_ids: Collection[int]) -> set[int]:
    """Those of these petitions for which a code was made, besides the one on everybody's sheets."""
    return set(
        db.session.scalars(
            select(Placement.petition_id)
            .where(Placement.petition_id.in_(petition_ids), Placement.kind != PUBLIC)
            .distinct()
        )
    )


def with_an_official_count(petition_ids: Collection[int]) -> set[int]:
    """Those of these petitions of which an official count was noted."""
    return set(
        db.session.scalars(
            select(OfficialCount.petition_id)
            .where(OfficialCount.petition_id.in_(petition_ids))
            .distinct()
        )
    )
