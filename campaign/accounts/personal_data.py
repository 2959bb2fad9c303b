"""Sessions, invitations and links whose time is over; `campaign/privacy` forgets them."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, func, select, update

from campaign.accounts.models import AccountLink, AccountSession, Invitation
from campaign.accounts.rules import sessions as rules
from campaign.accounts.rules.membership import ENDED_KEPT
from campaign.core.db import db

AT_ONCE = 100


def count_sessions(now: datetime) -> int:
    """How many sessions nobody can use any more."""
    return _count(AccountSession, _sessions(now))


def find_sessions(now: datetime, _after: int) -> tuple[list[Any], int | None]:
    """The next of them; the end is reached when fewer come than were asked for."""
    return _first(AccountSession, _sessions(now))


def forget_sessions(ids: list[Any], now: datetime) -> int:
    """Delete them."""
    return _delete(AccountSession, ids, _sessions(now))


def _sessions(now: datetime) -> ColumnElement[bool]:
    return (AccountSession.expires_at <= now) | (
        AccountSession.last_used_at <= now - rules.LONGEST_IDLE - rules.COARSE
    )


def count_invitations(now: datetime) -> int:
    """How many invitations are too old to be accepted, or ended a month ago."""
    return _count(Invitation, _invitations(now))


def find_invitations(now: datetime, _after: int) -> tuple[list[Any], int | None]:
    """The next of them."""
    return _first(Invitation, _invitations(now))


def forget_invitations(ids: list[Any], now: datetime) -> int:
    """Empty the address of those that are too old; delete those that ended a month ago."""
    too_old = Invitation.ended_at.is_(None) & (Invitation.expires_at <= now)
    emptied = db.session.execute(
        update(Invitation)
        .where(Invitation.id.in_(ids), too_old)
        .values(ended_at=now, outcome="expired", email=None, email_key=None)
        .execution_options(synchronize_session=False)
    )
    ended = Invitation.ended_at <= now - ENDED_KEPT
    return int(emptied.rowcount) + _delete(Invitation, ids, ended)  # type: ignore[attr-defined]


def _invitations(now: datetime) -> ColumnElement[bool]:
    return (Invitation.ended_at.is_(None) & (Invitation.expires_at <= now)) | (
        Invitation.ended_at <= now - ENDED_KEPT
    )


def count_links(now: datetime) -> int:
    """How many links by mail nobody can use any more, with the addresses in them."""
    return _count(AccountLink, AccountLink.expires_at <= now)


def find_links(now: datetime, _after: int) -> tuple[list[Any], int | None]:
    """The next of them."""
    return _first(AccountLink, AccountLink.expires_at <= now)


def forget_links(ids: list[Any], now: datetime) -> int:
    """Delete them."""
    return _delete(AccountLink, ids, AccountLink.expires_at <= now)


def _count(table: Any, wanted: ColumnElement[bool]) -> int:
    return db.session.scalar(select(func.count(table.id)).where(wanted)) or 0


def _first(table: Any, wanted: ColumnElement[bool]) -> tuple[list[Any], int | None]:
    found = list(db.session.scalars(select(table.id).where(wanted).limit(AT_ONCE)))
    return found, 0 if len(found) == AT_ONCE else None


def _delete(table: Any, ids: list[Any], wanted: ColumnElement[bool]) -> int:
    done = db.session.execute(
        delete(table).where(table.id.in_(ids), wanted).execution_options(synchronize_session=False)
    )
    return int(done.rowcount)  # type: ignore[attr-defined]
