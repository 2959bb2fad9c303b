"""Putting a message in the outbox, in the caller's transaction; and never writing again."""

import json
import os
from collections.abc import Collection
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


def address_key(address: str) -> bytes:
    """How a suppressed address is known: a keyed digest of its canonical form."""
    return keyed_digest("suppression", canonical_email(address))


def suppress(*, address: str, reason: str, now: datetime) -> None:
    """Never write to `address` again. `reason` is a word for the record, such as "refused"."""
    key = address_key(address)
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
