"""The picture of an evaluation in numbers: one band per stratum, one line across all of them.

Thickness is what the law asks (4 px per 1,000), length is the share of it. Lengths are percentages of the picture's
width; the line stands at 100/1.3 %, so that a third more than the minimum can still be seen.
"""

from dataclasses import dataclass

from campaign.thresholds.rules.evaluation import ALL, Evaluation, StratumResult
from campaign.thresholds.rules.forecast import Forecast

LINE = 100 / 1.3
SAFE_SHARE = 1.2
SEGMENT_GAP = 0.4
PX_PER_THOUSAND = 4
THINNEST, THINNEST_ALONE, THICKEST = 10, 20, 72
TOTAL_HEIGHT = 12


@dataclass(frozen=True)
class Band:
    """One stratum. `height` and the `_y` are px; `_width` and `_x` are percent of the width, rounded to 2 decimals.

    `received` and `percent` count the surplus too, as the words beside the band do; `percent` is floored, so 100
    means reached. `surplus_width` is 0 until the line is reached, and stops at the right edge.
    """

    key: str
    height: int
    mini_height: int
    line: float
    online_width: float
    paper_x: float
    paper_width: float
    surplus_x: float
    surplus_y: int
    surplus_width: float
    surplus_height: int
    safe_x: float
    safe_y1: int
    safe_y2: int
    received: int
    minimum: int
    percent: int


@dataclass(frozen=True)
class ForecastMark:
    """The range of a forecast on its band, in percent of the width; `safe_x` is the cautious goal."""

    low_x: float
    high_x: float
    safe_x: float


@dataclass(frozen=True)
class Segment:
    """The useful signatures of one stratum in the band of the total."""

    key: str
    x: float
    width: float


@dataclass(frozen=True)
class Picture:
    """All bands in the order of the rule, and the band of the useful total.

    `split_known` is False when no signature could be given a stratum although some came in: the bands would be empty
    for the wrong reason, so the page says "split unknown" instead.
    """

    bands: tuple[Band, ...]
    line: float
    total_height: int
    total_segments: tuple[Segment, ...]
    total_percent: int
    split_known: bool


def picture(evaluation: Evaluation) -> Picture:
    """The numbers the bands are drawn from; no band at all where there is no threshold."""
    total = evaluation.total_minimum or 0
    return Picture(
        bands=tuple(_band(result) for result in evaluation.strata),
        line=round(LINE, 2),
        total_height=TOTAL_HEIGHT,
        total_segments=_segments(evaluation),
        total_percent=evaluation.total_counted * 100 // total if total else 0,
        split_known=evaluation.unassigned == 0 or evaluation.unassigned < evaluation.collected,
    )


def height_of(minimum: int, *, alone: bool) -> int:
    """Thickness in px: 4 per 1,000, at least 10, at least 20 for a rule with one band, at most 72."""
    thinnest = THINNEST_ALONE if alone else THINNEST
    return min(max(thinnest, round(minimum * PX_PER_THOUSAND / 1000)), THICKEST)


def _band(result: StratumResult) -> Band:
    height = height_of(result.minimum, alone=result.key == ALL)
    paper = min(result.paper_counted, result.counted)
    online_width = _share(result.counted - paper, result.minimum)
    received = result.counted + result.surplus if result.reached else result.counted
    surplus = _share(result.surplus, result.minimum) if result.reached else 0.0
    return Band(
        key=result.key,
        height=height,
        mini_height=height // 2,
        line=round(LINE, 2),
        online_width=round(online_width, 2),
        paper_x=round(online_width, 2),
        paper_width=round(_share(paper, result.minimum), 2),
        surplus_x=round(LINE, 2),
        surplus_y=1,
        surplus_width=round(min(surplus, 100 - LINE), 2),
        surplus_height=height - 2,
        safe_x=round(LINE * SAFE_SHARE, 2),
        safe_y1=-3,
        safe_y2=height + 3,
        received=received,
        minimum=result.minimum,
        percent=received * 100 // result.minimum,
    )


def forecast_mark(found: Forecast) -> ForecastMark:
    """Where the range of a forecast is drawn; what lies beyond the picture stops at its edge."""
    low, high, safe = (
        round(min(_share(count, found.minimum), 100.0), 2)
        for count in (found.low, found.high, found.safe_target)
    )
    return ForecastMark(low, high, safe)


def _share(count: int, minimum: int) -> float:
    return count / minimum * LINE


def _segments(evaluation: Evaluation) -> tuple[Segment, ...]:
    """Useful signatures laid end to end, with a small gap after each so that the joints show."""
    if not evaluation.total_minimum:
        return ()
    segments, start = [], 0.0
    for result in evaluation.strata:
        length = min(_share(result.counted, evaluation.total_minimum), LINE - start)
        segments.append(
            Segment(result.key, round(start, 2), round(max(length - SEGMENT_GAP, 0), 2))
        )
        start += length
    return tuple(segments)
