"""When so many sign at once, or so many from one place, that an organiser should look at it.

A burst is a question, not a verdict: a broadcast and a robot look alike in numbers. Nobody's
signature is touched by it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import ceil, sqrt
from statistics import median

from flask_babel import lazy_gettext as _l

from campaign.core.errors import RefusedError
from campaign.core.text import one_line

WINDOW = timedelta(minutes=10)
LOOKED_BACK = timedelta(days=7)
NEAR_THIS_HOUR = timedelta(hours=2)
FEWEST = 30
FEWEST_EARLIER_WINDOWS = 12
TIMES_THE_USUAL = 3
# Iglewicz and Hoaglin, "How to Detect and Handle Outliers" (1993): a modified z-score above 3.5.
# https://www.itl.nist.gov/div898/handbook/eda/section3/eda35h.htm
OUTLIER = 3.5
DEVIATIONS_OF_A_NORMAL = 1.4826  # 1/0.6745: the median absolute deviation in standard deviations
FEWEST_OF_ONE_PLACE = 20
FEWEST_TO_COMPARE = 50
SMALLEST_SHARE = 0.3
TIMES_THE_SHARE = 2
MOST_TO_COMPARE = 1_000
TIGHTENED_FOR = timedelta(hours=1)
TIMES_THE_SUM = 4
HARDER_SUM = "harder_sum"
NO_ACTION = "none"
LONGEST_EXPLANATION = 300


class ExplanationMissingError(RefusedError):
    """Nothing, or too much."""

    code = "explanation_missing"
    message = _l("Write in a few words what explains it, in at most 300 characters.")


@dataclass(frozen=True)
class Excess:
    """More than was to be expected: of the whole petition, or of one domain or postal code."""

    kind: str
    subject: str
    measured: int
    expected: int


def last_windows(now: datetime, count: int) -> list[tuple[datetime, datetime]]:
    """The last full windows of ten minutes, oldest first."""
    minutes = WINDOW.seconds // 60
    utc = now.astimezone(UTC).replace(second=0, microsecond=0)
    end = utc - timedelta(minutes=utc.minute % minutes)
    return [(end - WINDOW * (back + 1), end - WINDOW * back) for back in reversed(range(count))]


def comparable_windows(
    counts: Mapping[datetime, int], *, opened_at: datetime | None, before: datetime
) -> list[int]:
    """How many signed in each earlier window near this hour of the day, those without any included:
    people sleep, and a busy evening is no wonder beside the nights of a week."""
    first = before - LOOKED_BACK
    if opened_at is not None:
        first = max(first, last_windows(opened_at + WINDOW, 1)[0][0])
    found = []
    moment = before - WINDOW
    while moment >= first:
        apart = (before - moment) % timedelta(days=1)
        if min(apart, timedelta(days=1) - apart) <= NEAR_THIS_HOUR:
            found.append(counts.get(moment, 0))
        moment -= WINDOW
    return found


def pace_excess(count: int, earlier: Sequence[int]) -> Excess | None:
    """Whether a window holds far more signatures than those before it.

    Median and median absolute deviation, because one burst must not hide the next; at least the
    spread that chance alone gives to such a count (Poisson: its square root), since the deviation
    of a quiet petition is nought.
    """
    if count < FEWEST or len(earlier) < FEWEST_EARLIER_WINDOWS:
        return None
    usual = median(earlier)
    deviation = DEVIATIONS_OF_A_NORMAL * median(abs(one - usual) for one in earlier)
    spread = max(deviation, sqrt(max(usual, 1)))
    if (count - usual) / spread <= OUTLIER or count < TIMES_THE_USUAL * usual:
        return None
    return Excess("pace", "", count, ceil(usual))


def share_excesses(kind: str, now: Mapping[str, int], earlier: Mapping[str, int]) -> list[Excess]:
    """Domains or postal codes that hold a far larger part of a window than of what came before.

    The part expected is that of the earlier signatures, by Laplace's rule of succession, so that a
    place nobody signed from yet is possible; the spread is the binomial one.
    """
    total, total_earlier = sum(now.values()), sum(earlier.values())
    if total < FEWEST or total_earlier < FEWEST_TO_COMPARE:
        return []
    found = []
    for subject, count in sorted(now.items()):
        part = (earlier.get(subject, 0) + 1) / (total_earlier + 2)
        expected = total * part
        is_much = count >= max(
            FEWEST_OF_ONE_PLACE, SMALLEST_SHARE * total, TIMES_THE_SHARE * expected
        )
        if is_much and (count - expected) / sqrt(expected * (1 - part)) > OUTLIER:
            found.append(Excess(kind, subject, count, ceil(expected)))
    return found


def action_for(kind: str, *, is_explained: bool) -> str:
    """What the site does by itself: a harder sum for the browsers that sign next, nothing to people.

    Neighbours who sign together are no reason for it, nor is a burst that somebody has explained.
    """
    return NO_ACTION if is_explained or kind == "postal_code" else HARDER_SUM


def check_explanation(typed: str) -> str:
    """What an organiser knows about a burst, in one line. Raises ExplanationMissingError."""
    explanation = one_line(typed)
    if not explanation or len(explanation) > LONGEST_EXPLANATION:
        raise ExplanationMissingError
    return explanation
