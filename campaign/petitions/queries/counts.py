"""Reading counts."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import func, literal, select, union_all

from campaign.core.db import db
from campaign.petitions.models import (
    OfficialCount,
    Signature,
    Tally,
    TallyEntry,
    TallyPeriod,
    ThresholdCrossing,
)
from campaign.thresholds import rules as thresholds
from campaign.thresholds.rules.forecast import Reading


def support_by_stratum(petition_ids: Sequence[int]) -> dict[int, dict[str, int]]:
    """Confirmed signatures of our own form, per petition and region."""
    counts: dict[int, dict[str, int]] = {petition_id: {} for petition_id in petition_ids}
    rows = db.session.execute(
        select(Tally.petition_id, Tally.stratum, func.sum(Tally.count))
        .where(Tally.petition_id.in_(petition_ids), Tally.channel == "own_form")
        .group_by(Tally.petition_id, Tally.stratum)
    )
    for petition_id, stratum, count in rows:
        counts[petition_id][stratum] = int(count)
    return counts


def official_counts_in_force(petition_ids: Sequence[int]) -> dict[int, list[OfficialCount]]:
    """The latest official count of each petition, channel and region."""
    place = func.row_number().over(
        partition_by=(OfficialCount.petition_id, OfficialCount.channel, OfficialCount.stratum),
        order_by=(OfficialCount.as_of.desc(), OfficialCount.id.desc()),
    )
    placed = (
        select(OfficialCount.id, place.label("place"))
        .where(OfficialCount.petition_id.in_(petition_ids))
        .subquery()
    )
    newest = select(placed.c.id).where(placed.c.place == 1)
    rows = db.session.scalars(
        select(OfficialCount).where(OfficialCount.id.in_(newest)).order_by(OfficialCount.id)
    )
    counts: dict[int, list[OfficialCount]] = {petition_id: [] for petition_id in petition_ids}
    for row in rows:
        counts[row.petition_id].append(row)
    return counts


def official_readings(petition_id: int) -> dict[str, list[Reading]]:
    """All that the official channels showed of one petition, by region, the oldest first; of one day
    the last that was recorded."""
    rows = db.session.execute(
        select(
            OfficialCount.stratum, OfficialCount.channel, OfficialCount.as_of, OfficialCount.count
        )
        .where(OfficialCount.petition_id == petition_id)
        .order_by(OfficialCount.as_of, OfficialCount.id)
    )
    readings: dict[str, list[Reading]] = {}
    for stratum, channel, as_of, count in rows:
        readings.setdefault(stratum, []).append(Reading(channel, as_of, count))
    return readings


def tallies_of(
    support: dict[str, int], official: Sequence[OfficialCount]
) -> list[thresholds.Tally]:
    """Both kinds of numbers, each under its own channel, for the evaluation to choose from."""
    tallies = [thresholds.Tally(stratum, "own_form", count) for stratum, count in support.items()]
    return tallies + [thresholds.Tally(row.stratum, row.channel, row.count) for row in official]


def true_and_kept_counts(petition_id: int) -> list[tuple[str, str, int, int]]:
    """Per region and channel: confirmed signatures counted one by one, and what the tally and its
    unfolded journal say. One statement, so that both are of the same instant."""
    confirmed = select(
        Signature.stratum,
        Signature.channel,
        literal(1).label("true_change"),
        literal(0).label("kept_change"),
    ).where(Signature.petition_id == petition_id, Signature.state == "confirmed")
    folded = select(Tally.stratum, Tally.channel, literal(0), Tally.count).where(
        Tally.petition_id == petition_id
    )
    unfolded = select(TallyEntry.stratum, TallyEntry.channel, literal(0), TallyEntry.change).where(
        TallyEntry.petition_id == petition_id
    )
    every = union_all(confirmed, folded, unfolded).subquery()
    rows = db.session.execute(
        select(
            every.c.stratum,
            every.c.channel,
            func.sum(every.c.true_change),
            func.sum(every.c.kept_change),
        )
        .group_by(every.c.stratum, every.c.channel)
        .order_by(every.c.stratum, every.c.channel)
    )
    return [(stratum, channel, int(true), int(kept)) for stratum, channel, true, kept in rows]


def series(petition_id: int, period: str) -> list[tuple[datetime, str, int]]:
    """The net change per hour or per day and region, oldest first."""
    rows = db.session.execute(
        select(TallyPeriod.starts_at, TallyPeriod.stratum, func.sum(TallyPeriod.change))
        .where(TallyPeriod.petition_id == petition_id, TallyPeriod.period == period)
        .group_by(TallyPeriod.starts_at, TallyPeriod.stratum)
        .order_by(TallyPeriod.starts_at, TallyPeriod.stratum)
    )
    return [(moment, stratum, int(change)) for moment, stratum, change in rows]


def crossings_of(petition_id: int) -> list[ThresholdCrossing]:
    """Every line passed, those fallen below again too, the oldest first."""
    return list(
        db.session.scalars(
            select(ThresholdCrossing)
            .where(ThresholdCrossing.petition_id == petition_id)
            .order_by(ThresholdCrossing.crossed_at, ThresholdCrossing.id)
        )
    )


def official_counts_of(petition_id: int) -> list[OfficialCount]:
    """Every official count that was recorded, by day, channel and region; of one day the last one."""
    rows = db.session.scalars(
        select(OfficialCount)
        .where(OfficialCount.petition_id == petition_id)
        .order_by(OfficialCount.as_of, OfficialCount.id)
    )
    return list({(row.as_of, row.channel, row.stratum): row for row in rows}.values())


def standing_crossings(petition_id: int) -> dict[str, ThresholdCrossing]:
    """The lines passed that still stand."""
    rows = db.session.scalars(
        select(ThresholdCrossing).where(
            ThresholdCrossing.petition_id == petition_id, ThresholdCrossing.undone_at.is_(None)
        )
    )
    return {row.stratum: row for row in rows}


def latest_day(official: Sequence[OfficialCount]) -> date | None:
    """The day of the newest official count."""
    return max((row.as_of for row in official), default=None)


def latest_official_count(
    petition_id: int, channel: str, stratum: str, as_of: date
) -> OfficialCount | None:
    """What was last recorded for this channel, region and day."""
    return db.session.scalar(
        select(OfficialCount)
        .where(
            OfficialCount.petition_id == petition_id,
            OfficialCount.channel == channel,
            OfficialCount.stratum == stratum,
            OfficialCount.as_of == as_of,
        )
        .order_by(OfficialCount.id.desc())
        .limit(1)
    )
