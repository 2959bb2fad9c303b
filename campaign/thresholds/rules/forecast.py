"""Where a collection is heading: its pace, what it needs a day, and a range for its last day.

The range is meant to hold in eight cases of ten. It rests on the weeks behind: their mean is the
pace, their scatter the doubt, which grows with the time ahead, also because the mean itself is known
from a few weeks only. docs/decisions/0009 says how often it held on the series we have.
"""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from math import ceil, sqrt
from statistics import mean, stdev

FEWEST_DAYS = 14
WEEKS_OF_PACE = 4
WEEKS_OF_SCATTER = 8
# Student's t at 90 %, by the number of weeks less one: few weeks tell little of the scatter.
EIGHT_OF_TEN = (3.078, 1.886, 1.638, 1.533, 1.476, 1.440, 1.415)
# A few even weeks are chance: the scatter is taken for no less than this share of the pace.
LEAST_SCATTER = 0.3
SAFE_MARGIN_PERCENT = 20
LONGEST_LOOK_AHEAD = timedelta(days=730)


@dataclass(frozen=True)
class Reading:
    """What one channel showed in one stratum on one day."""

    channel: str
    on: date
    count: int


@dataclass(frozen=True)
class Forecast:
    """One stratum. Paces are signatures a day; `low` and `high` are the range on the closing day.

    `pace_week` is that of the last 7 days, `pace_month` that of the last `month_days`: 28, or 14 or 21
    while there are no more whole weeks; the range goes on from the latter. `passed_from` and `passed_until` are the first days on which the upper and the lower end of the
    range reach the minimum, None where that is not before the closing.
    """

    counted: int
    minimum: int
    pace_week: float
    pace_month: float
    month_days: int
    needed_a_day: int
    needed_a_day_safely: int
    low: int
    high: int
    passed_from: date | None
    passed_until: date | None
    based_on: date
    closes_on: date
    margin_percent: int = SAFE_MARGIN_PERCENT

    @property
    def safe_target(self) -> int:
        """The minimum and a margin for signatures that the authority refuses."""
        return safe_target(self.minimum, self.margin_percent)


def safe_target(minimum: int, margin_percent: int = SAFE_MARGIN_PERCENT) -> int:
    """The number to aim for: the minimum plus a margin, in percent of it and rounded up, for
    signatures that turn out not to count."""
    return -(-minimum * (100 + margin_percent) // 100)


def forecast(
    readings: Sequence[Reading],
    *,
    minimum: int,
    opened_on: date,
    closes_on: date,
    margin_percent: int = SAFE_MARGIN_PERCENT,
) -> Forecast | None:
    """The forecast of one stratum, or None where there are fewer than fourteen days of numbers, one
    reading only, or no day left."""
    days = sorted({reading.on for reading in readings})
    if len(days) < 2 or (days[-1] - opened_on).days < FEWEST_DAYS or closes_on <= days[-1]:
        return None
    now = days[-1]
    totals = daily_totals(readings, opened_on=opened_on, until=now)
    weeks = _weekly_gains(totals, opened_on, now)
    course = _Course(totals[now], mean(weeks[:WEEKS_OF_PACE]), stdev(weeks), len(weeks), now)
    counted, days_left = round(totals[now]), (closes_on - now).days
    low, high = course.range_on(closes_on)
    return Forecast(
        counted=counted,
        minimum=minimum,
        pace_week=max(0.0, weeks[0] / 7),
        pace_month=max(0.0, course.weekly / 7),
        month_days=7 * min(len(weeks), WEEKS_OF_PACE),
        needed_a_day=_a_day(minimum - counted, days_left),
        needed_a_day_safely=_a_day(safe_target(minimum, margin_percent) - counted, days_left),
        low=round(low),
        high=round(high),
        passed_from=course.first_day_at(minimum, closes_on, is_upper=True),
        passed_until=course.first_day_at(minimum, closes_on, is_upper=False),
        based_on=now,
        closes_on=closes_on,
        margin_percent=margin_percent,
    )


def daily_totals(
    readings: Sequence[Reading], *, opened_on: date, until: date
) -> Mapping[date, float]:
    """The sum of all channels on each day: nothing on the opening day, a straight line between two
    readings of a channel, and its last reading from then on."""
    channels: dict[str, dict[date, int]] = {}
    for reading in readings:
        channels.setdefault(reading.channel, {})[reading.on] = reading.count
    totals = dict.fromkeys(_days(opened_on, until), 0.0)
    for counts in channels.values():
        known = {opened_on: 0, **counts}
        read_on = sorted(known)
        for day in totals:
            totals[day] += _between(known, read_on, day)
    return totals


def _between(known: Mapping[date, int], read_on: Sequence[date], day: date) -> float:
    place = bisect_right(read_on, day)
    before = read_on[place - 1]
    if place == len(read_on) or before == day:
        return known[before]
    after = read_on[place]
    share = (day - before).days / (after - before).days
    return known[before] + (known[after] - known[before]) * share


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def _weekly_gains(totals: Mapping[date, float], opened_on: date, now: date) -> list[float]:
    """What each whole week brought, the newest first."""
    weeks = min((now - opened_on).days // 7, WEEKS_OF_SCATTER)
    ends = [now - timedelta(weeks=number) for number in range(weeks + 1)]
    return [totals[end] - totals[start] for end, start in pairwise(ends)]


def _a_day(missing: int, days_left: int) -> int:
    return ceil(max(missing, 0) / days_left)


@dataclass(frozen=True)
class _Course:
    """The line ahead and the doubt around it."""

    counted: float
    weekly: float
    scatter: float
    week_count: int
    now: date

    def range_on(self, day: date) -> tuple[float, float]:
        """Low and high on a day ahead; never below what is counted already."""
        weeks = (day - self.now).days / 7
        middle = self.counted + max(self.weekly, 0.0) * weeks
        known_from = min(self.week_count, WEEKS_OF_PACE)
        scatter = max(self.scatter, LEAST_SCATTER * max(self.weekly, 0.0))
        quantile = EIGHT_OF_TEN[self.week_count - 2]
        doubt = quantile * scatter * sqrt(weeks + weeks * weeks / known_from)
        return max(self.counted, middle - doubt), middle + doubt

    def first_day_at(self, minimum: int, closes_on: date, *, is_upper: bool) -> date | None:
        """The first day on which that end of the range reaches the minimum."""
        last = min(closes_on, self.now + LONGEST_LOOK_AHEAD)
        return next(
            (day for day in _days(self.now, last) if self.range_on(day)[is_upper] >= minimum), None
        )
