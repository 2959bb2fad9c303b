"""Tokens and digests: each good for one purpose only."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.core import tokens
from campaign.core.tokens import keyed_digest, random_token, read_token, sign_token, token_digest
from tests.databases import SECRET


@pytest.fixture(autouse=True, scope="module")
def _secret() -> Iterator[None]:
    tokens.configure(SECRET)
    yield
    tokens.configure(SECRET)


@given(st.text(max_size=20), st.binary(max_size=60))
def test_what_was_signed_is_read_back(purpose: str, payload: bytes) -> None:
    assert read_token(purpose, sign_token(purpose, payload)) == payload


def test_a_token_of_another_purpose_is_worthless() -> None:
    assert read_token("rights", sign_token("signed", b"payload")) is None


@given(st.binary(min_size=1, max_size=40), st.integers(0), st.integers(1, 255))
def test_one_changed_bit_makes_a_token_worthless(payload: bytes, place: int, change: int) -> None:
    from base64 import urlsafe_b64decode, urlsafe_b64encode

    token = sign_token("rights", payload)
    raw = bytearray(urlsafe_b64decode(token + "=" * (-len(token) % 4)))
    raw[place % len(raw)] ^= change
    assert read_token("rights", urlsafe_b64encode(bytes(raw)).rstrip(b"=").decode()) is None


@given(st.text(max_size=200))
def test_whatever_is_in_the_address_no_token_is_read_from_it_by_accident(text: str) -> None:
    assert read_token("rights", text) is None


def test_another_secret_reads_nothing_of_ours() -> None:
    token, digest = sign_token("rights", b"payload"), keyed_digest("mailbox", "awa@example.org")
    tokens.configure("another secret, just as long as the first one")
    try:
        assert read_token("rights", token) is None
        assert keyed_digest("mailbox", "awa@example.org") != digest
    finally:
        tokens.configure(SECRET)
    assert read_token("rights", token) == b"payload"


def test_without_a_secret_nothing_is_signed() -> None:
    tokens.configure("")
    try:
        with pytest.raises(RuntimeError):
            sign_token("rights", b"payload")
    finally:
        tokens.configure(SECRET)


def test_digests_differ_by_purpose_text_and_are_stable() -> None:
    assert keyed_digest("a", "x") == keyed_digest("a", "x")
    assert len({keyed_digest("a", "x"), keyed_digest("b", "x"), keyed_digest("a", "y")}) == 3
    assert len(keyed_digest("a", "x")) == 16
    assert len(keyed_digest("a", "x", size=32)) == 32


def test_random_tokens_are_long_unlike_and_fit_for_an_address() -> None:
    made = {random_token() for _time in range(200)}
    assert len(made) == 200
    assert all(
        len(token) >= 43 and token.replace("-", "").replace("_", "").isalnum() for token in made
    )


def test_what_is_stored_of_a_token_does_not_give_it_back() -> None:
    assert len(token_digest("secret-token")) == 32
    assert b"secret" not in token_digest("secret-token")
