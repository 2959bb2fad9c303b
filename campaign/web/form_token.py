"""A form's token: when its page was made and for what, signed, tied to no session.

The page is the same for everybody and kept by caches, so the token is no secret: it only tells
how long ago the page was made. Cross-site forms are refused by `security.is_own_form`.
"""

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
