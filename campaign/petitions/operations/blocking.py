"""Senders whose signatures look accepted and are never counted."""

from datetime import datetime

from sqlalchemy import Boolean, ColumnElement, and_, bindparam, delete, not_, or_, select

from campaign.audit.operations import record
from campaign.core.db import db
from campaign.core.email_address import canonical_email, is_disposable
from campaign.core.moments import UtcDateTime
from campaign.core.tokens import keyed_digest
from campaign.petitions.models import BlockedSender
from campaign.petitions.rules.blocking import (
    DOMAINS_LOOKED_UP,
    LONGEST_REASON,
    check_domain,
    check_may_block,
    domains_above,
)

_blocked = BlockedSender.__table__
_DOMAIN_KEYS = tuple(f"domain_key_{place}" for place in range(DOMAINS_LOOKED_UP))


def _is_on_the_list(*names: str, is_excepted: bool) -> ColumnElement[bool]:
    """Whether one of these keys is blocked, or excepted, at the moment of signing."""
    kind = _blocked.c.kind
    return (
        select(kind)
        .where(
            _blocked.c.sender_key.in_([bindparam(name) for name in names]),
            kind == "excepted" if is_excepted else kind != "excepted",
            or_(
                _blocked.c.until.is_(None),
                _blocked.c.until > bindparam("created_at", type_=UtcDateTime()),
            ),
        )
        .exists()
    )


# Part of the statement that keeps a signature; its values come from `sender_values`. A block wins
# over an exception, which only takes a domain off the list of throw-away mail services.
IS_BLOCKED = or_(
    and_(
        bindparam("is_disposable", type_=Boolean),
        not_(_is_on_the_list(*_DOMAIN_KEYS, is_excepted=True)),
    ),
    _is_on_the_list("mailbox_key", *_DOMAIN_KEYS, is_excepted=False),
)


def sender_values(email: str) -> dict[str, bytes | bool]:
    """What tells whether this mailbox, a domain it is in, or throw-away mail services are refused
    the count."""
    mailbox = canonical_email(email)
    domains = domains_above(mailbox.rpartition("@")[2])
    keys = {domain: _domain_key(domain) for domain in set(domains)}
    return {
        "mailbox_key": _mailbox_key(mailbox),
        "is_disposable": is_disposable(email),
        **{name: keys[domain] for name, domain in zip(_DOMAIN_KEYS, domains, strict=True)},
    }


def _mailbox_key(mailbox: str) -> bytes:
    return keyed_digest("blocked", mailbox)


def _domain_key(domain: str) -> bytes:
    return keyed_digest("blocked", f"@{domain}")


def block(
    email_or_domain: str,
    *,
    reason: str,
    now: datetime,
    actor: str = "administrator",
    until: datetime | None = None,
) -> None:
    """Stop counting what a mailbox ("name@host") or a domain ("@host", with all below it) signs from
    now on; its owner gets the same answers as anybody. Harmless when repeated.

    Raises DomainUnclearError or HostOfEverybodyError.
    """
    if email_or_domain.startswith("@"):
        domain = check_domain(email_or_domain)
        check_may_block(domain)
        _put_domain(domain, "domain", reason, until, actor, now)
        return
    key = _mailbox_key(canonical_email(email_or_domain))
    if db.session.get(BlockedSender, key) is None:
        _put(key, "mailbox", None, reason, until, actor, now)
        record(actor=actor, act="mailbox.blocked", subject="mailboxes", now=now)


def except_domain(
    typed: str, *, reason: str, now: datetime, actor: str, until: datetime | None = None
) -> None:
    """Count what is signed from a domain although the list of throw-away services names it; takes the
    place of a block of the same domain. Raises DomainUnclearError."""
    _put_domain(check_domain(typed), "excepted", reason, until, actor, now)


def unblock_domain(typed: str, *, now: datetime, actor: str) -> bool:
    """Forget what was said of a domain; whether there was something. Raises DomainUnclearError."""
    domain = check_domain(typed)
    row = db.session.get(BlockedSender, _domain_key(domain))
    if row is None:
        return False
    db.session.delete(row)
    db.session.flush()
    record(actor=actor, act="domain.forgotten", subject=f"domain:{domain}"[:120], now=now)
    return True


def unblock_mailbox(email: str, *, now: datetime, actor: str) -> bool:
    """Count a mailbox again; whether it was blocked. The log does not tell whose it is."""
    row = db.session.get(BlockedSender, _mailbox_key(canonical_email(email)))
    if row is None:
        return False
    db.session.delete(row)
    db.session.flush()
    record(actor=actor, act="mailbox.forgotten", subject="mailboxes", now=now)
    return True


def _put_domain(
    domain: str, kind: str, reason: str, until: datetime | None, actor: str, now: datetime
) -> None:
    key = _domain_key(domain)
    there = db.session.get(BlockedSender, key)
    if there is not None and (there.kind, there.until, there.domain) == (kind, until, domain):
        return
    if there is not None:
        db.session.delete(there)
        db.session.flush()
    _put(key, kind, domain, reason, until, actor, now)
    act = "domain.blocked" if kind == "domain" else "domain.excepted"
    detail = until.isoformat() if until else ""
    record(actor=actor, act=act, subject=f"domain:{domain}"[:120], now=now, detail=detail)


def _put(
    key: bytes,
    kind: str,
    domain: str | None,
    reason: str,
    until: datetime | None,
    actor: str,
    now: datetime,
) -> None:
    db.session.add(
        BlockedSender(
            sender_key=key,
            kind=kind,
            domain=domain,
            reason=reason[:LONGEST_REASON],
            added_by=actor,
            blocked_at=now,
            until=until,
        )
    )
    db.session.flush()


def forget_expired(*, now: datetime) -> int:
    """Delete what was blocked or excepted until a day that has come; returns how many."""
    gone = db.session.execute(
        delete(BlockedSender)
        .where(BlockedSender.until <= now)
        .returning(BlockedSender.sender_key)
        .execution_options(synchronize_session=False)
    )
    return len(gone.all())
