"""When the organisations that carry a petition are told where it stands."""

from collections.abc import Collection, Mapping

from campaign.thresholds.rules.forecast import Forecast

DAYS_BEFORE_CLOSING = (30, 14, 7)


def milestone_due(days_left: int, told: Collection[int]) -> int | None:
    """The nearest milestone that is reached and was not told; one that was passed over is not told late."""
    reached = [days for days in DAYS_BEFORE_CLOSING if days_left <= days]
    nearest = min(reached, default=None)
    return None if nearest in told else nearest


def regions_behind(forecasts: Mapping[str, Forecast]) -> frozenset[str]:
    """The strata that do not pass their line even at the upper end of the forecast."""
    return frozenset(key for key, found in forecasts.items() if found.high < found.minimum)
