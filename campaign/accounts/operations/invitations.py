"""Inviting people, and what comes of it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import update

from campaign.accounts import mails, queries
from campaign.accounts.models import Account, AccountRole, Invitation
from campaign.accounts.operations import factors
from campaign.accounts.permissions import Role
from campaign.accounts.rules import membership as rules
from campaign.accounts.rules.refusals import (
    AddressTakenError,
    AlreadyMemberError,
    LinkOverError,
    NotThereError,
    OtherMailboxError,
)
from campaign.audit.operations import record
from campaign.core.db import db
from campaign.core.email_address import canonical_email
from campaign.core.tokens import keyed_digest, random_token, token_digest
from campaign.outbox.operations import enqueue


@dataclass(frozen=True, kw_only=True)
class Newcomer:
    """What a person without an account gives: a name of their choice, a hashed password."""

    name: str
    password_hash: str
    language: str


def email_key(email: str) -> bytes:
    """How an account is found by its address: a keyed digest of its canonical form."""
    return keyed_digest("account", canonical_email(email))


def invite(
    *,
    email: str,
    role: Role,
    organisation_id: int | None,
    organisation_name: str,
    language: str,
    actor: str,
    inviter: str,
    now: datetime,
    resets_second_factor: bool = False,
) -> Invitation:
    """Offer a role by mail. Tells nobody whether the address has an account.

    Raises AlreadyMemberError when the same invitation is waiting.
    """
    key = email_key(email)
    before = queries.open_invitation(organisation_id, key, role)
    if before is not None and before.expires_at > now:
        raise AlreadyMemberError
    if before is not None:
        _end(before, "expired", now=now)
        db.session.flush()
    invited = Invitation(
        organisation_id=organisation_id,
        organisation_name=organisation_name,
        role=role,
        email=email,
        email_key=key,
        language=language,
        resets_second_factor=resets_second_factor,
        invited_by=actor,
        created_at=now,
        token_digest=b"",
    )
    _send(invited, inviter=inviter, now=now)
    db.session.add(invited)
    db.session.flush()
    _record(invited, "invitation.sent", actor=actor, now=now)
    return invited


def resend(invited: Invitation, *, actor: str, inviter: str, now: datetime) -> None:
    """Send an invitation again, with a new link; the old one is good no more. Raises LinkOverError."""
    if invited.ended_at is not None:
        raise LinkOverError
    _send(invited, inviter=inviter, now=now)
    _record(invited, "invitation.sent_again", actor=actor, now=now)


def _send(invited: Invitation, *, inviter: str, now: datetime) -> None:
    token = random_token()
    invited.token_digest = token_digest(token)
    invited.sent_at = now
    invited.expires_at = now + rules.INVITATION_LASTS
    enqueue(mails.invitation(invited, token, inviter=inviter), now=now)


def revoke(invited: Invitation, *, actor: str, now: datetime) -> None:
    """Withdraw an invitation. Raises LinkOverError when it was answered in the meantime."""
    _claim(invited, "revoked", now=now)
    _record(invited, "invitation.revoked", actor=actor, now=now)


def invitation_of(invitation_id: int, organisation_id: int | None) -> Invitation:
    """An open invitation of this organisation. Raises NotThereError."""
    invited = db.session.get(Invitation, invitation_id)
    if (
        invited is None
        or invited.organisation_id != organisation_id
        or invited.ended_at is not None
    ):
        raise NotThereError
    return invited


def check_invitation(token: str, *, now: datetime) -> Invitation:
    """The invitation of this link, still good. Raises LinkOverError."""
    invited = queries.invitation_by_digest(token_digest(token))
    if invited is None:
        raise LinkOverError
    rules.check_may_accept(ended_at=invited.ended_at, expires_at=invited.expires_at, now=now)
    return invited


def accept_as_newcomer(token: str, newcomer: Newcomer, *, now: datetime) -> Account:
    """Make an account and give it the role. Raises LinkOverError, AddressTakenError."""
    invited = check_invitation(token, now=now)
    email, key = invited.email, invited.email_key
    if email is None or key is None:
        raise LinkOverError
    _claim(invited, "accepted", now=now)
    if queries.account_by_key(key) is not None:
        raise AddressTakenError
    account = Account(
        name=newcomer.name,
        email=email,
        email_key=key,
        password_hash=newcomer.password_hash,
        language=newcomer.language,
        created_at=now,
        password_changed_at=now,
    )
    db.session.add(account)
    db.session.flush()
    _give(invited, account, now=now)
    return account


def accept(token: str, account: Account, *, now: datetime) -> Invitation:
    """Give a person who has an account one more role.

    Raises LinkOverError, and OtherMailboxError when it was sent to somebody else.
    """
    invited = check_invitation(token, now=now)
    if invited.email_key != account.email_key:
        raise OtherMailboxError
    _claim(invited, "accepted", now=now)
    if invited.resets_second_factor:
        factors.reset_factors(account)
    _give(invited, account, now=now)
    return invited


def _give(invited: Invitation, account: Account, *, now: datetime) -> None:
    if invited.organisation_id is None:
        account.is_administrator = True
    elif invited.role not in {
        each.role for each in queries.roles_in(account.id, invited.organisation_id)
    }:
        db.session.add(
            AccountRole(
                account_id=account.id,
                organisation_id=invited.organisation_id,
                role=invited.role,
                granted_at=now,
            )
        )
    _record(invited, "invitation.accepted", actor=account.actor, now=now)


def _claim(invited: Invitation, outcome: str, *, now: datetime) -> None:
    """End an invitation, for one of two at once only."""
    claimed = db.session.execute(
        update(Invitation)
        .where(Invitation.id == invited.id, Invitation.ended_at.is_(None))
        .values(ended_at=now, outcome=outcome, email=None, email_key=None)
        .execution_options(synchronize_session=False)
    )
    if claimed.rowcount != 1:  # type: ignore[attr-defined]
        raise LinkOverError
    db.session.refresh(invited)


def _end(invited: Invitation, outcome: str, *, now: datetime) -> None:
    invited.ended_at = now
    invited.outcome = outcome
    invited.email = invited.email_key = None


def _record(invited: Invitation, act: str, *, actor: str, now: datetime) -> None:
    place = invited.organisation_id
    record(
        actor=actor,
        act=act,
        subject="platform" if place is None else f"organisation:{place}",
        detail=f"{invited.role}{' reset' if invited.resets_second_factor else ''}",
        now=now,
    )
