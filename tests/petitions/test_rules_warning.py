"""When organisers are told: at thirty, fourteen and seven days, and when a region lags."""

from datetime import date

import pytest

from campaign.petitions.rules.warning import milestone_due, regions_behind
from campaign.thresholds.rules.forecast import Forecast


@pytest.mark.parametrize(
    ("days_left", "told", "due"),
    [
        (31, set(), None),
        (30, set(), 30),
        (30, {30}, None),
        (22, set(), 30),
        (14, {30}, 14),
        (14, {30, 14}, None),
        (7, {30, 14}, 7),
        (0, {30, 14, 7}, None),
        (3, set(), 7),
        (3, {30}, 7),
    ],
)
def test_each_milestone_is_told_once_and_none_late(
    days_left: int, told: set[int], due: int | None
) -> None:
    assert milestone_due(days_left, told) == due


def forecast_with(high: int) -> Forecast:
    day = date(2026, 3, 2)
    return Forecast(0, 100, 1.0, 1.0, 1.0, 1, 1, 0, high, None, None, day, day)


def test_a_region_is_behind_when_even_the_best_of_eight_cases_in_ten_does_not_pass() -> None:
    forecasts = {"VLG": forecast_with(99), "WAL": forecast_with(100), "BRU": forecast_with(250)}
    assert regions_behind(forecasts) == {"VLG"}
    assert regions_behind({}) == frozenset()
