"""Senders whose signatures look accepted and are never counted."""

from datetime import datetime

from sqlalchemy import select

from campaign.core.db import db
from campaign.core.email_address import canonical_email, is_disposable
from campaign.core.tokens import keyed_digest
from campaign.petitions.models import BlockedSender


def _keys(email: str) -> tuple[bytes, bytes]:
    mailbox = canonical_email(email)
    return (
        keyed_digest("blocked", mailbox),
        keyed_digest("blocked", "@" + mailbox.rpartition("@")[2]),
    )


def is_blocked(email: str) -> bool:
    """Whether this mailbox, its whole domain, or throw-away mail services are refused the count."""
    if is_disposable(email):
        return True
    query = select(BlockedSender.kind).where(BlockedSender.sender_key.in_(_keys(email))).limit(1)
    return db.session.scalar(query) is not None


def block(email_or_domain: str, *, reason: str, now: datetime) -> None:
    """Stop counting a mailbox ("name@host") or a domain ("@host")."""
    is_domain = email_or_domain.startswith("@")
    key = (
        keyed_digest("blocked", email_or_domain.lower()) if is_domain else _keys(email_or_domain)[0]
    )
    if db.session.get(BlockedSender, key) is None:
        kind = "domain" if is_domain else "mailbox"
        db.session.add(BlockedSender(sender_key=key, kind=kind, reason=reason, blocked_at=now))
        db.session.flush()
