"""Rules: when what is measured stands out from what was to be expected."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.petitions.rules import bursts as rules

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
TEN = timedelta(minutes=10)


class TestWindows:
    def test_only_full_ones_the_oldest_first(self) -> None:
        found = rules.last_windows(NOON + timedelta(minutes=7, seconds=30), 2)
        assert found == [(NOON - 2 * TEN, NOON - TEN), (NOON - TEN, NOON)]

    def test_compared_with_the_same_hours_of_the_days_before(self) -> None:
        counts = {NOON - timedelta(days=1): 7, NOON - timedelta(hours=12): 99}
        found = rules.comparable_windows(counts, opened_at=None, before=NOON)
        # Two hours before it today, four on each of six days, two seven days ago: in sixths.
        assert (len(found), sum(found)) == (12 + 6 * 25 + 13, 7)

    def test_not_with_the_days_before_the_petition_opened(self) -> None:
        opened_at = NOON - timedelta(hours=1)
        assert len(rules.comparable_windows({}, opened_at=opened_at, before=NOON)) == 6


class TestPace:
    @pytest.mark.parametrize(
        ("count", "earlier", "is_burst"),
        [
            (29, [0] * 50, False),  # too few to speak of
            (30, [0] * 50, True),  # a quiet petition
            (30, [0] * 11, False),  # nothing to compare with yet
            (200, [100, 90, 110] * 10, False),  # busy, and twice as busy is no wonder
            (310, [100, 90, 110] * 10, True),
            (310, [10, 200, 400] * 10, False),  # it always goes up and down like that
        ],
    )
    def test_far_above_the_usual(self, count: int, earlier: list[int], is_burst: bool) -> None:
        assert (rules.pace_excess(count, earlier) is not None) is is_burst

    def test_an_earlier_burst_does_not_hide_this_one(self) -> None:
        """The reason for the median: 5 000 in one window would raise a mean to 100."""
        assert rules.pace_excess(120, [3] * 49 + [5_000]) == rules.Excess("pace", "", 120, 3)

    @given(st.integers(0, 400), st.lists(st.integers(0, 400), min_size=12, max_size=60))
    def test_more_people_are_never_less_of_a_burst(self, count: int, earlier: list[int]) -> None:
        if rules.pace_excess(count, earlier):
            assert rules.pace_excess(count + 1, earlier)


class TestShares:
    EARLIER = {"gmail.com": 500, "hotmail.com": 300, "example.org": 10}

    def test_a_domain_nobody_signed_from_before(self) -> None:
        now = {"gmail.com": 20, "robots.example": 40}
        assert [each.subject for each in rules.share_excesses("domain", now, self.EARLIER)] == [
            "robots.example"
        ]

    def test_the_mail_host_of_everybody_is_no_wonder(self) -> None:
        assert (
            rules.share_excesses("domain", {"gmail.com": 80, "hotmail.com": 20}, self.EARLIER) == []
        )

    def test_a_small_part_or_few_people_are_none(self) -> None:
        assert (
            rules.share_excesses("domain", {"gmail.com": 180, "x.example": 20}, self.EARLIER) == []
        )
        assert (
            rules.share_excesses("domain", {"gmail.com": 20, "x.example": 19}, self.EARLIER) == []
        )

    def test_nothing_is_said_without_earlier_ones_to_compare_with(self) -> None:
        assert rules.share_excesses("domain", {"x.example": 90}, {"gmail.com": 49}) == []

    @given(st.dictionaries(st.sampled_from("abc"), st.integers(25, 400), min_size=3))
    def test_the_same_parts_as_before_are_never_an_excess(self, parts: dict[str, int]) -> None:
        assert rules.share_excesses("postal_code", Counter(parts), Counter(parts)) == []


def test_the_site_asks_for_a_harder_sum_and_never_because_of_neighbours() -> None:
    assert rules.action_for("pace", is_explained=False) == "harder_sum"
    assert rules.action_for("domain", is_explained=False) == "harder_sum"
    assert rules.action_for("postal_code", is_explained=False) == "none"
    assert rules.action_for("pace", is_explained=True) == "none"


def test_an_explanation_is_a_line() -> None:
    assert rules.check_explanation(" on  the radio ") == "on the radio"
    for typed in ("", " \n", "x" * 301):
        with pytest.raises(rules.ExplanationMissingError):
            rules.check_explanation(typed)
