"""Putting a message in the outbox, in the caller's transaction; and never writing again."""

import json
import os
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update

from campaign.core.db import db
from campaign.core.email_address import canonical_email
from campaign.core.statements import Prepared
from campaign.core.tokens import keyed_digest
from campaign.outbox.models import OutboxMessage, Suppression


@dataclass(frozen=True, kw_only=True)
class OutgoingMessage:
    """A message before it is rendered: template, recipient, language and what the template needs.

    `context` must survive JSON. `unsubscribe_path` is set on updates only (RFC 8058), never on a
    confirmation.
    """

    kind: str
    recipient: str
    language: str
    context: dict[str, Any] = field(default_factory=dict)
    unsubscribe_path: str = ""


ENQUEUE = Prepared(
    insert(OutboxMessage.__table__),
    columns=[
        *("message_key", "kind", "language", "sealed", "state", "attempt_count"),
        *("next_attempt_at", "last_error", "created_at"),
    ],
)


def enqueue(message: OutgoingMessage, *, now: datetime) -> None:
    """Keep `message` for delivery; it leaves if and only if the caller's transaction commits."""
    ENQUEUE.run(message_row(message, now=now))


def message_row(message: OutgoingMessage, *, now: datetime) -> dict[str, Any]:
    """The values of `ENQUEUE`, for an act that adds the message by a statement of its own."""
    sealed = json.dumps(
        {
            "recipient": message.recipient,
            "context": message.context,
            "unsubscribe_path": message.unsubscribe_path,
        },
        ensure_ascii=False,
        separators=(",", ":"),
    )
    return {
        "message_key": os.urandom(16),
        "kind": message.kind,
        "language": message.language,
        "sealed": sealed,
        "state": "queued",
        "attempt_count": 0,
        "next_attempt_at": now,
        "last_error": "",
        "created_at": now,
    }


def enqueue_batch(messages: Sequence[OutgoingMessage], *, batch: str, now: datetime) -> list[bytes]:
    """Keep messages to many, which leave when no other message is due; returns each one's key."""
    rows = [
        {**message_row(message, now=now), "batch": batch, "is_bulk": True} for message in messages
    ]
    if rows:
        db.session.execute(insert(OutboxMessage.__table__), rows)
    return [row["message_key"] for row in rows]


def hold_batch(batch: str) -> None:
    """Let no message of this batch leave until it is let go; the few on their way still arrive."""
    _move_batch(batch, "queued", state="held")


def release_batch(batch: str) -> None:
    """Let the messages of this batch leave again."""
    _move_batch(batch, "held", state="queued")


def cancel_batch(batch: str, *, now: datetime) -> None:
    """Take back what has not left of this batch; the few on their way still arrive."""
    for before in ("queued", "held"):
        _move_batch(batch, before, state="cancelled", sealed=None, finished_at=now)


def cancel_messages(message_keys: Collection[bytes], *, now: datetime) -> None:
    """Take these messages back where they have not left."""
    db.session.execute(
        update(OutboxMessage)
        .where(
            OutboxMessage.message_key.in_(message_keys), OutboxMessage.state.in_(("queued", "held"))
        )
        .values(state="cancelled", sealed=None, finished_at=now)
        .execution_options(synchronize_session=False)
    )


def _move_batch(batch: str, before: str, **values: Any) -> None:
    db.session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.batch == batch, OutboxMessage.state == before)
        .values(**values)
        .execution_options(synchronize_session=False)
    )


def note_returned(message_key: bytes, state: str) -> str | None:
    """Remember that a message that had left came back ("bounced") or was complained about
    ("complained"); returns its batch the first time, None when nothing was changed."""
    return db.session.scalar(
        update(OutboxMessage)
        .where(OutboxMessage.message_key == message_key, OutboxMessage.state == "sent")
        .values(state=state)
        .returning(OutboxMessage.batch)
        .execution_options(synchronize_session=False)
    )


def address_key(address: str) -> bytes:
    """How a suppressed address is known: a keyed digest of its canonical form."""
    return keyed_digest("suppression", canonical_email(address))


def suppress(*, address: str, reason: str, now: datetime) -> None:
    """Never write to `address` again. `reason` is a word for the record, such as "refused"."""
    suppress_key(address_key(address), reason=reason, now=now)


def suppress_key(key: bytes, *, reason: str, now: datetime) -> None:
    """The same where only the digest of the address is known. A second time changes nothing."""
    if db.session.get(Suppression, key) is None:
        db.session.add(Suppression(address_key=key, reason=reason, suppressed_at=now))


def cancel_waiting(marks: Collection[str], *, now: datetime) -> int:
    """Take back the messages that have not left and whose content holds one of these marks, such as
    the token of a link; returns how many. One that is on its way already still arrives."""
    waiting = db.session.execute(
        select(OutboxMessage.id, OutboxMessage.sealed).where(
            OutboxMessage.state == "queued", OutboxMessage.sealed.is_not(None)
        )
    )
    ids = [row.id for row in waiting if any(mark in row.sealed for mark in marks)]
    db.session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.id.in_(ids), OutboxMessage.state == "queued")
        .values(state="cancelled", sealed=None, finished_at=now)
        .execution_options(synchronize_session=False)
    )
    return len(ids)
