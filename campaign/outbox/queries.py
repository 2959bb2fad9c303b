"""What the outbox holds."""

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import func, select

from campaign.core.db import db
from campaign.outbox.models import OutboxMessage, Suppression, WorkerHeartbeat


def give_up_count() -> int:
    """How many messages were given up and are still on record (30 days)."""
    statement = select(func.count()).where(OutboxMessage.state == "failed")
    return db.session.scalar(statement) or 0


def waiting_count() -> int:
    """How many messages have not left yet."""
    statement = select(func.count()).where(OutboxMessage.state == "queued")
    return db.session.scalar(statement) or 0


def suppressed_among(address_keys: Iterable[bytes]) -> frozenset[bytes]:
    """Those of the address keys that must not be written to."""
    statement = select(Suppression.address_key).where(Suppression.address_key.in_(address_keys))
    return frozenset(db.session.scalars(statement))


def reasons_of_suppression(address_keys: Iterable[bytes]) -> dict[bytes, str]:
    """Why each of these address keys must not be written to; those that may are left out."""
    rows = db.session.execute(
        select(Suppression.address_key, Suppression.reason).where(
            Suppression.address_key.in_(address_keys)
        )
    )
    return {row.address_key: row.reason for row in rows}


def batch_counts(batch: str) -> dict[str, int]:
    """How many messages of a batch are in each state; they are on record for 30 days."""
    rows = db.session.execute(
        select(OutboxMessage.state, func.count())
        .where(OutboxMessage.batch == batch)
        .group_by(OutboxMessage.state)
    )
    return {row[0]: row[1] for row in rows}


def is_any_queued(batch: str) -> bool:
    """Whether a message of a batch has still to be sent, or to be tried again."""
    statement = select(OutboxMessage.id).where(
        OutboxMessage.batch == batch, OutboxMessage.state == "queued"
    )
    return db.session.scalar(statement.limit(1)) is not None


def untried_count(batch: str) -> int:
    """How many messages of a batch wait for their first attempt."""
    statement = select(func.count()).where(
        OutboxMessage.batch == batch,
        OutboxMessage.state == "queued",
        OutboxMessage.attempt_count == 0,
    )
    return db.session.scalar(statement) or 0


def last_heartbeat() -> datetime | None:
    """When a worker last said that it runs; None when none ever did."""
    statement = select(WorkerHeartbeat.last_run_at).where(WorkerHeartbeat.name == "worker")
    return db.session.scalar(statement)


def undelivered_counts(kinds: Collection[str], since: datetime) -> dict[str, int]:
    """How many messages of these kinds, written since a moment, never arrived: "failed" were given up,
    "suppressed" were held back because the address had refused mail before. A message does not say
    which petition it is about: these are all of the site's."""
    rows = db.session.execute(
        select(OutboxMessage.state, func.count())
        .where(
            OutboxMessage.state.in_(("failed", "suppressed")),
            OutboxMessage.next_attempt_at >= since,
            OutboxMessage.created_at >= since,
            OutboxMessage.kind.in_(kinds),
        )
        .group_by(OutboxMessage.state)
    )
    return {row[0]: row[1] for row in rows}
