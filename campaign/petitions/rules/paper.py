"""The life of a batch of paper, its figures, and what of them may enter the count."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from flask_babel import lazy_gettext as _l

from campaign.core.errors import RefusedError
from campaign.core.text import one_line
from campaign.petitions.rules.official_counts import check_day, region_keys
from campaign.thresholds.models import Instrument

PAPER = "official_paper"
UNKNOWN = "UNKNOWN"
OUT, BACK, COUNTED, HANDED_OVER, ANSWERED, LOST = (
    "out", "back", "counted", "handed_over", "answered", "lost",
)  # fmt: skip
STATES = (OUT, BACK, COUNTED, HANDED_OVER, ANSWERED, LOST)
# An act, the states it may follow, and the state it leads to. A second count is a correction.
ACTS: Mapping[str, tuple[frozenset[str], str]] = {
    "came_back": (frozenset({OUT, LOST}), BACK),
    "counted": (frozenset({BACK}), COUNTED),
    "corrected": (frozenset({COUNTED}), COUNTED),
    "lost": (frozenset({OUT, BACK, COUNTED}), LOST),
    "handed_over": (frozenset({COUNTED}), HANDED_OVER),
    "taken_back": (frozenset({HANDED_OVER}), COUNTED),
    "answered": (frozenset({HANDED_OVER, ANSWERED}), ANSWERED),
}
SPOILED = ("unreadable", "unsigned", "incomplete", "not_eligible", "twice", "other")
VALID, ACCEPTED, SPOILT = "valid", "accepted", "spoiled"
# Where the numbers of the channel come from, kept as the source of each count.
BY_ORGANISERS, BY_BOTH, BY_AUTHORITY = "ledger", "ledger+authority", "authority"
OF_THE_LEDGER = (BY_ORGANISERS, BY_BOTH, BY_AUTHORITY)
LARGEST_NUMBER, LARGEST_COUNT = 99_999, 99_999
LONGEST_PLACE, LONGEST_HOLDER, LONGEST_REASON = 120, 80, 300
CLOSED_TO_PAPER = frozenset({"rejected", "removed"})


class PaperNotCountedError(RefusedError):
    """A rule, or a petition, for which no paper is counted."""

    code = "paper_not_counted"
    http_status = 409
    message = _l("No official paper is counted for this petition, so there is no ledger to keep.")


class BatchNumberError(RefusedError):
    """A number no sheet could carry."""

    code = "batch_number"
    message = _l("A batch has a number from 1 to 99 999.")


class NumberTakenError(RefusedError):
    """A number that another batch has."""

    code = "number_taken"
    http_status = 409
    message = _l("Another batch has this number. The next free one is %(free)s.")


class PlaceMissingError(RefusedError):
    """A batch that is nowhere."""

    code = "place_missing"
    message = _l("Say where it goes, in 120 characters at most.")


class HolderTooLongError(RefusedError):
    """A holder described at length."""

    code = "holder_too_long"
    message = _l("80 characters at most: a pseudonym is enough.")


class DaysOrderError(RefusedError):
    """A day before the one on which the batch went out, or came back."""

    code = "days_order"
    message = _l("This day is before %(before)s, the day of the step before.")


class WrongStepError(RefusedError):
    """An act that does not follow from where the batch is."""

    code = "wrong_step"
    http_status = 409
    message = _l("This batch is no longer where this step begins. Look at it again.")


class ChangedMeanwhileError(RefusedError):
    """Somebody else changed the batch after the page was opened."""

    code = "changed_meanwhile"
    http_status = 409
    message = _l(
        "Somebody changed this batch after you opened the page. Look at what is there now: if yours is still right, send the form again."
    )


class WithoutReasonError(RefusedError):
    """A correction, a loss or a step back that nobody could explain."""

    code = "without_reason"
    message = _l("Say why, in 300 characters at most and without naming anybody.")


class TooManyLinesError(RefusedError):
    """More lines than a pile could hold."""

    code = "too_many_lines"
    message = _l("A batch holds 99 999 lines of a kind at most.")


class MoreThanHandedOverError(RefusedError):
    """More accepted than were handed over."""

    code = "more_than_handed_over"
    message = _l("Only %(valid)s were handed over.")


@dataclass(frozen=True)
class Figures:
    """The counted lines of a batch: valid by region, spoiled by reason."""

    valid: Mapping[str, int] = field(default_factory=dict)
    spoiled: Mapping[str, int] = field(default_factory=dict)

    @property
    def valid_total(self) -> int:
        """All valid lines."""
        return sum(self.valid.values())

    @property
    def spoiled_total(self) -> int:
        """All spoiled lines."""
        return sum(self.spoiled.values())


@dataclass(frozen=True)
class BatchFigures:
    """Where a batch is, what was counted in it, and what the authority accepted of that (None as long
    as it has not answered)."""

    number: int
    state: str
    figures: Figures
    accepted: Mapping[str, int] | None = None
    seal: str = ""

    @property
    def is_counted(self) -> bool:
        """Whether its figures stand."""
        return self.state in {COUNTED, HANDED_OVER, ANSWERED}


@dataclass(frozen=True)
class RegionTotals:
    """The paper of one region. `entering` is what enters the count of the rule: of a batch that the
    authority has answered what it accepted, of any other what the organisers counted, and what was
    counted `before` the ledger began."""

    key: str
    before: int = 0
    counted: int = 0
    handed_over: int = 0
    accepted: int = 0
    refused: int = 0
    entering: int = 0


def counts_paper(rule: Instrument) -> bool:
    """Whether the rule counts the official paper form."""
    return PAPER in rule.counting_channels


def check_may_keep(rule: Instrument, petition_state: str) -> None:
    """Refuse a ledger where no paper is counted. Raises PaperNotCountedError."""
    if not counts_paper(rule) or petition_state in CLOSED_TO_PAPER:
        raise PaperNotCountedError


def paper_regions(rule: Instrument) -> tuple[str, ...]:
    """The regions of a batch. Where a rule counts by region there may be lines whose region nobody can
    tell: they are kept apart and never placed by guess."""
    keys = region_keys(rule)
    return (*keys, UNKNOWN) if rule.strata else keys


def check_new_batch(
    *, number: int | None, place: str, holder: str, out_on: date, today: date
) -> tuple[int, str, str]:
    """The number, place and holder of a batch, tidied. Raises BatchNumberError, PlaceMissingError,
    HolderTooLongError, FutureDayError."""
    if number is None or not 0 < number <= LARGEST_NUMBER:
        raise BatchNumberError
    check_day(out_on, today)
    return number, check_place(place), check_holder(holder)


def check_place(place: str) -> str:
    """Where a batch is, tidied. Raises PlaceMissingError."""
    tidied = one_line(place)
    if not 0 < len(tidied) <= LONGEST_PLACE:
        raise PlaceMissingError
    return tidied


def check_holder(holder: str) -> str:
    """Who has it, tidied; nobody is in order. Raises HolderTooLongError."""
    tidied = one_line(holder)
    if len(tidied) > LONGEST_HOLDER:
        raise HolderTooLongError
    return tidied


def check_step(state: str, act: str) -> str:
    """The state an act leads to. Raises WrongStepError."""
    before, after = ACTS[act]
    if state not in before:
        raise WrongStepError
    return after


def check_days(day: date, *earlier: date | None, today: date) -> None:
    """Refuse a day to come, or before a step that came before. Raises FutureDayError, DaysOrderError."""
    check_day(day, today)
    last = max((each for each in earlier if each is not None), default=None)
    if last is not None and day < last:
        raise DaysOrderError(before=last.isoformat())


def check_why(reason: str, *, is_needed: bool = True) -> str:
    """A reason, tidied. Raises WithoutReasonError."""
    why = one_line(reason)
    if len(why) > LONGEST_REASON or (is_needed and not why):
        raise WithoutReasonError
    return why


def check_figures(figures: Figures, rule: Instrument) -> Figures:
    """The figures without their zeros. Raises TooManyLinesError; ValueError for a region or a reason
    that is not one, or a number below 0."""
    unknown = (set(figures.valid) - set(paper_regions(rule))) | set(figures.spoiled) - set(SPOILED)
    numbers = (*figures.valid.values(), *figures.spoiled.values())
    if unknown or any(number < 0 for number in numbers):
        raise ValueError("no such region, reason or number")
    if any(number > LARGEST_COUNT for number in numbers):
        raise TooManyLinesError
    return Figures(_without_zeros(figures.valid), _without_zeros(figures.spoiled))


def _without_zeros(counts: Mapping[str, int]) -> dict[str, int]:
    return {key: count for key, count in counts.items() if count}


def check_accepted(accepted: Mapping[str, int], valid: Mapping[str, int]) -> dict[str, int]:
    """What the authority accepted of a batch, without zeros. Raises MoreThanHandedOverError with the
    region it is about."""
    for key, count in accepted.items():
        if not 0 <= count <= valid.get(key, 0):
            raise MoreThanHandedOverError(valid=valid.get(key, 0), region=key)
    return _without_zeros(accepted)


def totals_by_region(
    batches: Iterable[BatchFigures], keys: Iterable[str], before: Mapping[str, int]
) -> dict[str, RegionTotals]:
    """The paper of each region, from batches whose figures stand, carried on from what was counted
    `before` there was a ledger; what is lost or not counted is not in it."""
    sums = {key: Counter({"before": count, "entering": count}) for key, count in before.items()}
    for key in keys:
        sums.setdefault(key, Counter())
    for batch in batches:
        if not batch.is_counted:
            continue
        for key, valid in batch.figures.valid.items():
            region = sums.setdefault(key, Counter())
            region["counted"] += valid
            region["handed_over"] += valid if batch.state != COUNTED else 0
            accepted = None if batch.accepted is None else batch.accepted.get(key, 0)
            region["accepted"] += accepted or 0
            region["refused"] += 0 if accepted is None else valid - accepted
            region["entering"] += valid if accepted is None else accepted
    return {key: RegionTotals(key, **found) for key, found in sums.items()}


def source_of(batches: Iterable[BatchFigures]) -> str:
    """Who has checked the paper that enters the count: the organisers, the authority, or each a part."""
    answers = {batch.accepted is not None for batch in batches if batch.is_counted}
    if answers == {True}:
        return BY_AUTHORITY
    return BY_BOTH if answers == {True, False} else BY_ORGANISERS
