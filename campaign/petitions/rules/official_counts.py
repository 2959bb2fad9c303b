"""What organisers may enter of the official platform's counts, and what takes a second person."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from flask_babel import lazy_gettext as _l

from campaign.core.errors import RefusedError
from campaign.core.text import one_line
from campaign.thresholds.models import Instrument
from campaign.thresholds.rules.evaluation import ALL

ONLINE = "official_platform"
# A fall, or a change of more than both of these, waits for a second person (docs/decisions/0020).
LARGE_COUNT, LARGE_PERCENT = 500, 10
LARGEST = 99_999_999
LONGEST_REASON, LONGEST_SOURCE, LONGEST_ADDRESS = 300, 300, 500
_SPACES = re.compile(r"[\s\u00a0\u202f]")


class NotACountError(RefusedError):
    """What cannot be a number of signatures."""

    code = "not_a_count"
    message = _l("Write a whole number, 0 or more, without a sign.")


class FutureDayError(RefusedError):
    """A day that has not come yet, or is too long ago to be meant."""

    code = "future_day"
    message = _l("Choose today or a day before.")


class UnknownRegionError(RefusedError):
    """A place that the rule does not know."""

    code = "unknown_region"
    message = _l("The rule of this petition knows no such region.")


class NoOfficialPlatformError(RefusedError):
    """A rule that has no official platform."""

    code = "no_official_platform"
    http_status = 409
    message = _l("The rule of this petition has no official platform to read a count from.")


class NothingEnteredError(RefusedError):
    """A form without a single count."""

    code = "nothing_entered"
    message = _l("Enter the count of at least one region.")


class SourceMissingError(RefusedError):
    """A count that nobody could look up."""

    code = "source_missing"
    message = _l("Say where you read it, so that others can look.")


class SourceAddressError(RefusedError):
    """An address that is no web page."""

    code = "source_address"
    message = _l("Write a whole address that begins with https:// or http://.")


class LowerWithoutReasonError(RefusedError):
    """A count below what was shown before, without saying that it is a correction and why."""

    code = "lower_without_reason"
    message = _l(
        "This is less than the %(before)s known for that day. If it is a correction, tick “correction” and say why."
    )


class CorrectionWithoutReasonError(RefusedError):
    """A correction that nobody could explain."""

    code = "correction_without_reason"
    message = _l("Say why the count is corrected, in 300 characters at most.")


class AlreadyWaitingError(RefusedError):
    """A region with a change that waits for a second person."""

    code = "already_waiting"
    http_status = 409
    message = _l("A change of this region waits for a second person. Decide that one first, below.")


class EnteredMeanwhileError(RefusedError):
    """Somebody else entered counts after the form was opened."""

    code = "entered_meanwhile"
    http_status = 409
    message = _l(
        "Somebody entered counts after you opened this page. Look at them: if yours are still right, send the form again."
    )


class SamePersonError(RefusedError):
    """Whoever entered a large change approves it too."""

    code = "same_person"
    http_status = 403
    message = _l("Somebody other than the person who entered it has to approve it.")


class NotYoursError(RefusedError):
    """Withdrawing what another entered."""

    code = "not_yours"
    http_status = 403
    message = _l("Only who entered it can withdraw it. You may refuse it, and say why.")


class DecidedMeanwhileError(RefusedError):
    """A change that no longer waits."""

    code = "decided_meanwhile"
    http_status = 409
    message = _l("This change no longer waits: somebody has already decided it.")


class RefusalWithoutReasonError(RefusedError):
    """A refusal that nobody could understand."""

    code = "refusal_without_reason"
    message = _l("Say why you refuse it, in 300 characters at most.")


class CountsRefusedError(RefusedError):
    """Several counts of one form, each with its refusal, by region."""

    code = "counts_refused"
    message = _l("Some of these counts cannot be kept. Nothing was recorded.")

    def __init__(self, refusals: Mapping[str, RefusedError]) -> None:
        super().__init__()
        self.refusals = dict(refusals)


@dataclass(frozen=True)
class Reported:
    """What a form says of all its counts: the day, the source, and why one is corrected."""

    as_of: date
    source_label: str
    source_url: str
    reason: str


def region_keys(rule: Instrument) -> tuple[str, ...]:
    """The places a rule counts, or the one total of a rule that knows none."""
    return rule.stratum_keys or (ALL,)


def has_platform(rule: Instrument) -> bool:
    """Whether the rule counts what an official platform shows."""
    return ONLINE in rule.counting_channels


def read_count(text: str) -> int | None:
    """The number that was typed, its groups set apart by spaces or not; None where nothing was.
    Raises NotACountError."""
    digits = _SPACES.sub("", text)
    if not digits:
        return None
    if not (digits.isascii() and digits.isdigit()) or int(digits) > LARGEST:
        raise NotACountError
    return int(digits)


def check_day(day: date, today: date) -> None:
    """Refuse a day to come and one before this century. Raises FutureDayError."""
    if day > today or day.year < 2000:
        raise FutureDayError


def read_report(
    *,
    as_of: date,
    today: date,
    source_label: str,
    source_url: str,
    is_correction: bool,
    reason: str,
) -> Reported:
    """What is said of the counts, tidied. Raises FutureDayError, SourceMissingError,
    SourceAddressError, CorrectionWithoutReasonError."""
    check_day(as_of, today)
    label, address, why = one_line(source_label), source_url.strip(), one_line(reason)
    if not 0 < len(label) <= LONGEST_SOURCE:
        raise SourceMissingError
    check_address(address)
    if is_correction and not 0 < len(why) <= LONGEST_REASON:
        raise CorrectionWithoutReasonError
    return Reported(as_of, label, address, why if is_correction else "")


def check_address(address: str) -> None:
    """Refuse what is no address of a web page; none at all is in order. Raises SourceAddressError."""
    if not address:
        return
    try:
        parts = urlsplit(address)
        is_page = parts.scheme in {"http", "https"} and "." in (parts.hostname or "")
    except ValueError:
        is_page = False
    if not is_page or len(address) > LONGEST_ADDRESS or any(letter.isspace() for letter in address):
        raise SourceAddressError


def check_counts(
    counts: Mapping[str, int],
    before: Mapping[str, int],
    *,
    rule: Instrument,
    waiting: frozenset[str],
    is_correction: bool,
) -> None:
    """Refuse counts that cannot be kept; `before` are the ones known for that day.

    Raises NoOfficialPlatformError, NothingEnteredError, CountsRefusedError.
    """
    if not has_platform(rule):
        raise NoOfficialPlatformError
    if not counts:
        raise NothingEnteredError
    refusals: dict[str, RefusedError] = {}
    for key, count in counts.items():
        if key not in region_keys(rule):
            refusals[key] = UnknownRegionError()
        elif key in waiting:
            refusals[key] = AlreadyWaitingError()
        elif count < before.get(key, 0) and not is_correction:
            refusals[key] = LowerWithoutReasonError(before=before[key])
    if refusals:
        raise CountsRefusedError(refusals)


def needs_two(before: int | None, after: int) -> bool:
    """Whether a change waits for a second person: a fall does, and what differs by more than 500 and by
    more than a tenth. The first count of a region has nothing to differ from."""
    if before is None:
        return False
    change = after - before
    return change < 0 or (change > LARGE_COUNT and change * 100 > before * LARGE_PERCENT)


def check_refusal(reason: Any) -> str:
    """Why a change is refused, tidied. Raises RefusalWithoutReasonError."""
    why = one_line(str(reason or ""))
    if not 0 < len(why) <= LONGEST_REASON:
        raise RefusalWithoutReasonError
    return why
