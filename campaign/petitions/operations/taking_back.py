"""A person takes a signature back, says it was not them, or stops an organisation's mails."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update

from campaign.consents.operations import forget_receipts, keep_receipt
from campaign.consents.queries import standing_yes
from campaign.core.db import db
from campaign.core.tokens import token_digest
from campaign.petitions.models import Signature
from campaign.petitions.operations.confirming import add_to_journal


def withdraw(signature: Signature, *, now: datetime) -> None:
    """Take a signature back: the count falls, the personal columns are emptied at once, and what was
    allowed to organisations is forgotten with them.

    Harmless when repeated; two at once count once.
    """
    state = _change_state(signature, "withdrawn", only_from=IN_USE, withdrawn_at=now, **GONE)
    if state == "confirmed":
        add_to_journal(signature.petition_id, signature.stratum, signature.channel, -1, now)
    forget_receipts([signature.ref])
    db.session.expire(signature)


def _change_state(
    signature: Signature, state: str, *, only_from: frozenset[str], **columns: Any
) -> str | None:
    """Change the state as it is in the database now, whatever the copy at hand says.

    Returns the state before, or None when nothing was changed.
    """
    before = db.session.scalar(
        select(Signature.state).where(Signature.id == signature.id).with_for_update()
    )
    if before not in only_from:
        return None
    db.session.execute(
        update(Signature)
        .where(Signature.id == signature.id)
        .values(state=state, **columns)
        .execution_options(synchronize_session=False)
    )
    return before


IN_USE = frozenset({"pending", "confirmed", "invalidated"})
ERASED = {
    "email_key": None,
    "name_key": None,
    "given_name": None,
    "family_name": None,
    "email": None,
    "country": None,
    "postal_code": None,
    "is_public": False,
    "confirmed_at": None,
    "official_reminder_at": None,
    "officially_reminded_at": None,
}
# Where one signed is kept with the count, and goes with it.
GONE = ERASED | {"placement_id": None}


def empty_personal_columns(signature_ids: list[int]) -> None:
    """Forget who signed; the signatures stay counted where they were."""
    db.session.execute(
        update(Signature)
        .where(Signature.id.in_(signature_ids))
        .values(**ERASED, confirm_digest=None)
        .execution_options(synchronize_session=False)
    )


def disown(token: str, *, now: datetime) -> None:
    """Forget an unconfirmed signature at once (“it was not me”), and what was agreed to with it; one
    that was confirmed meanwhile is withdrawn. Harmless when repeated."""
    digest = token_digest(token)
    ref = db.session.scalar(
        delete(Signature)
        .where(Signature.confirm_digest == digest, Signature.state == "pending")
        .returning(Signature.ref)
    )
    if ref is not None:
        forget_receipts([ref])
        return
    signature = db.session.scalar(select(Signature).where(Signature.confirm_digest == digest))
    if signature is not None:
        withdraw(signature, now=now)


def stop_updates(signature_ref: bytes, organisation_id: int, *, now: datetime) -> None:
    """End one organisation's permission to write; who asks for quiet is not reminded of the official
    channel either. Harmless when repeated."""
    forget_official_reminder(signature_ref)
    for receipt, text in standing_yes(signature_ref):
        if receipt.organisation_id == organisation_id:
            keep_receipt(
                signature_ref=signature_ref,
                consent_text_id=text.id,
                organisation_id=organisation_id,
                decision="withdrawn",
                now=now,
            )


def forget_official_reminder(signature_ref: bytes) -> None:
    """Send no reminder of the official channel after all. Harmless when repeated."""
    db.session.execute(
        update(Signature)
        .where(Signature.ref == signature_ref, Signature.official_reminder_at.is_not(None))
        .values(official_reminder_at=None)
        .execution_options(synchronize_session=False)
    )


def invalidate(signature: Signature, *, now: datetime) -> None:
    """Stop counting one signature found to be false; nobody is mailed. The series lose it where they
    had counted it, as in `operations/invalidating.py`."""
    before = _change_state(signature, "invalidated", only_from=frozenset({"pending", "confirmed"}))
    if before == "confirmed":
        counted_at = signature.confirmed_at or now
        add_to_journal(signature.petition_id, signature.stratum, signature.channel, -1, counted_at)
    db.session.expire(signature)
