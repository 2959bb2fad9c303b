"""Signing in, proving it again, and leaving."""

import secrets
from collections.abc import Collection
from datetime import datetime

from campaign.accounts.models import Account, AccountSession
from campaign.accounts.operations import factors
from campaign.accounts.operations.passwords import is_right
from campaign.accounts.queries import members_of, session_of, sessions_of
from campaign.accounts.rules import sessions as rules
from campaign.accounts.rules.refusals import (
    NotThereError,
    WrongCodeError,
    WrongConfirmationError,
)
from campaign.audit.operations import record
from campaign.core.db import db
from campaign.core.tokens import random_token, token_digest


def sign_in(*, account: Account, device: str, new_hash: str, now: datetime) -> str:
    """Begin a session for who proved the password; returns the token for the browser.

    Where a second factor was set up the session opens nothing until it is given.
    """
    if new_hash:
        account.password_hash = new_hash
    token = random_token()
    db.session.add(
        AccountSession(
            account_id=account.id,
            token_digest=token_digest(token),
            device_name=rules.device_name(device),
            created_at=now,
            last_used_at=rules.coarse(now),
            expires_at=now + rules.LONGEST,
            confirmed_at=now,
        )
    )
    record(actor=account.actor, act="account.signed_in", subject=account.actor, now=now)
    return token


def complete(session: AccountSession, *, now: datetime) -> str:
    """The second factor was given: the session opens, under a token nobody has seen before."""
    token = random_token()
    session.token_digest = token_digest(token)
    session.second_factor_at = now
    session.confirmed_at = now
    session.challenge = None
    return token


def give_code(session: AccountSession, typed: str, *, now: datetime) -> str:
    """Complete a session with a code of the app or a recovery code. Raises WrongCodeError."""
    factors.use_code(session.account, typed, now=now)
    return complete(session, now=now)


def confirm_again(session: AccountSession, typed: str, *, now: datetime) -> None:
    """Prove again who one is, by the password or a code. Raises WrongConfirmationError."""
    if not is_right(session.account, typed):
        try:
            factors.use_code(session.account, typed, now=now)
        except WrongCodeError:
            raise WrongConfirmationError from None
    session.confirmed_at = now


def keep_challenge(session: AccountSession, challenge: bytes) -> None:
    """What a passkey has to sign next in this session; an earlier one is good no more."""
    session.challenge = challenge


def note_use(session: AccountSession, *, now: datetime) -> None:
    """Keep when a session was last used, to the half hour."""
    session.last_used_at = rules.coarse(now)


def is_good(session: AccountSession, *, now: datetime) -> bool:
    """Whether this session may still be used."""
    return rules.is_good(
        created_at=session.created_at,
        last_used_at=session.last_used_at,
        expires_at=session.expires_at,
        second_factor_at=session.second_factor_at,
        needs_second_factor=session.account.has_second_factor,
        now=now,
    )


def sign_out(session: AccountSession) -> None:
    """End this session."""
    db.session.delete(session)


def end_session(*, account: Account, session_id: int, now: datetime) -> None:
    """End one of one's own sessions. Raises NotThereError."""
    session = session_of(account.id, session_id)
    if session is None:
        raise NotThereError
    db.session.delete(session)
    record(actor=account.actor, act="account.session_ended", subject=account.actor, now=now)


def end_other_sessions(*, account: Account, but: AccountSession | None, now: datetime) -> int:
    """End every session of a person but this one; returns how many there were."""
    others = [each for each in sessions_of(account.id, now=now) if but is None or each.id != but.id]
    for each in others:
        db.session.delete(each)
    if others:
        record(actor=account.actor, act="account.sessions_ended", subject=account.actor, now=now)
    return len(others)


def end_sessions_in(organisation_id: int, *, but: Collection[str], now: datetime) -> int:
    """End every session of an organisation's people, in an emergency, but those of these actors; returns
    how many people were signed out."""
    ended = 0
    for account, _roles in members_of(organisation_id):
        if account.actor not in but:
            ended += bool(end_other_sessions(account=account, but=None, now=now))
    return ended


def device_mark() -> bytes:
    """A random mark for a browser."""
    return secrets.token_bytes(8)
