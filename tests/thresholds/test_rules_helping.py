"""Where volunteers help most."""

from dataclasses import replace
from datetime import date

from campaign.thresholds.instruments import instrument
from campaign.thresholds.rules import Evaluation, Tally, evaluate
from campaign.thresholds.rules.forecast import Forecast
from campaign.thresholds.rules.helping import where_to_help

ON = date(2026, 3, 2)
CHAMBER, INITIATIVE = instrument("be-chamber-hearing", ON), instrument("eci", ON)
ANY = Forecast(0, 1, 0, 0, 28, 1, 1, 0, 0, None, None, ON, date(2026, 6, 1))


def judged(**counts: int) -> Evaluation:
    """The Chamber's rule with so many online."""
    tallies = [Tally(key, "official_platform", count) for key, count in counts.items()]
    return evaluate(CHAMBER, tallies, ON)


def order(found: object) -> list[str]:
    """The places in their order."""
    return [lack.stratum for lack in found.lacks]  # type: ignore[attr-defined]


def test_without_a_pace_the_region_that_lacks_most_comes_first() -> None:
    found = where_to_help(judged(VLG=14_000, WAL=4_000, BRU=500), {})
    assert found is not None
    assert order(found) == ["WAL", "BRU", "VLG"]
    assert (found.is_choice, found.anywhere) == (False, 0)


def test_with_paces_the_slowest_region_comes_first_for_it_decides_the_outcome() -> None:
    paces = {"VLG": 100.0, "WAL": 400.0, "BRU": 2.0}
    forecasts = {key: replace(ANY, pace_month=pace) for key, pace in paces.items()}
    found = where_to_help(judged(VLG=14_000, WAL=4_000, BRU=2_400), forecasts)
    assert found is not None
    assert order(found) == ["BRU", "WAL", "VLG"]
    assert [lack.days for lack in found.lacks] == [50, 10, 5]


def test_a_region_where_nothing_comes_is_before_all_others() -> None:
    forecasts = {"VLG": ANY, "WAL": replace(ANY, pace_month=1.0), "BRU": replace(ANY, pace_month=9)}
    found = where_to_help(judged(VLG=14_499, WAL=1, BRU=1), forecasts)
    assert found is not None
    assert (order(found)[0], found.lacks[0].days) == ("VLG", None)


def test_a_region_that_is_there_needs_no_help() -> None:
    found = where_to_help(judged(VLG=20_000, WAL=8_000, BRU=2_499), {})
    assert found is not None
    assert order(found) == ["BRU"]


def test_of_twenty_seven_countries_only_the_nearest_that_are_still_needed() -> None:
    counts = {stratum.key: stratum.minimum for stratum in INITIATIVE.strata[:5]}
    counts["MT"] = 4_000
    tallies = [Tally(key, "official_platform", count) for key, count in counts.items()]
    evaluation = evaluate(INITIATIVE, tallies, ON)
    found = where_to_help(evaluation, {})
    assert found is not None
    assert found.is_choice
    assert len(found.lacks) == 2
    assert order(found)[0] == "MT"
    assert found.anywhere + sum(lack.missing for lack in found.lacks) == evaluation.total_missing


def test_seven_countries_there_leave_only_the_total() -> None:
    tallies = [
        Tally(stratum.key, "official_platform", stratum.minimum)
        for stratum in INITIATIVE.strata[:7]
    ]
    found = where_to_help(evaluate(INITIATIVE, tallies, ON), {})
    assert found is not None
    assert (found.lacks, found.anywhere > 0) == ((), True)


def test_nothing_is_said_where_all_is_there_or_nobody_knows() -> None:
    assert where_to_help(judged(VLG=14_500, WAL=8_000, BRU=2_500), {}) is None
    assert where_to_help(judged(UNKNOWN=9_000), {}) is None
    assert where_to_help(evaluate(instrument("fr-assembly", ON), [], ON), {}) is None
