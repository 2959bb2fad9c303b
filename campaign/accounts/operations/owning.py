"""What people do with their own account: settings, password, address, end."""

from datetime import datetime

from sqlalchemy import delete, update

from campaign.accounts import mails, queries
from campaign.accounts.models import (
    Account,
    AccountLink,
    AccountRole,
    AccountSession,
    MailChoice,
    Passkey,
    RecoveryCode,
)
from campaign.accounts.operations.invitations import email_key
from campaign.accounts.operations.sessions import end_other_sessions
from campaign.accounts.permissions import Role
from campaign.accounts.rules import membership as rules
from campaign.accounts.rules.refusals import (
    AddressTakenError,
    LastAdministratorError,
    LostLinkError,
)
from campaign.audit.operations import record
from campaign.core.db import db
from campaign.core.tokens import random_token, token_digest
from campaign.outbox.operations import enqueue

OLD, NEW, PASSWORD = "old_email", "new_email", "password"


def set_settings(account: Account, *, name: str, language: str, now: datetime) -> None:
    """Change one's name and language."""
    account.name, account.language = name, language
    record(actor=account.actor, act="account.settings", subject=account.actor, now=now)


def change_password(
    account: Account, password_hash: str, *, keeping: AccountSession | None, now: datetime
) -> None:
    """Take a new password; every other session ends, and the owner is told."""
    account.password_hash = password_hash
    account.password_changed_at = now
    end_other_sessions(account=account, but=keeping, now=now)
    for link in queries.links_of(account.id, PASSWORD):
        link.used_at = now
    record(actor=account.actor, act="account.password", subject=account.actor, now=now)
    enqueue(mails.security_changed(account, "password"), now=now)


def ask_new_password(account: Account, *, now: datetime) -> None:
    """Send the way to a new password; an earlier one is good no more."""
    token = random_token()
    for link in queries.links_of(account.id, PASSWORD):
        link.used_at = now
    _add_link(account, PASSWORD, token, now + rules.PASSWORD_LINK_LASTS)
    record(actor="mail", act="account.password_asked", subject=account.actor, now=now)
    enqueue(mails.new_password(account, token), now=now)


def check_link(token: str, *kinds: str, now: datetime) -> AccountLink:
    """The link of a mail, still good. Raises LostLinkError."""
    link = queries.link_by_digest(token_digest(token))
    if link is None or link.kind not in kinds or link.used_at is not None or now >= link.expires_at:
        raise LostLinkError
    return link


def choose_new_password(token: str, password_hash: str, *, now: datetime) -> Account:
    """Take the password chosen by the link. Second factors stay. Raises LostLinkError."""
    link = check_link(token, PASSWORD, now=now)
    _claim(link, now=now)
    account = db.session.get_one(Account, link.account_id)
    change_password(account, password_hash, keeping=None, now=now)
    return account


def ask_other_address(account: Account, email: str, *, now: datetime) -> None:
    """Ask both mailboxes whether the address may change."""
    for link in queries.links_of(account.id, OLD, NEW):
        db.session.delete(link)
    for kind, recipient in ((OLD, account.email), (NEW, email)):
        token = random_token()
        _add_link(account, kind, token, now + rules.EMAIL_LINK_LASTS, new_email=email)
        enqueue(
            mails.confirm_address(account, token, recipient=recipient, is_new=kind == NEW), now=now
        )
    record(actor=account.actor, act="account.address_asked", subject=account.actor, now=now)


def confirm_address(token: str, *, now: datetime) -> bool:
    """One mailbox said yes; True when it was the second, and the address has changed.

    Raises LostLinkError, and AddressTakenError when another account has it by now.
    """
    link = check_link(token, OLD, NEW, now=now)
    # Held, so that of two presses at once one sees that it is the second.
    account = db.session.get_one(Account, link.account_id, with_for_update=True)
    _claim(link, now=now)
    if queries.links_of(account.id, OLD, NEW):
        return False
    assert link.new_email is not None
    other = queries.account_by_key(email_key(link.new_email))
    if other is not None and other.id != account.id:
        raise AddressTakenError
    account.email, account.email_key = link.new_email, email_key(link.new_email)
    db.session.execute(
        delete(AccountLink).where(
            AccountLink.account_id == account.id, AccountLink.kind.in_((OLD, NEW))
        )
    )
    record(actor=account.actor, act="account.address", subject=account.actor, now=now)
    return True


def delete_account(account: Account, *, now: datetime) -> None:
    """Erase an account and all that is held about its owner. Audit entries keep its number.

    Raises LastCoordinatorError and LastAdministratorError.
    """
    if account.is_administrator and queries.administrator_count() == 1:
        raise LastAdministratorError
    for grant in queries.grants_of(account):
        if grant.role is Role.COORDINATOR and grant.organisation_id is not None:
            rules.check_still_coordinated(
                queries.coordinator_ids(grant.organisation_id), account.id
            )
    record(actor=account.actor, act="account.deleted", subject=account.actor, now=now)
    for table in (AccountSession, AccountRole, AccountLink, MailChoice, RecoveryCode, Passkey):
        db.session.execute(delete(table).where(table.account_id == account.id))
    db.session.expire(account, ["passkeys"])
    db.session.delete(account)


def _add_link(
    account: Account, kind: str, token: str, expires_at: datetime, new_email: str | None = None
) -> None:
    db.session.add(
        AccountLink(
            account_id=account.id,
            kind=kind,
            token_digest=token_digest(token),
            new_email=new_email,
            expires_at=expires_at,
        )
    )


def _claim(link: AccountLink, *, now: datetime) -> None:
    claimed = db.session.execute(
        update(AccountLink)
        .where(AccountLink.id == link.id, AccountLink.used_at.is_(None))
        .values(used_at=now)
        .execution_options(synchronize_session="fetch")
    )
    if claimed.rowcount != 1:  # type: ignore[attr-defined]
        raise LostLinkError
