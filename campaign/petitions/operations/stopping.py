"""An organisation's mails end: the person asked for it, or their mailbox did."""

from datetime import datetime

from sqlalchemy import delete, select, update

from campaign.consents.operations import keep_receipt
from campaign.consents.queries import standing_yes
from campaign.core.db import db
from campaign.core.tokens import read_token
from campaign.outbox.operations import cancel_messages, note_returned, suppress_key
from campaign.outbox.returned_mail import Kind, Report
from campaign.petitions.models import PetitionUpdate, PetitionUpdateRecipient, Signature
from campaign.petitions.queries.updates import messages_to

REF_BYTES = 16


def end_yes(ref: bytes, organisation_id: int, decision: str, *, now: datetime) -> None:
    """End a yes that stands, and say why. Harmless when repeated."""
    for receipt, text in standing_yes(ref):
        if receipt.organisation_id == organisation_id:
            keep_receipt(
                signature_ref=ref,
                consent_text_id=text.id,
                organisation_id=organisation_id,
                decision=decision,
                now=now,
            )


def take_back_updates(
    mailbox_key: bytes | None, *, organisation_id: int | None = None, now: datetime
) -> None:
    """Let no update that still waits leave to this mailbox, of this (None: any) organisation."""
    if mailbox_key is not None:
        cancel_messages(messages_to(mailbox_key, organisation_id), now=now)


def forget_updates(ref: bytes, mailbox_key: bytes | None, *, now: datetime) -> None:
    """The same, and forget that updates were ever written to it, unless somebody else of the same
    petition has the same mailbox."""
    if mailbox_key is None:
        return
    take_back_updates(mailbox_key, now=now)
    is_shared = (
        select(Signature.id)
        .where(Signature.email_key == mailbox_key, Signature.ref != ref)
        .exists()
    )
    db.session.execute(
        delete(PetitionUpdateRecipient)
        .where(PetitionUpdateRecipient.mailbox_key == mailbox_key, ~is_shared)
        .execution_options(synchronize_session=False)
    )


def take_report(report: Report, *, now: datetime) -> None:
    """A mail of ours came back, or its reader calls it spam: a mailbox that does not exist or
    complained is never written to again, and its yes ends. A full mailbox is only counted.

    Harmless when repeated.
    """
    if report.kind is Kind.NOTHING:
        return
    _count(report, note_returned(report.message_key, report.kind) if report.message_key else None)
    if report.kind is Kind.BOUNCED and not report.is_dead:
        return
    suppress_key(report.address_key, reason=report.kind, now=now)
    payload = read_token("unsubscribe", report.stop_token) if report.stop_token else None
    if payload:
        organisation_id = int.from_bytes(payload[REF_BYTES:], "big")
        end_yes(payload[:REF_BYTES], organisation_id, report.kind, now=now)


def _count(report: Report, batch: str | None) -> None:
    """The counts of an update that is settled follow; before, they are the outbox's own."""
    subject, _, number = (batch or "").partition(":")
    if subject != PetitionUpdate.__tablename__:
        return
    counted = {
        Kind.BOUNCED: {"bounced_count": PetitionUpdate.bounced_count + 1},
        Kind.COMPLAINED: {"complained_count": PetitionUpdate.complained_count + 1},
    }[report.kind]
    db.session.execute(
        update(PetitionUpdate)
        .where(PetitionUpdate.id == int(number), PetitionUpdate.settled_at.is_not(None))
        .values({"sent_count": PetitionUpdate.sent_count - 1, **counted})
        .execution_options(synchronize_session=False)
    )
