"""The organiser of the demonstration collective, for looking around on one's own machine."""

from datetime import datetime

from campaign.accounts import queries
from campaign.accounts.models import Account, AccountRole
from campaign.accounts.operations.factors import prepare_totp
from campaign.accounts.operations.invitations import email_key
from campaign.accounts.permissions import OF_AN_ORGANISATION
from campaign.audit.operations import record
from campaign.core.db import db

NAME = "Exemple"
EMAIL = "organiser@example.org"


def demonstrate_organiser(
    organisation_id: int, *, password_hash: str, language: str, now: datetime
) -> Account:
    """An account with every role, its second factor set up; made once, its password set each time.

    For development only: whoever calls it makes sure of that.
    """
    account = queries.account_by_key(email_key(EMAIL))
    if account is None:
        account = Account(
            name=NAME,
            email=EMAIL,
            email_key=email_key(EMAIL),
            password_hash=password_hash,
            language=language,
            is_administrator=True,
            created_at=now,
            password_changed_at=now,
        )
        db.session.add(account)
        db.session.flush()
        prepare_totp(account)
        account.totp_confirmed_at = now
        record(actor="content", act="account.made", subject=account.actor, now=now)
    account.password_hash = password_hash
    held = {row.role for row in queries.roles_in(account.id, organisation_id)}
    for role in OF_AN_ORGANISATION:
        if role not in held:
            db.session.add(
                AccountRole(
                    account_id=account.id,
                    organisation_id=organisation_id,
                    role=role,
                    granted_at=now,
                )
            )
    return account
