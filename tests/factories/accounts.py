"""Organisers for tests: accounts with roles, and browsers in which they have signed in."""

from datetime import datetime
from functools import cache

import pyotp

from campaign.accounts.models import Account, AccountRole
from campaign.accounts.operations import factors, sessions
from campaign.accounts.operations.invitations import email_key
from campaign.accounts.operations.passwords import hash_password
from campaign.accounts.permissions import Role
from campaign.core.db import db, transaction
from campaign.partners.models import Organisation
from tests.factories.petitions import NOON
from tests.pages.client import CheckingClient

PASSWORD = "quatre lampes sous le vent"
SESSION_COOKIE = "portevoix"


@cache
def password_hash() -> str:
    """The hash of PASSWORD, made once: it is slow on purpose."""
    return hash_password(PASSWORD)


def make_account(
    name: str = "Palabre",
    *roles: Role,
    organisation: Organisation | None = None,
    has_factor: bool = True,
    is_administrator: bool = False,
    language: str = "en",
    now: datetime = NOON,
) -> Account:
    """An account at name@example.org with these roles; with an app that shows codes, unless told."""
    email = f"{name.lower()}@example.org"
    with transaction():
        account = Account(
            name=name,
            email=email,
            email_key=email_key(email),
            password_hash=password_hash(),
            language=language,
            is_administrator=is_administrator,
            totp_secret=pyotp.random_base32() if has_factor else None,
            totp_confirmed_at=now if has_factor else None,
            created_at=now,
            password_changed_at=now,
        )
        db.session.add(account)
        db.session.flush()
        for role in roles:
            assert organisation is not None
            db.session.add(
                AccountRole(
                    account_id=account.id,
                    organisation_id=organisation.id,
                    role=role,
                    granted_at=now,
                )
            )
    return account


def signed_in_token(account: Account, *, now: datetime = NOON) -> str:
    """The cookie of a browser in which this person has given both proofs."""
    with transaction():
        token = sessions.sign_in(account=account, device="Firefox Linux", new_hash="", now=now)
        if account.has_second_factor:
            session = sessions.sessions_of(account.id, now=now)[0]
            token = sessions.complete(session, now=now)
    return token


def sign_in_as(client: CheckingClient, account: Account, *, now: datetime = NOON) -> CheckingClient:
    """Let this client be a browser in which the person has signed in."""
    client.set_cookie(SESSION_COOKIE, signed_in_token(account, now=now), domain="127.0.0.1")
    return client


def code_of(account: Account, moment: datetime) -> str:
    """What the person's app shows at a moment."""
    assert account.totp_secret is not None
    return pyotp.TOTP(account.totp_secret).at(moment)


def give_recovery_codes(account: Account, *, now: datetime = NOON) -> list[str]:
    """Ten recovery codes."""
    with transaction():
        return factors.renew_recovery_codes(account, now=now)
