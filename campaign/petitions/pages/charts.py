"""The drawings of the organisers' dashboard, in numbers, each with the rows of its table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from campaign.i18n.formats import BRUSSELS
from campaign.petitions.models import Petition
from campaign.petitions.pages.cards import Tracker
from campaign.thresholds.rules.forecast import Forecast, daily_totals

DAYS_DRAWN = 42
WIDE, HIGH = 1000, 400
STEPS_UP = 4
MOST_MONTHS = 7


@dataclass(frozen=True)
class DayOfSupport:
    """One day: its place and size in percent of the drawing, and the net change of that day. A day on
    which more was taken back than given has no bar."""

    on: date
    x: float
    width: float
    height: float
    change: int


@dataclass(frozen=True)
class SupportChart:
    """The last six weeks of confirmed support."""

    days: list[DayOfSupport]
    highest: int
    total: int

    @property
    def weeks(self) -> list[tuple[date, int]]:
        """Each whole week by its first day, for who reads the table."""
        chunks = [self.days[start : start + 7] for start in range(0, len(self.days), 7)]
        return [(chunk[0].on, sum(day.change for day in chunk)) for chunk in chunks]


def support_since(now: datetime) -> datetime:
    """The beginning (UTC, as the series is kept) of the first day drawn."""
    return now.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=DAYS_DRAWN - 1)


def support_chart(changes: Mapping[datetime, int], *, now: datetime) -> SupportChart:
    """The bars of the last six weeks, today included."""
    first = support_since(now)
    moments = [first + timedelta(days=day) for day in range(DAYS_DRAWN)]
    highest = max([1, *(changes.get(moment, 0) for moment in moments)])
    width = 100 / DAYS_DRAWN
    days = [
        DayOfSupport(
            on=moment.date(),
            x=round((place + 0.12) * width, 2),
            width=round(0.76 * width, 2),
            height=round(100 * max(0, changes.get(moment, 0)) / highest, 2),
            change=changes.get(moment, 0),
        )
        for place, moment in enumerate(moments)
    ]
    return SupportChart(days, highest, sum(day.change for day in days))


@dataclass(frozen=True)
class CourseChart:
    """One region from the first day to the last: what was counted, the range foretold, the pace needed,
    minimum and cautious goal. Paths and heights are those of a drawing of `WIDE` by `HIGH`."""

    key: str
    name: str
    forecast: Forecast
    counted_path: str
    cone_path: str
    need_path: str
    now_x: float
    minimum_y: float
    goal_y: float
    levels: list[int]
    months: list[date]
    readings: list[tuple[date, int]]
    wide: int = WIDE
    high: int = HIGH


def most_behind(tracker: Tracker) -> str | None:
    """The region whose pace is furthest below what its minimum needs; else the one furthest from its
    cautious goal. None without a forecast."""
    found = {key: one.forecast for key, one in tracker.forecasts.items()}
    if not found:
        return None
    return max(found, key=lambda key: _lag(found[key]))


def _lag(found: Forecast) -> tuple[float, float]:
    return found.needed_a_day - found.pace_month, found.needed_a_day_safely - found.pace_month


def course_chart(petition: Petition, tracker: Tracker) -> CourseChart | None:
    """The course of the region most behind, or None while nothing can be foretold."""
    key = most_behind(tracker)
    if key is None or petition.opens_at is None:
        return None
    found = tracker.forecasts[key].forecast
    opened_on = petition.opens_at.astimezone(BRUSSELS).date()
    known = tracker.forecasts[key].readings
    totals = daily_totals(known, opened_on=opened_on, until=found.based_on)
    points = [(on, totals[on]) for on in sorted({opened_on, *(one.on for one in known)})]
    frame = _Frame(opened_on, found.closes_on, _top(max(found.safe_target, found.high)))
    here, end = frame.at(found.based_on, found.counted), found.closes_on
    return CourseChart(
        key=key,
        name=tracker.stratum_names.get(key, ""),
        forecast=found,
        counted_path=_path([frame.at(on, count) for on, count in points]),
        cone_path=_path([here, frame.at(end, found.low), frame.at(end, found.high)]) + "z",
        need_path=_path([here, frame.at(end, max(found.minimum, found.counted))]),
        now_x=here[0],
        minimum_y=frame.at(end, found.minimum)[1],
        goal_y=frame.at(end, found.safe_target)[1],
        levels=[frame.top * step // STEPS_UP for step in range(STEPS_UP, -1, -1)],
        months=_months(opened_on, found.closes_on),
        readings=[(on, round(count)) for on, count in points],
    )


@dataclass(frozen=True)
class _Frame:
    first: date
    last: date
    top: int

    def at(self, on: date, count: float) -> tuple[float, float]:
        share = (on - self.first).days / max((self.last - self.first).days, 1)
        return round(WIDE * share, 1), round(HIGH * (1 - count / self.top), 1)


def _path(points: Sequence[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{x} {y}" for x, y in points)


def _top(highest: float) -> int:
    """A round number above the highest, which four divides into round numbers."""
    size = 10 ** max(len(str(int(highest))) - 1, 0)
    steps: Any = (size * factor for factor in (1, 1.2, 1.6, 2, 2.4, 3, 4, 5, 6, 8, 10))
    return max(STEPS_UP, next(int(step) for step in steps if step >= highest * 1.02))


def _months(first: date, last: date) -> list[date]:
    """Seven days at most, evenly apart, from the first to the last."""
    count = min(MOST_MONTHS, max((last - first).days, 1) + 1)
    apart = (last - first) / (count - 1) if count > 1 else timedelta(0)
    return [first + apart * place for place in range(count)]
