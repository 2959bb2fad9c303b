"""Columns that a stolen database does not give away: AES-256-GCM, the key outside the database."""

import os
from functools import lru_cache
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import LargeBinary
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

from campaign.core.tokens import purpose_key

VERSION = b"\x01"
NONCE_BYTES = 12


@lru_cache(maxsize=4)
def _cipher(key: bytes) -> AESGCM:
    return AESGCM(key)


def seal(content: bytes, label: str) -> bytes:
    """`content` sealed for the place `label`; it cannot be moved to another place."""
    nonce = os.urandom(NONCE_BYTES)
    sealed = _cipher(purpose_key("column")).encrypt(nonce, content, label.encode())
    return VERSION + nonce + sealed


def unseal(sealed: bytes, label: str) -> bytes:
    """What `seal` was given. Raises cryptography's InvalidTag when it was tampered with or moved."""
    nonce, rest = sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
    return _cipher(purpose_key("column")).decrypt(nonce, rest, label.encode())


def encrypt(text: str, label: str) -> bytes:
    """`text` sealed for the column `label`; it cannot be moved to another column."""
    return seal(text.encode(), label)


def decrypt(sealed: bytes, label: str) -> str:
    """The text sealed by `encrypt`. Raises cryptography's InvalidTag when it was tampered with."""
    return unseal(sealed, label).decode()


class EncryptedText(TypeDecorator[str]):
    """Text that is encrypted at rest. It can be neither searched nor sorted."""

    impl = LargeBinary
    cache_ok = True

    def __init__(self, label: str) -> None:
        super().__init__()
        self.label = label

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:
        """Seal on the way in."""
        return None if value is None else encrypt(value, self.label)

    def process_result_value(self, value: Any, dialect: Dialect) -> str | None:
        """Open on the way out."""
        return None if value is None else decrypt(bytes(value), self.label)
