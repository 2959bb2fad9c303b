"""Senders whose signatures look accepted and are never counted."""

from datetime import datetime

from sqlalchemy import bindparam, select

from campaign.core.db import db
from campaign.core.email_address import canonical_email, is_disposable
from campaign.core.tokens import keyed_digest
from campaign.petitions.models import BlockedSender

_blocked = BlockedSender.__table__
# Part of the statement that keeps a signature; its values come from `sender_values`.
ON_THE_LIST = (
    select(_blocked.c.kind)
    .where(_blocked.c.sender_key.in_([bindparam("mailbox_key"), bindparam("domain_key")]))
    .exists()
)


def sender_values(email: str) -> dict[str, bytes | bool]:
    """What tells whether this mailbox, its whole domain, or throw-away mail services are refused
    the count."""
    mailbox, domain = _keys(email)
    return {"mailbox_key": mailbox, "domain_key": domain, "is_disposable": is_disposable(email)}


def _keys(email: str) -> tuple[bytes, bytes]:
    mailbox = canonical_email(email)
    return (
        keyed_digest("blocked", mailbox),
        keyed_digest("blocked", "@" + mailbox.rpartition("@")[2]),
    )


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
