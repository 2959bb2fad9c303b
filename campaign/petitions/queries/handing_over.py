"""Reading what was handed over, and the days to be reminded of."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select

from campaign.core.db import db
from campaign.petitions.models import HandOver, Petition, StageReminder


def hand_overs_of(petition_id: int) -> Sequence[HandOver]:
    """What was handed over, the newest first."""
    return db.session.scalars(
        select(HandOver).where(HandOver.petition_id == petition_id).order_by(HandOver.id.desc())
    ).all()


def reminders_of(petition_id: int) -> dict[str, StageReminder]:
    """The reminder of each stage that has one."""
    rows = db.session.scalars(select(StageReminder).where(StageReminder.petition_id == petition_id))
    return {row.stage: row for row in rows}


def reminders_due(today: date, limit: int) -> list[tuple[int, str]]:
    """The reminders whose day has come and that were not sent, the oldest first. None for a petition
    that was removed."""
    rows = db.session.execute(
        select(StageReminder.petition_id, StageReminder.stage)
        .join(Petition, Petition.id == StageReminder.petition_id)
        .where(
            StageReminder.sent_at.is_(None),
            StageReminder.remind_on <= today,
            Petition.state != "removed",
        )
        .order_by(StageReminder.remind_on, StageReminder.petition_id)
        .limit(limit)
    )
    return [(petition_id, stage) for petition_id, stage in rows]
