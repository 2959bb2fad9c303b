"""The life of a petition: its states, and which may follow which."""

from datetime import datetime, timedelta

from flask_babel import lazy_gettext as _l

from campaign.core.errors import RefusedError

TRANSITIONS: dict[str, frozenset[str]] = {
    "draft": frozenset({"submitted"}),
    "submitted": frozenset({"in_moderation", "draft"}),
    "in_moderation": frozenset({"open", "rejected", "hidden", "draft"}),
    "open": frozenset({"closed", "suspended", "hidden", "removed", "rejected"}),
    "suspended": frozenset({"open", "closed", "hidden", "removed", "rejected"}),
    "closed": frozenset({"handed_over", "suspended", "hidden", "removed"}),
    "handed_over": frozenset({"admissibility", "answered", "hidden", "removed"}),
    "admissibility": frozenset({"committee", "answered", "hidden", "removed"}),
    "committee": frozenset({"hearing", "report", "answered", "hidden", "removed"}),
    "hearing": frozenset({"report", "answered", "hidden", "removed"}),
    "report": frozenset({"answered", "hidden", "removed"}),
    "answered": frozenset({"hidden", "removed"}),
    "rejected": frozenset({"draft", "hidden", "removed"}),
    # What comes back from here is restored (rules/moderating.py), or shown again by the two people
    # who hid its organisation (rules/closing.py), as it was.
    "hidden": frozenset({"removed"}),
    "removed": frozenset(),
}
HIDDEN = "hidden"
STATES = tuple(TRANSITIONS)
PATH = (
    "open",
    "closed",
    "handed_over",
    "admissibility",
    "committee",
    "hearing",
    "report",
    "answered",
)
LISTED = frozenset(PATH)
READABLE = LISTED | {"rejected", "suspended"}
COUNTING = frozenset({"open", "suspended"})
OVER = (LISTED - COUNTING) | {"rejected", "hidden", "removed"}
GRACE_AFTER_CLOSING = timedelta(hours=24)


class WrongTransitionError(RefusedError):
    """A state that may not follow the present one."""

    code = "wrong_transition"
    http_status = 409
    message = _l("A petition that is “%(before)s” cannot become “%(after)s”.")


def check_may_become(before: str, after: str) -> None:
    """Refuse a state that may not follow. Raises WrongTransitionError."""
    if after not in TRANSITIONS.get(before, frozenset()):
        raise WrongTransitionError(before=before, after=after)


def is_open_for_signing(
    *, state: str, opens_at: datetime | None, closes_at: datetime | None, now: datetime
) -> bool:
    """Whether a new signature is taken now."""
    if state != "open":
        return False
    return (opens_at is None or opens_at <= now) and (closes_at is None or now < closes_at)


def is_over(*, state: str, closes_at: datetime | None, now: datetime) -> bool:
    """Whether nobody can sign any more; what is suspended may still go on."""
    return state in OVER or (closes_at is not None and closes_at <= now)


def named_petitioner(petitioner: str, *, is_open: bool) -> str:
    """Whoever put the petition in their name is named while people may sign it, and not after."""
    return petitioner if is_open else ""


def is_open_for_confirming(*, state: str, closes_at: datetime | None, now: datetime) -> bool:
    """Whether a signature given in time may still be confirmed: until 24 hours after closing."""
    if state in {"open", "suspended"}:
        return closes_at is None or now < closes_at + GRACE_AFTER_CLOSING
    in_grace = closes_at is not None and closes_at <= now < closes_at + GRACE_AFTER_CLOSING
    return state == "closed" and in_grace


def last_moment_to_confirm(closes_at: datetime | None, link_expires_at: datetime) -> datetime:
    """Until when a link can be pressed: as long as it lives, and no longer than the petition allows."""
    return min(link_expires_at, closes_at + GRACE_AFTER_CLOSING) if closes_at else link_expires_at
