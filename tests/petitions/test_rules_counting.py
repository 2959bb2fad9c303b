"""Rules: which numbers may be shown."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.petitions.rules.counting import SMALLEST_SHOWN, masked_small_cells, rule_for
from campaign.thresholds.instruments import UnknownInstrumentError

CELLS = st.dictionaries(
    st.sampled_from(["VLG", "WAL", "BRU", "ABROAD", "UNKNOWN"]), st.integers(0, 30), max_size=5
)


@pytest.mark.parametrize(
    ("cells", "shown"),
    [
        ({}, {}),
        ({"VLG": 5, "WAL": 6}, {"VLG": 5, "WAL": 6}),
        ({"VLG": 0, "WAL": 9}, {"VLG": 0, "WAL": 9}),
        ({"VLG": 4, "WAL": 9, "BRU": 7}, {"VLG": None, "WAL": 9, "BRU": None}),
        ({"VLG": 4, "WAL": 3, "BRU": 7}, {"VLG": None, "WAL": None, "BRU": 7}),
    ],
)
def test_counts_from_1_to_4_are_hidden_with_one_more_when_one_alone_could_be_found(
    cells: dict[str, int], shown: dict[str, int | None]
) -> None:
    """Behaviour 95: with the complementary cell, since the total is public."""
    assert masked_small_cells(cells) == shown


def test_one_person_in_each_of_five_regions_is_no_breakdown() -> None:
    """Behaviour 95: five hidden cells that are five together would say that each is 1."""
    ones = dict.fromkeys(("VLG", "WAL", "BRU", "ABROAD", "UNKNOWN"), 1)
    assert masked_small_cells(ones) == {}
    assert masked_small_cells({**ones, "UNKNOWN": 2}) == dict.fromkeys(ones)


def test_two_tiny_cells_are_not_given_away_by_the_total() -> None:
    """Behaviour 95: 1 + 1 hidden beside 9 shown of 11 would say that each is 1."""
    assert masked_small_cells({"VLG": 1, "WAL": 1, "BRU": 9, "ABROAD": 20}) == {
        "VLG": None,
        "WAL": None,
        "BRU": None,
        "ABROAD": 20,
    }


@pytest.mark.parametrize("cells", [{"VLG": 3}, {"VLG": 3, "WAL": 0}, {"VLG": 1, "WAL": 1}])
def test_there_is_no_breakdown_of_fewer_than_5_people(cells: dict[str, int]) -> None:
    """Behaviour 95: naming the one region where they live is telling where they live."""
    assert masked_small_cells(cells) == {}


@given(CELLS)
def test_no_cell_of_1_to_4_is_ever_shown(cells: dict[str, int]) -> None:
    """Behaviour 95."""
    for count in masked_small_cells(cells).values():
        assert count is None or count == 0 or count >= SMALLEST_SHOWN


@given(CELLS)
def test_what_is_shown_is_true(cells: dict[str, int]) -> None:
    for key, count in masked_small_cells(cells).items():
        assert count is None or count == cells[key]


@given(CELLS)
def test_what_is_hidden_cannot_be_computed_from_the_total(cells: dict[str, int]) -> None:
    """Behaviour 95: at least two are hidden, together at least five, and not one each."""
    shown = masked_small_cells(cells)
    hidden = [cells[key] for key, count in shown.items() if count is None]
    assert not hidden or (
        len(hidden) > 1 and sum(hidden) >= SMALLEST_SHOWN and sum(hidden) > len(hidden)
    )


def test_a_rule_is_taken_in_the_version_of_the_day_the_petition_opened() -> None:
    rule = rule_for("be-chamber-hearing", date(2026, 3, 2), None)
    assert rule.total_minimum == 25_000
    assert rule.in_force_on(date(2026, 3, 2))


def test_organisers_may_set_a_goal_where_no_rule_sets_one() -> None:
    assert rule_for("none", date(2026, 3, 2), 500).total_minimum == 500


def test_an_unknown_rule_is_an_error() -> None:
    with pytest.raises(UnknownInstrumentError):
        rule_for("be-invented", date(2026, 3, 2), None)
