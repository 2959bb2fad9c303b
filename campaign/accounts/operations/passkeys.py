"""Passkeys of an account: added, used, taken away."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import update

from campaign.accounts.models import Account, Passkey
from campaign.accounts.operations.factors import (
    forget_codes_without_factor,
    renew_recovery_codes,
    tell_owner,
)
from campaign.accounts.rules.refusals import NotThereError, WrongCodeError
from campaign.core.db import db


@dataclass(frozen=True)
class NewPasskey:
    """What a browser proved when it made a passkey, and what its owner calls it."""

    credential_id: bytes
    public_key: bytes
    sign_count: int
    label: str


def add_passkey(account: Account, made: NewPasskey, *, now: datetime) -> list[str]:
    """Keep a passkey that was proved; returns recovery codes where it is the first factor."""
    is_first = not account.has_second_factor
    account.passkeys.append(
        Passkey(
            account_id=account.id,
            credential_id=made.credential_id,
            public_key=made.public_key,
            sign_count=made.sign_count,
            label=made.label,
            created_at=now,
        )
    )
    db.session.flush()
    tell_owner(account, "passkey_added", now=now)
    return renew_recovery_codes(account, now=now) if is_first else []


def note_use(key: Passkey, sign_count: int, *, now: datetime) -> None:
    """Keep the counter of a passkey that was proved. Raises WrongCodeError for a proof used twice.

    Passkeys that live in several devices always count 0 (W3C Web Authentication section 6.1.1).
    """
    used = db.session.execute(
        update(Passkey)
        .where(Passkey.id == key.id, Passkey.sign_count == key.sign_count)
        .values(sign_count=sign_count, last_used_on=now.date())
        .execution_options(synchronize_session=False)
    )
    if used.rowcount != 1:  # type: ignore[attr-defined]
        raise WrongCodeError
    db.session.refresh(key)


def remove_passkey(account: Account, passkey_id: int, *, now: datetime) -> None:
    """Take a passkey away. Raises NotThereError."""
    passkey = next((each for each in account.passkeys if each.id == passkey_id), None)
    if passkey is None:
        raise NotThereError
    account.passkeys.remove(passkey)
    db.session.delete(passkey)
    forget_codes_without_factor(account)
    tell_owner(account, "passkey_removed", now=now)
