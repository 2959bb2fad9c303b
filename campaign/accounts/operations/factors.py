"""Setting up, using and taking away second factors."""

from datetime import datetime

from sqlalchemy import delete, update

from campaign.accounts import mails
from campaign.accounts.models import Account, RecoveryCode
from campaign.accounts.rules import factors as rules
from campaign.accounts.rules.refusals import WrongCodeError
from campaign.audit.operations import record
from campaign.core.db import db
from campaign.core.tokens import keyed_digest
from campaign.outbox.operations import enqueue


def prepare_totp(account: Account) -> str:
    """The secret for the app, made anew unless one waits already to be confirmed."""
    if account.totp_confirmed_at is None and account.totp_secret is None:
        account.totp_secret = rules.new_totp_secret()
    assert account.totp_secret is not None
    return account.totp_secret


def confirm_totp(account: Account, typed: str, *, now: datetime) -> list[str]:
    """Turn the app on, proved by a code; returns new recovery codes, or none when there were some.

    Raises WrongCodeError.
    """
    if account.totp_secret is None or account.totp_confirmed_at is not None:
        raise WrongCodeError
    _use_step(account, typed, now=now)
    is_first = not account.has_second_factor
    account.totp_confirmed_at = now
    tell_owner(account, "app_added", now=now)
    return renew_recovery_codes(account, now=now) if is_first else []


def use_code(account: Account, typed: str, *, now: datetime) -> None:
    """Use up a code of the app, or a recovery code. Raises WrongCodeError.

    Two at once cannot use the same one: the database changes one row for one of them only.
    """
    if account.totp_confirmed_at is not None:
        try:
            _use_step(account, typed, now=now)
        except WrongCodeError:
            pass
        else:
            return
    _use_recovery_code(account, typed, now=now)


def _use_step(account: Account, typed: str, *, now: datetime) -> None:
    secret = account.totp_secret or ""
    step = rules.matching_step(secret, typed, last_step=account.totp_last_step, now=now)
    if step is None:
        raise WrongCodeError
    used = db.session.execute(
        update(Account)
        .where(Account.id == account.id, Account.totp_last_step < step)
        .values(totp_last_step=step)
        .execution_options(synchronize_session=False)
    )
    if used.rowcount != 1:  # type: ignore[attr-defined]
        raise WrongCodeError
    db.session.refresh(account, ["totp_last_step"])


def _use_recovery_code(account: Account, typed: str, *, now: datetime) -> None:
    used = db.session.execute(
        update(RecoveryCode)
        .where(
            RecoveryCode.account_id == account.id,
            RecoveryCode.code_digest == _digest(account, typed),
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=now)
        .execution_options(synchronize_session=False)
    )
    if used.rowcount != 1:  # type: ignore[attr-defined]
        raise WrongCodeError
    tell_owner(account, "recovery_used", now=now)


def renew_recovery_codes(account: Account, *, now: datetime) -> list[str]:
    """Ten new codes, to be shown once; the old ones are good no more."""
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account.id))
    codes = rules.new_recovery_codes()
    for code in codes:
        db.session.add(RecoveryCode(account_id=account.id, code_digest=_digest(account, code)))
    record(actor=account.actor, act="account.recovery_renewed", subject=account.actor, now=now)
    return codes


def _digest(account: Account, code: str) -> bytes:
    return keyed_digest(f"recovery:{account.id}", rules.tidy_recovery_code(code))


def remove_totp(account: Account, *, now: datetime) -> None:
    """Take the app away."""
    account.totp_secret = None
    account.totp_confirmed_at = None
    forget_codes_without_factor(account)
    tell_owner(account, "app_removed", now=now)


def forget_codes_without_factor(account: Account) -> None:
    """Recovery codes go with the last factor that they stand for."""
    if not account.has_second_factor:
        db.session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account.id))


def reset_factors(account: Account) -> None:
    """Forget every second factor of a person."""
    account.totp_secret = None
    account.totp_confirmed_at = None
    for passkey in list(account.passkeys):
        account.passkeys.remove(passkey)
        db.session.delete(passkey)
    forget_codes_without_factor(account)


def tell_owner(account: Account, what: str, *, now: datetime) -> None:
    """Write what changed, and tell the owner by mail, in case it was somebody else."""
    record(actor=account.actor, act=f"account.{what}", subject=account.actor, now=now)
    enqueue(mails.security_changed(account, what), now=now)
