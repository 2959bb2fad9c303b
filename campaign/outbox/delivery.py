"""Taking messages out: claim a few, send each over a kept connection, record what was sent.

At least once: messages are recorded as sent after the server has accepted them, a few at a time
when they come quickly, so a worker killed in between sends those few twice, with the same Message-ID.
A claimed message whose worker died becomes due again by itself when its lease runs out.
"""

import json
import logging
import secrets
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, select, update

from campaign.core import clock
from campaign.core.db import db, open_connection, transaction
from campaign.outbox.composing import Composer, Letter, UnrenderableError
from campaign.outbox.models import OutboxMessage
from campaign.outbox.operations import address_key, suppress
from campaign.outbox.queries import suppressed_among
from campaign.outbox.rules import Outcome, backoff, is_given_up, server_pause
from campaign.outbox.transport import DeliveryError, Transport

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=5)
# A message may take several time-outs of the transport: start none late in the lease.
STARTING_TIME = LEASE / 2
BATCH = 50
# Messages to many are taken a few at a time: who signs meanwhile waits for these few only.
BULK_AT_ONCE = 10
# A durable commit costs more than sending a mail: this many share one, if they come quickly.
RECORDED_TOGETHER = 10
RECORDED_WITHIN = timedelta(seconds=1)

outbox = OutboxMessage.__table__


@dataclass(frozen=True)
class ClaimedMessage:
    """A letter this worker alone may send until the lease runs out."""

    id: int
    attempt_count: int
    letter: Letter
    address_key: bytes


class Delivery:
    """One worker's way of emptying the outbox. Needs an application context at each call.

    `may_continue` is asked before each message; when it says no, the others are given back.
    """

    def __init__(
        self, *, composer: Composer, transport: Transport, may_continue: Callable[[], bool]
    ) -> None:
        self._composer = composer
        self._transport = transport
        self._may_continue = may_continue
        self._server_failure_count = 0
        self._paused_until: datetime | None = None
        self._sent: list[ClaimedMessage] = []
        self._first_sent_at: datetime | None = None

    def deliver_batch(self, *, limit: int = BATCH) -> int:
        """Send up to `limit` due messages; returns how many were dealt with.

        While the mail server is unavailable, returns 0 at once until its pause is over.
        """
        claimed_at = clock.now()
        if self._paused_until is not None and claimed_at < self._paused_until:
            return 0
        claimed = claim_due(limit=limit, now=claimed_at)
        suppressed = _suppressed_keys(claimed)
        waiting = deque(claimed)
        is_server_up = True
        try:
            while waiting and is_server_up and not self._must_end(claimed_at):
                message = waiting.popleft()
                if message.address_key in suppressed:
                    _finish([message], "suppressed", now=clock.now())
                else:
                    is_server_up = self._deliver(message)
        finally:
            self._record_sent()
        give_back(list(waiting), now=clock.now())
        return len(claimed) - len(waiting)

    def close(self) -> None:
        """Leave the mail server."""
        self._transport.close()

    def _must_end(self, claimed_at: datetime) -> bool:
        return not self._may_continue() or clock.now() - claimed_at > STARTING_TIME

    def _deliver(self, message: ClaimedMessage) -> bool:
        try:
            self._send(message.letter)
        except DeliveryError as failure:
            _record_failure(message, failure, now=clock.now())
            if failure.outcome is Outcome.SERVER_UNAVAILABLE:
                self._pause(failure.reason)
                return False
        else:
            self._note_sent(message, clock.now())
        self._server_failure_count = 0
        return True

    def _note_sent(self, message: ClaimedMessage, now: datetime) -> None:
        self._sent.append(message)
        self._first_sent_at = self._first_sent_at or now
        is_late = now - self._first_sent_at >= RECORDED_WITHIN
        if is_late or len(self._sent) >= RECORDED_TOGETHER:
            self._record_sent()

    def _record_sent(self) -> None:
        sent, self._sent, self._first_sent_at = self._sent, [], None
        if sent:
            _finish(sent, "sent", now=clock.now())

    def _send(self, letter: Letter) -> None:
        try:
            mail = self._composer.compose(letter, now=clock.now())
        except UnrenderableError as error:
            raise DeliveryError(Outcome.PERMANENT, f"unrenderable: {error}") from error
        self._transport.send(mail)

    def _pause(self, reason: str) -> None:
        self._server_failure_count += 1
        pause = server_pause(self._server_failure_count)
        self._paused_until = clock.now() + pause
        log.warning("mail server unavailable (%s); next try in %d s", reason, pause.seconds)


