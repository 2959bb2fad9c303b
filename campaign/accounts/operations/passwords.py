"""Hashing and proving passwords. Slow on purpose, so never inside a transaction."""

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from campaign.accounts.models import Account
from campaign.accounts.rules.refusals import SignInRefusedError

# 19 MiB, two passes, one lane: the OWASP minimum for Argon2id, some 30 ms on a small server.
HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
# Proved against when there is no such account, so that both answers take as long.
NOBODY = HASHER.hash("nobody has this password")


def hash_password(password: str) -> str:
    """Argon2id (RFC 9106), with a salt of its own."""
    return HASHER.hash(password)


def is_right(account: Account | None, password: str) -> bool:
    """Whether this is the account's password; takes as long when there is no account."""
    try:
        HASHER.verify(account.password_hash if account else NOBODY, password)
    except (VerificationError, InvalidHashError):
        return False
    return account is not None


def prove(account: Account | None, password: str) -> tuple[Account, str]:
    """The account, and a new hash when the cost was raised since the last one (else "").

    Raises SignInRefusedError, the same for an unknown address and a wrong password.
    """
    if not is_right(account, password) or account is None:
        raise SignInRefusedError
    is_old = HASHER.check_needs_rehash(account.password_hash)
    return account, hash_password(password) if is_old else ""
