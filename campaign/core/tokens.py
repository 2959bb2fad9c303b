"""Random tokens, signed tokens and keyed digests, each bound to one purpose.

Keys are derived from the instance's secret, one per purpose (HKDF, RFC 5869), so that what is
signed for one use is worthless for another.
"""

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from functools import lru_cache

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

SIGNATURE_BYTES = 16
_secret = b""


def configure(secret_key: str) -> None:
    """Set the instance's secret, once, when the application is made."""
    global _secret  # noqa: PLW0603 -- column types and rules need the key without an app at hand
    _secret = secret_key.encode()
    purpose_key.cache_clear()


@lru_cache(maxsize=4096)
def purpose_key(purpose: str) -> bytes:
    """The 32-byte key of one purpose. Raises RuntimeError before `configure`."""
    if not _secret:
        raise RuntimeError("tokens.configure() has not been called")
    return HKDF(hashes.SHA256(), 32, b"portevoix", purpose.encode()).derive(_secret)


def random_token() -> str:
    """256 random bits, fit for a URL."""
    return secrets.token_urlsafe(32)


def token_digest(token: str) -> bytes:
    """What is stored of a random token: 32 bytes that do not give it back."""
    return hashlib.sha256(token.encode()).digest()


def keyed_digest(purpose: str, text: str, size: int = 16) -> bytes:
    """A digest nobody can compute without the secret; not linkable across purposes."""
    return hashlib.blake2b(text.encode(), key=purpose_key(purpose), digest_size=size).digest()


def sign_token(purpose: str, payload: bytes) -> str:
    """`payload` with its signature, fit for a URL. The payload is readable by its holder."""
    return urlsafe_b64encode(payload + _mac(purpose, payload)).rstrip(b"=").decode()


def read_token(purpose: str, token: str) -> bytes | None:
    """The payload of a token made by `sign_token`, or None when it was not."""
    try:
        raw = urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except ValueError:
        return None
    payload, mac = raw[:-SIGNATURE_BYTES], raw[-SIGNATURE_BYTES:]
    return payload if hmac.compare_digest(mac, _mac(purpose, payload)) else None


def _mac(purpose: str, payload: bytes) -> bytes:
    return hmac.digest(purpose_key("sign:" + purpose), payload, "sha256")[:SIGNATURE_BYTES]