def claim_due(*, limit: int, now: datetime) -> list[ClaimedMessage]:
    """Take up to `limit` due messages, oldest due first, for the length of a lease; of those to many
    a few, and only when nothing else is due.

    Any number of workers may ask at once: each message goes to one of them.
    """
    return _claim_of(is_bulk=False, limit=limit, now=now) or _claim_of(
        is_bulk=True, limit=min(limit, BULK_AT_ONCE), now=now
    )


def _claim_of(*, is_bulk: bool, limit: int, now: datetime) -> list[ClaimedMessage]:
    due = (
        select(outbox.c.id)
        .where(
            outbox.c.state == "queued",
            outbox.c.is_bulk == is_bulk,
            outbox.c.next_attempt_at <= now,
        )
        .order_by(outbox.c.next_attempt_at, outbox.c.id)
        .limit(limit)
    )
    # Looking first keeps an idle worker from taking SQLite's write lock every second.
    if db.session.execute(due.limit(1)).first() is None:
        db.session.rollback()
        return []
    chosen = due.with_for_update(skip_locked=True).cte("due")
    claim = (
        update(outbox)
        .where(outbox.c.id.in_(select(chosen.c.id)))
        .values(next_attempt_at=now + LEASE)
        .returning(
            *(outbox.c.id, outbox.c.message_key, outbox.c.kind, outbox.c.language),
            *(outbox.c.sealed, outbox.c.attempt_count),
        )
    )
    with transaction():
        rows = db.session.execute(claim).all()
    return [_opened(row) for row in sorted(rows, key=lambda row: row.id)]


def give_back(messages: list[ClaimedMessage], *, now: datetime) -> None:
    """End the lease of messages that were not tried; nothing else about them changes."""
    if messages:
        ids = [message.id for message in messages]
        with transaction():
            db.session.execute(
                update(outbox).where(outbox.c.id.in_(ids)).values(next_attempt_at=now)
            )


def _suppressed_keys(messages: list[ClaimedMessage]) -> frozenset[bytes]:
    if not messages:
        return frozenset()
    keys = suppressed_among([message.address_key for message in messages])
    db.session.rollback()
    return keys


def _opened(row: Row[Any]) -> ClaimedMessage:
    sealed = json.loads(row.sealed)
    letter = Letter(
        message_key=row.message_key,
        kind=row.kind,
        language=row.language,
        recipient=sealed["recipient"],
        context=sealed["context"],
        unsubscribe_path=sealed["unsubscribe_path"],
    )
    return ClaimedMessage(row.id, row.attempt_count, letter, address_key(letter.recipient))


def _record_failure(message: ClaimedMessage, failure: DeliveryError, *, now: datetime) -> None:
    if failure.outcome is Outcome.SERVER_UNAVAILABLE and not failure.is_suspect:
        give_back([message], now=now)
        return
    attempts = message.attempt_count + 1
    if failure.outcome is Outcome.PERMANENT or is_given_up(attempts):
        log.warning(
            "message %d (%s) given up at attempt %d: %s",
            *(message.id, message.letter.kind, attempts, failure.reason),
        )
        _finish([message], "failed", now=now, failure=failure)
        return
    with transaction():
        db.session.execute(
            update(outbox)
            .where(outbox.c.id == message.id)
            .values(
                attempt_count=attempts,
                next_attempt_at=now + backoff(attempts, secrets.randbelow(1000) / 1000),
                last_error=failure.reason,
            )
        )


def _finish(
    messages: list[ClaimedMessage],
    state: str,
    *,
    now: datetime,
    failure: DeliveryError | None = None,
) -> None:
    """Record what became of messages, all of them in one statement."""
    ended = (
        update(outbox)
        .where(outbox.c.id.in_([message.id for message in messages]))
        .values(
            state=state,
            sealed=None,
            attempt_count=outbox.c.attempt_count + int(state != "suppressed"),
            last_error=failure.reason if failure else "",
            finished_at=now,
        )
    )
    with transaction():
        open_connection().execute(ended)
        if failure is not None and failure.is_dead_address:
            for message in messages:
                suppress(address=message.letter.recipient, reason="refused", now=now)
