"""The forecast: pace, need and range, and what it refuses to say."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.thresholds.rules.forecast import (
    Reading,
    daily_totals,
    forecast,
    safe_target,
)

OPENED = date(2026, 3, 3)


def day(number: int) -> date:
    return OPENED + timedelta(days=number)


def readings(**counts: dict[int, int]) -> list[Reading]:
    return [
        Reading(channel, day(number), count)
        for channel, by_day in counts.items()
        for number, count in by_day.items()
    ]


def steady(per_week: int, weeks: int) -> list[Reading]:
    return readings(online={7 * week: per_week * week for week in range(1, weeks + 1)})


def test_a_steady_pace_keeps_a_doubt_of_its_own() -> None:
    """70 a week for 6 weeks is 420, and 10 a day for 28 days more is 700. Six even weeks are taken to
    swing by 21: 1.476 × 21 × √(4 + 16/4) = 87.7 to either side."""
    found = forecast(steady(70, 6), minimum=600, opened_on=OPENED, closes_on=day(70))
    assert found is not None
    assert (found.counted, found.pace_week, found.pace_month) == (420, 10.0, 10.0)
    assert (found.low, found.high) == (612, 788)
    assert found.passed_from is not None
    assert found.passed_until is not None
    assert found.passed_from < day(42 + 18) < found.passed_until
    assert found.needed_a_day == 7  # 180 missing in 28 days


def test_an_uneven_pace_gives_a_range_worked_out_by_hand() -> None:
    """Weeks of 50, 90, 50, 90: mean 70, standard deviation 23.09; 4 weeks ahead the doubt is
    1.638 × 23.09 × √(4 + 16/4) = 107.0 around 280 + 280."""
    counts = {7: 50, 14: 140, 21: 190, 28: 280}
    found = forecast(readings(online=counts), minimum=600, opened_on=OPENED, closes_on=day(56))
    assert found is not None
    assert (found.low, found.high) == (453, 667)
    assert found.passed_from is not None
    assert found.passed_until is None


def test_a_line_out_of_reach_has_no_day() -> None:
    found = forecast(steady(7, 4), minimum=1000, opened_on=OPENED, closes_on=day(58))
    assert found is not None
    assert (found.passed_from, found.passed_until) == (None, None)
    assert found.needed_a_day == 33  # 972 in 30 days


@pytest.mark.parametrize(
    "counts",
    [
        pytest.param({}, id="no number at all"),
        pytest.param({20: 100}, id="one reading"),
        pytest.param({5: 10, 13: 90}, id="thirteen days"),
    ],
)
def test_with_too_little_it_says_nothing(counts: dict[int, int]) -> None:
    few = readings(online=counts)
    assert forecast(few, minimum=1000, opened_on=OPENED, closes_on=day(90)) is None


def test_fourteen_days_are_enough_and_after_the_closing_day_nothing_is_left_to_tell() -> None:
    enough = readings(online={7: 40, 14: 90})
    assert forecast(enough, minimum=1000, opened_on=OPENED, closes_on=day(90)) is not None
    assert forecast(enough, minimum=1000, opened_on=OPENED, closes_on=day(14)) is None


def test_channels_are_added_day_by_day_each_on_its_own_line() -> None:
    """Online 0, 10, 20 on days 0, 2, 4; paper 0 until day 2, then 6 on day 4, counted once."""
    both = readings(online={2: 10, 4: 20}, paper={2: 0, 4: 6})
    totals = daily_totals(both, opened_on=OPENED, until=day(5))
    assert [totals[day(number)] for number in range(6)] == [0, 5, 10, 18, 26, 26]


def test_a_correction_downwards_makes_no_negative_pace() -> None:
    corrected = readings(online={7: 100, 14: 200, 21: 150, 28: 90})
    found = forecast(corrected, minimum=1000, opened_on=OPENED, closes_on=day(60))
    assert found is not None
    assert found.pace_week == 0
    assert found.low == found.counted == 90


@pytest.mark.parametrize(
    ("minimum", "target"), [(14_500, 17_400), (2_500, 3_000), (8_000, 9_600), (1_001, 1_202)]
)
def test_the_safe_target_is_the_minimum_and_a_fifth_rounded_up(minimum: int, target: int) -> None:
    assert safe_target(minimum) == target


SERIES = st.lists(st.integers(0, 500), min_size=3, max_size=12)


@given(SERIES, st.integers(1, 20_000), st.integers(1, 200))
def test_whatever_the_series_the_range_holds_together(
    gains: list[int], minimum: int, days_left: int
) -> None:
    counts, total = {}, 0
    for week, gain in enumerate(gains, start=1):
        total += gain
        counts[7 * week] = total
    closes_on = day(7 * len(gains) + days_left)
    found = forecast(
        readings(online=counts), minimum=minimum, opened_on=OPENED, closes_on=closes_on
    )
    assert found is not None
    assert found.counted == total <= found.low <= found.high
    assert found.needed_a_day * days_left >= minimum - total
    assert found.needed_a_day_safely >= found.needed_a_day
    if found.passed_until is not None:
        assert found.passed_from is not None
        assert found.passed_from <= found.passed_until <= closes_on
        assert found.low >= minimum
    assert (found.passed_from is not None) == (found.high >= minimum or total >= minimum)


@given(SERIES, st.integers(1, 60))
def test_a_longer_way_never_makes_the_doubt_smaller(gains: list[int], days_left: int) -> None:
    counts = {7 * week: sum(gains[:week]) for week in range(1, len(gains) + 1)}
    end = 7 * len(gains)
    widths = []
    for ahead in (days_left, days_left + 7):
        found = forecast(
            readings(online=counts), minimum=10, opened_on=OPENED, closes_on=day(end + ahead)
        )
        assert found is not None
        widths.append(found.high - found.low)
    assert widths[0] <= widths[1] + 1


def test_a_margin_of_ones_own_moves_the_safe_target_and_its_need() -> None:
    assert safe_target(25_000, 35) == 33_750
    assert safe_target(7, 0) == 7
    assert safe_target(7, 1) == 8
    known = [
        Reading("official_platform", OPENED + timedelta(days=day), 10 * day) for day in (7, 28)
    ]
    wide, narrow = (
        forecast(
            known,
            minimum=1_000,
            opened_on=OPENED,
            closes_on=OPENED + timedelta(days=100),
            margin_percent=percent,
        )
        for percent in (50, 0)
    )
    assert wide is not None
    assert narrow is not None
    assert (wide.safe_target, narrow.safe_target) == (1_500, 1_000)
    assert wide.needed_a_day_safely > narrow.needed_a_day_safely == narrow.needed_a_day


def test_the_longer_pace_says_how_many_days_it_rests_on() -> None:
    for day, days in ((15, 14), (22, 21), (28, 28), (60, 28)):
        known = [Reading("official_platform", OPENED + timedelta(days=n), n) for n in (1, day)]
        found = forecast(
            known, minimum=1_000, opened_on=OPENED, closes_on=OPENED + timedelta(days=100)
        )
        assert found is not None
        assert found.month_days == days
