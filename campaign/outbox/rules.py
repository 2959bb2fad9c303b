"""When a message is tried again, and what a mail server's answer means. Pure."""

import re
from datetime import timedelta
from enum import StrEnum

FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=6)
# Sixteen attempts spread over about two days, after which a confirmation has lost its use.
MOST_ATTEMPTS = 16
SHORTEST_SERVER_PAUSE = timedelta(seconds=2)
LONGEST_SERVER_PAUSE = timedelta(minutes=5)

# Answers about the session (going down, log in first), not about the message.
SESSION_CODES = frozenset({421, 530, 534, 535, 538})
# No such mailbox, no such domain, moved away, null MX (RFC 3463 §3.2, RFC 7505).
DEAD_ADDRESS = frozenset({"5.1.1", "5.1.2", "5.1.6", "5.1.10"})
ENHANCED_STATUS = re.compile(rb"\s*([245]\.\d{1,3}\.\d{1,3})(?!\S)")


class Outcome(StrEnum):
    """What became of one attempt."""

    SENT = "sent"
    TEMPORARY = "temporary"
    PERMANENT = "permanent"
    SERVER_UNAVAILABLE = "server_unavailable"


def outcome_of(smtp_code: int) -> Outcome:
    """What an SMTP reply code says about the message it answers (RFC 5321 §4.2.1).

    An unknown code counts as temporary: trying again loses nothing.
    """
    if smtp_code in SESSION_CODES:
        return Outcome.SERVER_UNAVAILABLE
    if 200 <= smtp_code < 300:
        return Outcome.SENT
    if 500 <= smtp_code < 600:
        return Outcome.PERMANENT
    return Outcome.TEMPORARY


def backoff(attempt: int, random: float) -> timedelta:
    """How long to wait after the `attempt`th failure (from 1): doubling from 1 min up to 6 h.

    `random` in [0, 1) shortens the wait by up to a fifth, so that messages that failed together
    do not all come back together; no wait is below 1 min.
    """
    doubled = FIRST_WAIT * (1 << min(attempt - 1, 20))
    return max(FIRST_WAIT, min(doubled, LONGEST_WAIT) * (1 - random / 5))


def server_pause(failure: int) -> timedelta:
    """How long a worker leaves a mail server alone after its `failure`th failure in a row."""
    return min(SHORTEST_SERVER_PAUSE * (1 << min(failure - 1, 20)), LONGEST_SERVER_PAUSE)


def is_given_up(attempt_count: int) -> bool:
    """True when a message has been tried often enough."""
    return attempt_count >= MOST_ATTEMPTS


def enhanced_status(reply: bytes) -> str:
    """The status code of a reply's text ("5.1.1", RFC 3463), or "" when it gives none.

    Only this is kept of a reply: its words may repeat the person's address.
    """
    found = ENHANCED_STATUS.match(reply)
    return found[1].decode() if found else ""


def is_dead_address(status: str) -> bool:
    """True when the server says that the address does not exist and must not be written to."""
    return status in DEAD_ADDRESS
