"""A form's token: when its page was made and for what, signed, tied to no session.

The page is the same for everybody and kept by caches, so the token is no secret: it only tells
how long ago the page was made. Cross-site forms are refused by `security.is_own_form`.
"""

import secrets
from datetime import datetime, timedelta
from enum import StrEnum

from campaign.core.tokens import read_token, sign_token

LONGEST = timedelta(hours=24)


class FormAge(StrEnum):
    """What a token says of the page it came from."""

    GOOD = "good"
    TOO_FAST = "too_fast"
    TOO_OLD = "too_old"


def make_form_token(subject: str, now: datetime) -> str:
    """The token of a form about `subject`, made now."""
    return sign_token("form", f"{int(now.timestamp())}|{subject}".encode())


def form_age(token: str, subject: str, *, now: datetime, minimum_seconds: int) -> FormAge:
    """Whether the form was filled in at a human pace, from a page of ours not too old."""
    payload = read_token("form", token)
    if payload is None:
        return FormAge.TOO_OLD
    made_at, _separator, about = payload.decode().partition("|")
    age = now.timestamp() - int(made_at)
    if about != subject or age > LONGEST.total_seconds():
        return FormAge.TOO_OLD
    return FormAge.TOO_FAST if age < minimum_seconds else FormAge.GOOD


def make_once_token(subject: str, now: datetime) -> str:
    """A form's token that is different each time the page is made, so that what one page sends can
    be told from what another sends. Such a page is kept by no cache."""
    return make_form_token(f"{subject}|{secrets.token_hex(16)}", now)


def read_once_token(
    token: str, subject: str, *, now: datetime, minimum_seconds: int
) -> tuple[FormAge, str]:
    """The age of a page whose token was made by `make_once_token`, and its random part."""
    payload = read_token("form", token) or b""
    about, _separator, once = payload.decode().partition("|")[2].rpartition("|")
    if about != subject:
        return FormAge.TOO_OLD, ""
    age = form_age(token, f"{about}|{once}", now=now, minimum_seconds=minimum_seconds)
    return age, once
