"""What a list of those who said yes holds, for how long, and who is told what of it.

Who is in a list is kept as bits, one for each signature number of a part: exact, and a kilobyte or so
for eight thousand people, where a row for each would be a second table of signatures.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum

from flask_babel import lazy_gettext as _l

from campaign.core.errors import RefusedError
from campaign.core.text import one_line

LONGEST_REASON = 300
SHORTEST_REASON = 10
# Time enough to come back after a weekend day, short enough that a forgotten file is no store.
FILE_KEPT = timedelta(hours=48)
# Who was in a list is kept as long as an organisation may still have it: it is told to delete after that.
PROOF_KEPT = timedelta(days=730)
# Signature numbers gone through in one transaction: few, because on SQLite who signs waits for its end.
NUMBERS_IN_A_PART = 4_096
# A part that fails so often is not tried again: the disk is full, or the database is broken.
MOST_TROUBLES = 3
FORMATS = ("xlsx", "csv")


class ExportState(StrEnum):
    """How far a list is. STOPPED: whoever asked for it may not any more; ERASED: its file is gone."""

    WRITING = "writing"
    READY = "ready"
    FAILED = "failed"
    STOPPED = "stopped"
    ERASED = "erased"


class ExportReasonMissingError(RefusedError):
    """No reason, or one too short to tell a signatory anything, or too long."""

    code = "export_reason_missing"
    message = _l(
        "Write what the list is for, in 10 to 300 characters. Everybody in the list can read it."
    )


class ExportOverError(RefusedError):
    """A file that is not ready, is erased, or was never finished."""

    code = "export_over"
    http_status = 409
    message = _l("This file is not there, or not any more. Ask for a new one.")


class ExportFormatError(RefusedError):
    """Neither of the two formats."""

    code = "export_format"
    message = _l("Choose one of the two formats.")


def check_export_reason(typed: str) -> str:
    """Why, in one line. Raises ExportReasonMissingError."""
    reason = one_line(typed)
    if not SHORTEST_REASON <= len(reason) <= LONGEST_REASON:
        raise ExportReasonMissingError
    return reason


def check_may_be_given(state: str, expires_at: datetime | None, now: datetime) -> None:
    """Raises ExportOverError unless the file is there, and its time is not over."""
    if state != ExportState.READY or expires_at is None or now >= expires_at:
        raise ExportOverError


def check_format(typed: str) -> str:
    """The format that was asked for. Raises ExportFormatError."""
    if typed not in FORMATS:
        raise ExportFormatError
    return typed


def percent_done(at_id: int, last_id: int) -> int:
    """How far a list is, from 0 to 100."""
    return 100 if at_id >= last_id else at_id * 100 // last_id


def part_after(number: int) -> int:
    """After which number the part that holds this one begins."""
    return (number - 1) // NUMBERS_IN_A_PART * NUMBERS_IN_A_PART


def as_bits(numbers: Iterable[int], after: int) -> bytes:
    """These signature numbers of the part that begins after `after`, as one bit each."""
    bits = bytearray(NUMBERS_IN_A_PART // 8)
    for number in numbers:
        place = number - after - 1
        bits[place >> 3] |= 1 << (place & 7)
    return bytes(bits)


def numbers_in(bits: bytes, after: int) -> list[int]:
    """The signature numbers that these bits stand for, in order."""
    return [
        after + 1 + (byte << 3) + place
        for byte, eight in enumerate(bits)
        if eight
        for place in range(8)
        if eight >> place & 1
    ]


def holds(bits: bytes, after: int, number: int) -> bool:
    """Whether a number is among them."""
    place = number - after - 1
    return 0 <= place < len(bits) * 8 and bool(bits[place >> 3] >> (place & 7) & 1)


def without(bits: bytes, after: int, number: int) -> bytes:
    """The same without one number."""
    return as_bits((each for each in numbers_in(bits, after) if each != number), after)


def reference(export_id: int, line: int) -> str:
    """How a line is called in a list and, later, among those to remove: "12-4021"."""
    return f"{export_id}-{line}"
