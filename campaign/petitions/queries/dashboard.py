"""What the organisers' dashboard counts, for several petitions at once. No person is read."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import func, select

from campaign.core.db import db
from campaign.petitions.models import (
    CoalitionInvitation,
    OfficialCount,
    Placement,
    Signature,
    TallyPeriod,
)
from campaign.petitions.rules.losses import NO_LOSSES, Losses, days_of_losses
from campaign.petitions.rules.placements import PUBLIC

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


def oldest_questions(petition_ids: Collection[int]) -> dict[int, datetime]:
    """When the question was put that has waited longest for an organisation's answer, by petition."""
    rows = db.session.execute(
        select(CoalitionInvitation.petition_id, func.min(CoalitionInvitation.asked_at))
        .where(
            CoalitionInvitation.petition_id.in_(petition_ids),
            CoalitionInvitation.answered_at.is_(None),
        )
        .group_by(CoalitionInvitation.petition_id)
    )
    return {row[0]: row[1] for row in rows}


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
