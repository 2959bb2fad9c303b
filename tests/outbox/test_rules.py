from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.outbox.rules import (
    FIRST_WAIT,
    LONGEST_WAIT,
    MOST_ATTEMPTS,
    Outcome,
    backoff,
    enhanced_status,
    is_dead_address,
    is_given_up,
    outcome_of,
    server_pause,
)

fractions = st.floats(min_value=0, max_value=1, exclude_max=True)


@given(attempt=st.integers(1, 10_000), random=fractions)
def test_every_wait_is_between_a_minute_and_six_hours(attempt: int, random: float) -> None:
    assert FIRST_WAIT <= backoff(attempt, random) <= LONGEST_WAIT


@given(attempt=st.integers(1, 100), random=fractions, other=fractions)
def test_a_later_attempt_never_waits_much_less_than_an_earlier_one(
    attempt: int, random: float, other: float
) -> None:
    assert backoff(attempt + 1, random) >= backoff(attempt, other) * 0.8


def test_messages_that_failed_together_do_not_come_back_together() -> None:
    assert backoff(5, 0.1) != backoff(5, 0.9)


def test_a_message_is_tried_for_about_two_days() -> None:
    waits = [backoff(attempt, 0.5) for attempt in range(1, MOST_ATTEMPTS)]
    assert timedelta(days=1) < sum(waits, timedelta()) < timedelta(days=3)
    assert not is_given_up(MOST_ATTEMPTS - 1)
    assert is_given_up(MOST_ATTEMPTS)


@pytest.mark.parametrize(
    ("code", "outcome"),
    [
        (250, Outcome.SENT),
        (451, Outcome.TEMPORARY),
        (452, Outcome.TEMPORARY),
        (550, Outcome.PERMANENT),
        (554, Outcome.PERMANENT),
        (501, Outcome.PERMANENT),
        (421, Outcome.SERVER_UNAVAILABLE),
        (530, Outcome.SERVER_UNAVAILABLE),
        (535, Outcome.SERVER_UNAVAILABLE),
        (0, Outcome.TEMPORARY),
        (-1, Outcome.TEMPORARY),
    ],
)
def test_an_answer_says_whether_to_try_again(code: int, outcome: Outcome) -> None:
    assert outcome_of(code) is outcome


@pytest.mark.parametrize(
    ("reply", "status"),
    [
        (b"5.1.1 <someone@example.org> no such user", "5.1.1"),
        (b"5.1.10 null MX", "5.1.10"),
        (b"4.2.2\nmailbox full", "4.2.2"),
        (b"no such user", ""),
        (b"5.1.1.2 odd", ""),
        (b"", ""),
    ],
)
def test_only_the_status_is_kept_of_an_answer(reply: bytes, status: str) -> None:
    assert enhanced_status(reply) == status


def test_a_refusal_of_the_address_is_told_from_a_refusal_of_the_message() -> None:
    assert is_dead_address("5.1.1")
    assert not is_dead_address("5.7.1")
    assert not is_dead_address("")


@given(failure=st.integers(1, 10_000))
def test_a_dead_server_is_asked_again_within_five_minutes(failure: int) -> None:
    assert timedelta(seconds=2) <= server_pause(failure) <= timedelta(minutes=5)
