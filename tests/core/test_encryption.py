"""Columns that a stolen database does not give away."""

import pytest
from cryptography.exceptions import InvalidTag
from hypothesis import given
from hypothesis import strategies as st

from campaign.core import tokens
from campaign.core.encryption import decrypt, encrypt
from tests.databases import SECRET


@pytest.fixture(autouse=True, scope="module")
def _secret() -> None:
    tokens.configure(SECRET)


@given(st.text())
def test_what_goes_in_comes_out(text: str) -> None:
    assert decrypt(encrypt(text, "column"), "column") == text


def test_the_same_text_never_looks_the_same() -> None:
    assert encrypt("Awa", "column") != encrypt("Awa", "column")
    assert b"Awa" not in encrypt("Awa", "column")


def test_a_sealed_text_cannot_be_moved_to_another_column() -> None:
    with pytest.raises(InvalidTag):
        decrypt(encrypt("Awa", "signature.given_name"), "signature.family_name")


def test_a_changed_byte_is_noticed() -> None:
    sealed = bytearray(encrypt("Awa", "column"))
    sealed[-1] ^= 1
    with pytest.raises(InvalidTag):
        decrypt(bytes(sealed), "column")


def test_without_the_secret_it_stays_sealed() -> None:
    sealed = encrypt("Awa", "column")
    tokens.configure("another secret, just as long as the first one")
    try:
        with pytest.raises(InvalidTag):
            decrypt(sealed, "column")
    finally:
        tokens.configure(SECRET)
