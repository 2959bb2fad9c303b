"""Rules: the life of a petition."""

import itertools
from datetime import UTC, datetime, timedelta

import pytest

from campaign.petitions.rules.states import (
    LISTED,
    PATH,
    READABLE,
    STATES,
    TRANSITIONS,
    WrongTransitionError,
    check_may_become,
    is_open_for_confirming,
    is_open_for_signing,
    is_over,
)

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)


def may_become(before: str, after: str) -> bool:
    try:
        check_may_become(before, after)
    except WrongTransitionError:
        return False
    return True


def test_the_states_are_those_of_the_plan() -> None:
    assert set(STATES) == {
        *("draft", "submitted", "in_moderation", "open", "closed", "handed_over", "admissibility"),
        *("committee", "hearing", "report", "answered", "rejected", "suspended", "hidden"),
        "removed",
    }


def test_every_state_named_as_a_next_one_exists() -> None:
    assert {after for many in TRANSITIONS.values() for after in many} <= set(STATES)


def test_a_petition_can_go_the_whole_way_from_draft_to_answered() -> None:
    way = ["draft", "submitted", "in_moderation", *PATH]
    assert all(may_become(before, after) for before, after in itertools.pairwise(way))


@pytest.mark.parametrize("after", [state for state in STATES if state not in TRANSITIONS["draft"]])
def test_a_draft_cannot_skip_moderation(after: str) -> None:
    assert not may_become("draft", after)


def test_nothing_comes_back_from_hidden_or_removed_by_itself() -> None:
    """Bringing back is an act of its own, of the higher role (behaviours 56 and 57)."""
    assert not any(may_become("removed", after) for after in STATES)
    assert [after for after in STATES if may_become("hidden", after)] == ["removed"]


def test_what_was_public_can_always_be_removed() -> None:
    assert all(may_become(state, "removed") for state in READABLE)


def test_a_closed_petition_does_not_open_again() -> None:
    assert not may_become("closed", "open")


def test_no_state_follows_itself() -> None:
    assert not any(may_become(state, state) for state in STATES)


def test_an_unknown_state_leads_nowhere() -> None:
    assert not may_become("invented", "open")


def test_a_refused_transition_names_both_states() -> None:
    with pytest.raises(WrongTransitionError) as refusal:
        check_may_become("answered", "open")
    assert refusal.value.values == {"before": "answered", "after": "open"}
    assert refusal.value.http_status == 409


def test_what_waits_for_moderation_is_not_readable() -> None:
    assert not READABLE & {"draft", "submitted", "in_moderation", "hidden", "removed"}
    assert LISTED < READABLE


@pytest.mark.parametrize(
    ("state", "opens_at", "closes_at", "expected"),
    [
        ("open", None, None, True),
        ("open", NOW, None, True),
        ("open", NOW + SECOND, None, False),
        ("open", NOW - DAY, NOW + SECOND, True),
        ("open", NOW - DAY, NOW, False),
        ("suspended", NOW - DAY, NOW + DAY, False),
        ("closed", NOW - DAY, NOW + DAY, False),
        ("in_moderation", None, None, False),
    ],
)
def test_signing_is_open_from_opening_until_closing(
    state: str, opens_at: datetime | None, closes_at: datetime | None, expected: bool
) -> None:
    """Behaviours 18 and 19."""
    assert (
        is_open_for_signing(state=state, opens_at=opens_at, closes_at=closes_at, now=NOW)
        is expected
    )


@pytest.mark.parametrize(
    ("state", "closes_at", "expected"),
    [
        ("open", None, True),
        ("open", NOW + DAY, True),
        ("open", NOW - DAY + SECOND, True),
        ("open", NOW - DAY, False),
        ("suspended", NOW + DAY, True),
        ("closed", NOW, True),
        ("closed", NOW - DAY + SECOND, True),
        ("closed", NOW - DAY, False),
        ("closed", None, False),
        ("handed_over", NOW - SECOND, False),
        ("removed", NOW + DAY, False),
        ("hidden", NOW + DAY, False),
        ("rejected", NOW + DAY, False),
        ("draft", None, False),
    ],
)
def test_confirming_is_open_until_24_hours_after_closing(
    state: str, closes_at: datetime | None, expected: bool
) -> None:
    """Behaviour 25: to the second."""
    assert is_open_for_confirming(state=state, closes_at=closes_at, now=NOW) is expected


@pytest.mark.parametrize(
    ("state", "closes_at", "expected"),
    [
        ("open", None, False),
        ("open", NOW + SECOND, False),
        ("open", NOW, True),
        ("suspended", NOW + DAY, False),
        ("suspended", NOW - DAY, True),
        ("draft", None, False),
        *((state, None, True) for state in (*PATH[1:], "rejected", "hidden", "removed")),
    ],
)
def test_a_collection_is_over_once_nobody_can_sign_any_more(
    state: str, closes_at: datetime | None, expected: bool
) -> None:
    assert is_over(state=state, closes_at=closes_at, now=NOW) is expected
