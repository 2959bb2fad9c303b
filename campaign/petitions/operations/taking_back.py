"""A person takes a signature back, has all of it erased, says it was not them, or objects to a use."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update

from campaign.audit.operations import record
from campaign.consents.operations import forget_receipts
from campaign.consents.queries import standing_yes
from campaign.core.db import db
from campaign.core.tokens import keyed_digest, token_digest
from campaign.outbox.operations import cancel_waiting, suppress
from campaign.petitions import mails
from campaign.petitions.models import AddressChange, Petition, Signature
from campaign.petitions.operations.confirming import add_to_journal
from campaign.petitions.operations.exporting import leave_out, take_turn
from campaign.petitions.operations.stopping import end_yes, forget_updates, take_back_updates
from campaign.petitions.queries.signatures import by_ref


def withdraw(signature: Signature, *, now: datetime) -> None:
    """Take a signature back: the count falls, the personal columns are emptied at once, and what was
    allowed to organisations is forgotten with them.

    Harmless when repeated; two at once count once.
    """
    mailbox_key = signature.email_key  # before it is emptied
    take_turn(signature.petition_id)
    state = _change_state(signature, "withdrawn", only_from=IN_USE, withdrawn_at=now, **GONE)
    if state == "confirmed":
        add_to_journal(signature.petition_id, signature.stratum, signature.channel, -1, now)
    _forget_beside(signature, mailbox_key, now)
    db.session.expire(signature)


def erase(signature: Signature, *, never_write: bool, now: datetime) -> None:
    """Object to everything (GDPR art. 17 and 21): the count falls and nothing of the signature stays,
    neither its row nor what was allowed nor the mails that still wait.

    With `never_write` the address is suppressed for ever, as a keyed digest that leads to nobody.
    Harmless when repeated; two at once count once.
    """
    take_turn(signature.petition_id)
    current = db.session.get(Signature, signature.id, with_for_update=True, populate_existing=True)
    if current is None:
        return
    if current.state == "confirmed":
        add_to_journal(current.petition_id, current.stratum, current.channel, -1, now)
    if never_write and current.email:
        suppress(address=current.email, reason="objected", now=now)
    _forget_beside(current, current.email_key, now)
    slug = db.session.scalar(select(Petition.slug).where(Petition.id == current.petition_id))
    record(actor="signatory", act="signature.erased", subject=f"petition:{slug}", now=now)
    db.session.delete(current)
    db.session.flush()


def _forget_beside(signature: Signature, mailbox_key: bytes | None, now: datetime) -> None:
    """Forget what is kept of a signature elsewhere: each yes, its line in files that may still be given, a
    new address, mails that wait."""
    leave_out(signature.id, signature.petition_id)
    forget_receipts([signature.ref])
    db.session.execute(delete(AddressChange).where(AddressChange.signature_ref == signature.ref))
    own_link = mails.rights_token(signature.ref, signature.link_version)
    cancel_waiting([own_link, about_mark(signature.ref)], now=now)
    forget_updates(signature.ref, mailbox_key, now=now)


def about_mark(ref: bytes) -> str:
    """What a message about a signature carries where it may not carry the signature's own link."""
    return keyed_digest("about", ref.hex()).hex()


def hide(signature: Signature) -> None:
    """Show nothing of a signatory publicly any more (GDPR art. 21). Harmless when repeated."""
    db.session.execute(
        update(Signature)
        .where(Signature.id == signature.id)
        .values(is_public=False)
        .execution_options(synchronize_session=False)
    )
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


# Whoever allowed an organisation's mails is written to, and nothing more is needed for that.
NOT_NEEDED_TO_WRITE = (
    *("name_key", "given_name", "family_name", "country", "postal_code"),
    *("official_reminder_at", "officially_reminded_at"),
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
        cancel_waiting([mails.rights_token(ref)], now=now)
        return
    signature = db.session.scalar(select(Signature).where(Signature.confirm_digest == digest))
    if signature is not None:
        withdraw(signature, now=now)


def stop_updates(signature_ref: bytes, organisation_id: int, *, now: datetime) -> None:
    """End one organisation's permission to write; who asks for quiet is not reminded of the official
    channel either. Harmless when repeated."""
    found = by_ref(signature_ref)
    if found is not None:
        take_turn(found.petition_id)
        leave_out(found.id, found.petition_id, organisation_id)
    forget_official_reminder(signature_ref)
    end_yes(signature_ref, organisation_id, "withdrawn", now=now)
    mailbox_key = db.session.scalar(
        select(Signature.email_key).where(Signature.ref == signature_ref)
    )
    take_back_updates(mailbox_key, organisation_id=organisation_id, now=now)


def forget_official_reminder(signature_ref: bytes) -> None:
    """Send no reminder of the official channel after all. Harmless when repeated."""
    db.session.execute(
        update(Signature)
        .where(Signature.ref == signature_ref, Signature.official_reminder_at.is_not(None))
        .values(official_reminder_at=None)
        .execution_options(synchronize_session=False)
    )


def stop_all_updates(signature_ref: bytes, *, now: datetime) -> None:
    """End every organisation's permission to write. Harmless when repeated."""
    for receipt, _text in standing_yes(signature_ref):
        stop_updates(signature_ref, receipt.organisation_id, now=now)


def invalidate(signature: Signature, *, now: datetime) -> None:
    """Stop counting one signature found to be false; nobody is mailed. The series lose it where they
    had counted it, as in `operations/invalidating.py`."""
    before = _change_state(signature, "invalidated", only_from=frozenset({"pending", "confirmed"}))
    if before == "confirmed":
        counted_at = signature.confirmed_at or now
        add_to_journal(signature.petition_id, signature.stratum, signature.channel, -1, counted_at)
    db.session.expire(signature)
