"""The worker sends an update, a few people at a time, so that little waits in the outbox.

Each step is one short transaction that keeps the messages together with how far it came and to whom
they went: a worker killed in between leaves nothing half done, and nobody is written to twice.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, insert, select

from campaign.audit.operations import record
from campaign.core.db import db
from campaign.outbox.models import OutboxMessage
from campaign.outbox.operations import OutgoingMessage, address_key, enqueue_batch, hold_batch
from campaign.outbox.queries import (
    batch_counts,
    is_any_queued,
    reasons_of_suppression,
    untried_count,
)
from campaign.partners.models import Organisation
from campaign.petitions import mails
from campaign.petitions.models import (
    Petition,
    PetitionUpdate,
    PetitionUpdateRecipient,
    PetitionUpdateText,
    Signature,
)
from campaign.petitions.operations.stopping import end_yes
from campaign.petitions.operations.updates import publish
from campaign.petitions.queries.petitions import petition_by_id, text_for
from campaign.petitions.queries.updates import (
    next_recipients,
    update_by_id,
    written_to_already,
)
from campaign.petitions.rules.states import LISTED
from campaign.petitions.rules.updates import Step, language_to_write, next_step

# Messages of one update that wait in the outbox for their first attempt, at most.
WAITING_AT_MOST = 200
# After this time a message that a worker had when the update ended has arrived or failed.
SETTLE_AFTER = timedelta(minutes=10)
# What a yes became when the mailbox said no, by the reason of the suppression.
DECISIONS = {"refused": "bounced", "bounced": "bounced", "complained": "complained"}


def has_work(sending: PetitionUpdate) -> bool:
    """Whether a step would do anything: looking first keeps the worker from taking SQLite's write lock
    every second."""
    if petition_by_id(sending.petition_id).state not in LISTED:
        return True
    if sending.state == Step.SENDING and sending.at_id >= sending.last_id:
        return not is_any_queued(sending.batch)
    return untried_count(sending.batch) <= WAITING_AT_MOST // 2


def advance(update_id: int, *, now: datetime) -> int | None:
    """One step of a sending: begin it, write to the next people, or end it. Returns how many messages
    were made; None when there is nothing more to do for now.

    An update that was deleted or stopped meanwhile ends the work quietly (behaviour 81).
    """
    sending = update_by_id(update_id, is_locked=True)
    if sending is None or sending.state not in {Step.SCHEDULED, Step.SENDING}:
        return None
    petition = petition_by_id(sending.petition_id)
    organisation = db.session.get_one(Organisation, sending.organisation_id)
    if petition.state not in LISTED or organisation.hidden_at is not None:
        _stop_for_petition(sending, petition, now)
        return None
    if sending.state == Step.SCHEDULED:
        if sending.send_at is None or sending.send_at > now:
            return None
        _begin(sending, petition, now)
    if sending.at_id >= sending.last_id:
        _finish(sending, petition, now)
        return None
    room = WAITING_AT_MOST - untried_count(sending.batch)
    return _write_to_next(sending, petition, room, now) if room > 0 else None


def _begin(sending: PetitionUpdate, petition: Petition, now: datetime) -> None:
    """Everybody who is there now; who signs later was told all of it on the page."""
    sending.state = next_step(sending.state, "start")
    sending.started_at = now
    sending.at_id, sending.last_id = 0, db.session.scalar(select(func.max(Signature.id))) or 0
    publish(sending, now=now)
    _note(sending, petition, "began", now)


def _write_to_next(sending: PetitionUpdate, petition: Petition, room: int, now: datetime) -> int:
    found = next_recipients(sending, room)
    sending.at_id = found.until
    rows = _one_per_mailbox(sending.id, found.rows)
    keys = {row.email_key: address_key(row.email) for row in rows}
    reasons = reasons_of_suppression(keys.values())
    refused = [row for row in rows if keys[row.email_key] in reasons]
    for row in refused:
        decision = DECISIONS.get(reasons[keys[row.email_key]], "withdrawn")
        end_yes(row.ref, sending.organisation_id, decision, now=now)
    written = [row for row in rows if keys[row.email_key] not in reasons]
    message_keys = enqueue_batch(
        _messages(sending, petition, written), batch=sending.batch, now=now
    )
    if written:
        db.session.execute(
            insert(PetitionUpdateRecipient),
            [
                {"update_id": sending.id, "mailbox_key": row.email_key, "message_key": key}
                for row, key in zip(written, message_keys, strict=True)
            ],
        )
    sending.queued_count += len(written)
    sending.skipped_count += len(refused)
    return len(written)


def _one_per_mailbox(update_id: int, rows: Sequence[Any]) -> list[Any]:
    """Two people behind one mailbox, or one person twice, get one message (behaviour 79)."""
    first: dict[bytes, Any] = {}
    for row in rows:
        first.setdefault(row.email_key, row)
    done = written_to_already(update_id, list(first))
    return [row for key, row in first.items() if key not in done]


def _messages(
    sending: PetitionUpdate, petition: Petition, rows: Sequence[Any]
) -> list[OutgoingMessage]:
    texts: Mapping[str, PetitionUpdateText] = {text.language: text for text in sending.texts}
    messages = []
    for row in rows:
        language = language_to_write(row.language, texts, petition.source_language)
        messages.append(
            mails.petition_update(
                sending,
                texts[language],
                recipient=row.email,
                title=text_for(petition, language).title,
                slug=petition.slug,
                ref=row.ref,
                link_version=row.link_version,
            )
        )
    return messages


def _finish(sending: PetitionUpdate, petition: Petition, now: datetime) -> None:
    """It is over when every message has left or was given up, not when the last one was made."""
    if is_any_queued(sending.batch):
        return
    sending.state = next_step(sending.state, "finish")
    sending.ended_at = now
    _note(sending, petition, "ended", now)


def _stop_for_petition(sending: PetitionUpdate, petition: Petition, now: datetime) -> None:
    """Nothing leaves about a petition that was suspended or taken down, nor of a hidden organisation."""
    is_begun = sending.state == Step.SENDING
    sending.state = Step.PAUSED if is_begun else Step.DRAFT
    sending.paused_at = now if is_begun else None
    hold_batch(sending.batch)
    _note(sending, petition, "held_with_petition", now)


def settle(update_id: int, *, now: datetime) -> None:
    """Write down what became of its messages, which the outbox forgets after a month, and end the yes
    of mailboxes that do not exist."""
    ended = update_by_id(update_id, is_locked=True)
    if ended is None or ended.settled_at is not None:
        return
    counts = batch_counts(ended.batch)
    ended.sent_count, ended.failed_count = counts.get("sent", 0), counts.get("failed", 0)
    ended.bounced_count = counts.get("bounced", 0)
    ended.complained_count = counts.get("complained", 0)
    ended.stopped_count = counts.get("cancelled", 0)
    ended.skipped_count += counts.get("suppressed", 0)
    ended.settled_at = now
    for ref, email in _failed(ended):
        reason = reasons_of_suppression([address_key(email)])
        if reason:
            end_yes(ref, ended.organisation_id, "bounced", now=now)


def _failed(ended: PetitionUpdate) -> Sequence[Any]:
    """The signatures whose message of this update was refused."""
    return db.session.execute(
        select(Signature.ref, Signature.email)
        .join(
            PetitionUpdateRecipient,
            PetitionUpdateRecipient.mailbox_key == Signature.email_key,
        )
        .join(OutboxMessage, OutboxMessage.message_key == PetitionUpdateRecipient.message_key)
        .where(
            PetitionUpdateRecipient.update_id == ended.id,
            Signature.petition_id == ended.petition_id,
            Signature.email.is_not(None),
            OutboxMessage.batch == ended.batch,
            OutboxMessage.state == "failed",
        )
    ).all()


def _note(about: PetitionUpdate, petition: Petition, act: str, now: datetime) -> None:
    counts = f"{about.expected_count} {about.queued_count} {about.skipped_count}"
    record(
        actor="worker",
        act=f"update.{act}",
        subject=f"petition:{petition.slug}",
        now=now,
        detail=f"{about.id}: {counts}",
    )
