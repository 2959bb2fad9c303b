"""Reading what was entered of the official platform, and what waits for a second person."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import func, select

from campaign.core.db import db
from campaign.petitions.models import CountChange, OfficialCount
from campaign.petitions.rules.official_counts import ONLINE


def counts_known_on(petition_id: int, channel: str, day: date) -> dict[str, OfficialCount]:
    """The count of each region that was in force at the end of a day."""
    rows = db.session.scalars(
        select(OfficialCount)
        .where(
            OfficialCount.petition_id == petition_id,
            OfficialCount.channel == channel,
            OfficialCount.as_of <= day,
        )
        .order_by(OfficialCount.as_of, OfficialCount.id)
    )
    return {row.stratum: row for row in rows}


def entered_counts(petition_id: int, channel: str, limit: int) -> Sequence[OfficialCount]:
    """Every count that was entered, corrected ones too, the newest day first."""
    return db.session.scalars(
        select(OfficialCount)
        .where(OfficialCount.petition_id == petition_id, OfficialCount.channel == channel)
        .order_by(OfficialCount.as_of.desc(), OfficialCount.id.desc())
        .limit(limit)
    ).all()


def changes_of(petition_id: int, limit: int = 50) -> Sequence[CountChange]:
    """The changes that wait for a second person, then those that were decided, the newest first."""
    return db.session.scalars(
        select(CountChange)
        .where(CountChange.petition_id == petition_id)
        .order_by(CountChange.answered_at.is_not(None), CountChange.id.desc())
        .limit(limit)
    ).all()


def waiting_regions(petition_id: int, channel: str) -> frozenset[str]:
    """The regions with a change that waits."""
    return frozenset(
        db.session.scalars(
            select(CountChange.stratum).where(
                CountChange.petition_id == petition_id,
                CountChange.channel == channel,
                CountChange.answered_at.is_(None),
            )
        )
    )


def waiting_counts(petition_ids: Sequence[int]) -> dict[int, int]:
    """How many changes of each petition wait for a second person, where any do."""
    rows = db.session.execute(
        select(CountChange.petition_id, func.count())
        .where(CountChange.petition_id.in_(petition_ids), CountChange.answered_at.is_(None))
        .group_by(CountChange.petition_id)
    )
    return {number: int(count) for number, count in rows}


def change_by_id(number: int) -> CountChange | None:
    """A change by its number."""
    return db.session.get(CountChange, number)


def mark_of_counts(petition_id: int) -> str:
    """What a form has seen: it is another as soon as anybody has entered or decided something."""
    newest = db.session.scalar(
        select(func.max(OfficialCount.id)).where(
            OfficialCount.petition_id == petition_id, OfficialCount.channel == ONLINE
        )
    )
    waiting, answered = db.session.execute(
        select(func.max(CountChange.id), func.count(CountChange.answered_at)).where(
            CountChange.petition_id == petition_id
        )
    ).one()
    return f"{newest or 0}-{waiting or 0}-{answered}"
