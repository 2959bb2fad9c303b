"""Messages on their way out."""

from datetime import datetime

from sqlalchemy import Boolean, Index, LargeBinary, String, Text, false, text
from sqlalchemy.orm import Mapped, mapped_column

from campaign.core.db import BigId, db
from campaign.core.encryption import EncryptedText
from campaign.core.moments import UtcDateTime


class OutboxMessage(db.Model):
    """One message to one person, kept in the transaction of the act that causes it.

    `sealed` holds recipient and context, encrypted; it is emptied once the message has left or is
    given up. `message_key` makes the Message-ID, the same at every attempt. While a worker holds
    the message, `next_attempt_at` lies in the future: a dead worker's message comes back by itself.

    A message to many (`is_bulk`) leaves when no other is due; `batch` says to which sending it belongs.
    """

    __tablename__ = "outbox_message"
    __table_args__ = (
        Index("ix_outbox_message_due", "state", "is_bulk", "next_attempt_at"),
        Index(
            "ix_outbox_message_batch",
            "batch",
            "state",
            sqlite_where=text("batch IS NOT NULL"),
            postgresql_where=text("batch IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    message_key: Mapped[bytes] = mapped_column(LargeBinary(16), unique=True)
    kind: Mapped[str] = mapped_column(String(80))
    language: Mapped[str] = mapped_column(String(8))
    sealed: Mapped[str | None] = mapped_column(
        EncryptedText("outbox_message.sealed"), info={"personal": True}
    )
    state: Mapped[str] = mapped_column(String(10), default="queued")
    attempt_count: Mapped[int] = mapped_column(default=0)
    next_attempt_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_error: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    batch: Mapped[str | None] = mapped_column(String(40))
    is_bulk: Mapped[bool] = mapped_column(Boolean, server_default=false())


class Suppression(db.Model):
    """An address that must not be written to again: a keyed digest, never the address."""

    __tablename__ = "suppression"

    address_key: Mapped[bytes] = mapped_column(
        LargeBinary(16), primary_key=True, info={"personal": True}
    )
    reason: Mapped[str] = mapped_column(String(20))
    suppressed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class WorkerHeartbeat(db.Model):
    """When a worker last ran: the worker itself ("worker") and each of its recurring jobs."""

    __tablename__ = "worker_heartbeat"

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    last_run_at: Mapped[datetime] = mapped_column(UtcDateTime)
