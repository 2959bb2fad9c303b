"""Notes of moderators, which may say something of people, leave half a year after their last word."""

from datetime import datetime

from sqlalchemy import ColumnElement, func, select, update

from campaign.core.db import db
from campaign.petitions.models import ModerationCase
from campaign.petitions.rules.moderating import NOTES_KEPT

AT_ONCE = 500


def _old(now: datetime) -> ColumnElement[bool]:
    return (ModerationCase.notes_at <= now - NOTES_KEPT) & (ModerationCase.notes != "")


def count_notes(now: datetime) -> int:
    """How many petitions have notes whose time is over."""
    found = select(func.count()).select_from(ModerationCase).where(_old(now))
    return db.session.scalar(found) or 0


def find_notes(now: datetime, _after: int) -> tuple[list[int], int | None]:
    """The next of them."""
    found = list(
        db.session.scalars(select(ModerationCase.petition_id).where(_old(now)).limit(AT_ONCE))
    )
    return found, 0 if len(found) == AT_ONCE else None


def forget_notes(petition_ids: list[int], now: datetime) -> int:
    """Empty them."""
    done = db.session.execute(
        update(ModerationCase)
        .where(ModerationCase.petition_id.in_(petition_ids), _old(now))
        .values(notes="", notes_version=ModerationCase.notes_version + 1)
        .execution_options(synchronize_session=False)
    )
    return int(done.rowcount)  # type: ignore[attr-defined]
