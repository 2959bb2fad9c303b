"""What people say of the official channel: which answers are whole, and how little they prove.

No answer carries a person, a time of day or the text a browser says of itself.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import sqrt

from flask_babel import lazy_gettext as _l

from campaign.core.errors import RefusedError
from campaign.petitions.rules.counting import masked_small_cells
from campaign.petitions.rules.signing import may_mail_again
from campaign.thresholds.handoffs import HandOff

REMIND_OF_OFFICIAL_AFTER = timedelta(days=7)
CODE_GOOD_FOR = timedelta(days=60)
DAYS_SHOWN = 28
MOST_DAYS_OF_EVIDENCE = 366
# 1.96 standard errors: the interval is meant to hold the true share in 95 cases of 100.
Z_95 = 1.959964
WORKED = ""
NO_BROWSER = "unknown"
# In this order: most browsers also call themselves by the name of an older one.
_MARKS = (
    ("in_app", ("FBAN", "FBAV", "Instagram", "WhatsApp", "Messenger", "Line/", "; wv)")),
    ("samsung", ("SamsungBrowser",)),
    ("edge", ("Edg/", "EdgA/", "EdgiOS/")),
    ("opera", ("OPR/", "OPT/", "Opera")),
    ("firefox", ("Firefox/", "FxiOS/")),
    ("chrome", ("CriOS/", "Chrome/", "Chromium/")),
    ("safari", ("Safari/",)),
    ("in_app", ("iPhone;", "iPad;")),
)
BROWSERS = (
    "chrome",
    "safari",
    "firefox",
    "edge",
    "samsung",
    "opera",
    "in_app",
    "other",
    NO_BROWSER,
)


class ResultMissingError(RefusedError):
    """Neither "it worked" nor "it failed"."""

    code = "result_missing"
    message = _l("Choose what happened.")


class StepMissingError(RefusedError):
    """It failed, and nobody says where."""

    code = "step_missing"
    message = _l("Choose the step where it failed.")


class EvidenceDaysError(RefusedError):
    """Days that are no period, or one too long to read."""

    code = "evidence_days"
    message = _l("Choose a first and a last day, a year apart at most, the last one not to come.")


def check_evidence_days(first: date, last: date, *, today: date) -> None:
    """Refuse a period that ends before it begins, is still to come or is longer than a year.

    Raises EvidenceDaysError.
    """
    if not first <= last <= today or (last - first).days >= MOST_DAYS_OF_EVIDENCE:
        raise EvidenceDaysError


@dataclass(frozen=True)
class Answer:
    """What one person says: the channel, and the step where it failed ("" when it worked)."""

    channel: str
    step: str


def read_answer(result: str, step: str, hand_off: HandOff) -> Answer:
    """An answer out of a form: `result` is "failed" or the channel that worked; `step` is written
    "channel/step". Raises ResultMissingError, StepMissingError."""
    if hand_off.way(result) is not None:
        return Answer(result, WORKED)
    if result != "failed":
        raise ResultMissingError
    channel, _separator, key = step.partition("/")
    way = hand_off.way(channel)
    if way is None or key not in way.step_keys:
        raise StepMissingError
    return Answer(channel, key)


def browser_family(description: str) -> str:
    """The family of a browser from what it says of itself (RFC 9110 §10.1.5); nothing else is kept."""
    for family, marks in _MARKS:
        if any(mark in description for mark in marks):
            return family
    return "other"


def may_remind_of_official(
    *, state: str, petition_is_open: bool, mail_count: int, reminded_at: datetime | None
) -> bool:
    """Whether the one reminder may leave: still signed, still open, not yet sent, and one of the five."""
    is_due = state == "confirmed" and petition_is_open and reminded_at is None
    return is_due and may_mail_again(mail_count)


@dataclass(frozen=True)
class Interval:
    """A share and the ends of its 95 % interval, each from 0 to 1."""

    share: float
    low: float
    high: float


def wilson(part: int, whole: int) -> Interval | None:
    """The share of `part` in `whole` with Wilson's score interval (Wilson 1927, JASA 22: 209-212), which
    stays honest for few answers and near 0 and 1. None without an answer."""
    if whole < 1:
        return None
    share = part / whole
    spread = 1 + Z_95**2 / whole
    middle = (share + Z_95**2 / (2 * whole)) / spread
    reach = Z_95 * sqrt(share * (1 - share) / whole + Z_95**2 / (4 * whole**2)) / spread
    return Interval(
        share, max(0.0, min(share, middle - reach)), min(1.0, max(share, middle + reach))
    )


@dataclass(frozen=True)
class Told:
    """So many answers that say the same."""

    day: date
    channel: str
    step: str
    browser: str
    language: str
    count: int


@dataclass(frozen=True)
class Rate:
    """How many answers, how many of them failures, and the failure rate with its interval."""

    key: str
    answers: int
    failed: int

    @property
    def worked(self) -> int:
        """The answers that say it worked."""
        return self.answers - self.failed

    @property
    def failure(self) -> Interval | None:
        """The share that failed; None without an answer."""
        return wilson(self.failed, self.answers)


def overall(told: Iterable[Told]) -> Rate:
    """Every answer together."""
    return _rate("", list(told))


def by_day(told: Sequence[Told], last: date, days: int = DAYS_SHOWN) -> list[Rate]:
    """One rate per day up to `last`, days without an answer included; the key is the ISO date."""
    first = last - timedelta(days=days - 1)
    found = _grouped(told, lambda one: one.day.isoformat())
    return [
        _rate(key, found.get(key, []))
        for key in ((first + timedelta(days=n)).isoformat() for n in range(days))
    ]


def by_browser(told: Sequence[Told]) -> list[Rate]:
    """One rate per family of browser that was named, most answers first."""
    found = _grouped(told, lambda one: one.browser)
    rates = [_rate(key, found[key]) for key in BROWSERS if key in found]
    return sorted(rates, key=lambda rate: -rate.answers)


def by_step(told: Sequence[Told], step_keys: Sequence[str]) -> list[Rate]:
    """Of all answers about one channel, how many failed at each step; in the order of the steps."""
    whole = sum(one.count for one in told)
    failed = _grouped(told, lambda one: one.step)
    later = [key for key in failed if key not in step_keys and key != WORKED]
    return [
        Rate(key, whole, sum(one.count for one in failed.get(key, [])))
        for key in (*step_keys, *later)
    ]


def keys_shown(rates: Sequence[Rate]) -> frozenset[str]:
    """The rates anybody may see: those with five answers or more, unless a smaller one would follow
    from them and the total."""
    masked = masked_small_cells({rate.key: rate.answers for rate in rates if rate.answers})
    return frozenset(key for key, answers in masked.items() if answers is not None)


def shown_steps(rates: Sequence[Rate]) -> dict[str, int | None]:
    """The failures at each step with those from 1 to 4 hidden (None), so that they follow from nothing
    else that is shown; empty where nothing can be shown."""
    failed = {rate.key: rate.failed for rate in rates}
    return masked_small_cells(failed) if any(failed.values()) else {}


def _grouped(told: Iterable[Told], key_of: Callable[[Told], str]) -> Mapping[str, list[Told]]:
    found: dict[str, list[Told]] = {}
    for one in told:
        found.setdefault(key_of(one), []).append(one)
    return found


def _rate(key: str, told: Sequence[Told]) -> Rate:
    failed = sum(one.count for one in told if one.step != WORKED)
    return Rate(key, sum(one.count for one in told), failed)
