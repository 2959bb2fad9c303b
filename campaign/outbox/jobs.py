"""What the outbox forgets: the record of messages that have left or were given up."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, func, select

from campaign.core.db import db
from campaign.outbox.models import OutboxMessage

KEPT_FOR = timedelta(days=30)
AT_ONCE = 500


def count_finished(now: datetime) -> int:
    """How many messages were finished 30 days ago."""
    return db.session.scalar(select(func.count(OutboxMessage.id)).where(_is_due(now))) or 0


def find_finished(now: datetime, after: int) -> tuple[list[int], int | None]:
    """The next of them after this number, and where to go on."""
    last = db.session.scalar(select(func.max(OutboxMessage.id))) or 0
    until = after + AT_ONCE
    ids = db.session.scalars(
        select(OutboxMessage.id).where(
            OutboxMessage.id > after, OutboxMessage.id <= until, _is_due(now)
        )
    )
    return list(ids), until if until < last else None


def forget_finished(ids: list[int], now: datetime) -> int:
    """Delete them."""
    done = db.session.execute(
        delete(OutboxMessage)
        .where(OutboxMessage.id.in_(ids), _is_due(now))
        .execution_options(synchronize_session=False)
    )
    return int(done.rowcount)  # type: ignore[attr-defined]


def _is_due(now: datetime) -> ColumnElement[bool]:
    return (OutboxMessage.state != "queued") & (OutboxMessage.finished_at < now - KEPT_FOR)
