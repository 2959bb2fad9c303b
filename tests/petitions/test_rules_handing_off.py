"""Answers about the official channel: what is whole, how sure a rate is, and what nobody may see."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.petitions.rules.handing_off import (
    Answer,
    Rate,
    ResultMissingError,
    StepMissingError,
    Told,
    browser_family,
    by_browser,
    by_day,
    by_step,
    keys_shown,
    may_remind_of_official,
    overall,
    read_answer,
    shown_steps,
    wilson,
)
from campaign.thresholds.handoffs import ONLINE, PAPER, hand_off_for
from campaign.thresholds.instruments import instrument

DAY = date(2026, 3, 2)
CHAMBER = hand_off_for(instrument("be-chamber-hearing", DAY))


def told(step: str, count: int, browser: str = "chrome", day: date = DAY) -> Told:
    return Told(day, ONLINE, step, browser, "fr", count)


@pytest.mark.parametrize(
    ("description", "family"),
    [
        ("Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36", "chrome"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/140.0 Mobile/15E148 Safari/604.1", "chrome"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1", "safari"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 [FBAN/FBIOS;FBAV/500]", "in_app"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148", "in_app"),
        ("Mozilla/5.0 (Linux; Android 13; SM-A145F; wv) AppleWebKit/537.36 Chrome/139.0 Mobile Safari/537.36", "in_app"),
        ("Mozilla/5.0 (Linux; Android 13; SM-A145F) AppleWebKit/537.36 SamsungBrowser/28.0 Chrome/130.0 Mobile Safari/537.36", "samsung"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0", "edge"),
        ("Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0", "firefox"),
        ("Mozilla/5.0 (X11; Linux x86_64) Chrome/138.0 Safari/537.36 OPR/122.0", "opera"),
        ("curl/8.0", "other"),
        ("", "other"),
    ],
)  # fmt: skip
def test_a_browser_is_known_by_its_family_only(description: str, family: str) -> None:
    assert browser_family(description) == family


def test_an_answer_says_the_channel_that_worked_or_the_step_that_failed() -> None:
    assert read_answer(ONLINE, "", CHAMBER) == Answer(ONLINE, "")
    assert read_answer(PAPER, "official_platform/itsme", CHAMBER) == Answer(PAPER, "")
    assert read_answer("failed", "official_platform/itsme", CHAMBER) == Answer(ONLINE, "itsme")
    assert read_answer("failed", "official_paper/get_form", CHAMBER) == Answer(PAPER, "get_form")


@pytest.mark.parametrize("result", ["", "maybe", "own_form"])
def test_an_answer_without_a_result_is_refused(result: str) -> None:
    with pytest.raises(ResultMissingError):
        read_answer(result, "", CHAMBER)


@pytest.mark.parametrize(
    "step",
    ["", "itsme", "official_platform/", "official_paper/itsme", "own_form/open", "/", "a/b/c"],
)
def test_a_failure_names_a_step_of_its_channel(step: str) -> None:
    with pytest.raises(StepMissingError):
        read_answer("failed", step, CHAMBER)


def test_wilson_s_interval_is_that_of_the_books() -> None:
    """Newcombe 1998, Statistics in Medicine 17: 857-872, table I, method 3."""
    for part, whole, low, high in [
        (81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718),
    ]:  # fmt: skip
        found = wilson(part, whole)
        assert found is not None
        assert (round(found.low, 4), round(found.high, 4)) == (low, high)
    assert wilson(0, 0) is None


@given(st.integers(0, 500), st.integers(1, 500))
def test_an_interval_holds_its_share_and_stays_between_none_and_all(part: int, more: int) -> None:
    found = wilson(part, part + more)
    assert found is not None
    assert 0 <= found.low <= found.share <= found.high <= 1


def test_rates_by_day_step_and_browser_come_from_the_same_answers() -> None:
    answers = [
        told("", 6),
        told("itsme", 3),
        told("card", 1, "firefox"),
        told("", 2, day=DAY - timedelta(days=1)),
    ]
    assert overall(answers) == Rate("", 12, 4)
    days = by_day(answers, DAY, 3)
    assert [(rate.key, rate.answers, rate.failed) for rate in days] == [
        ("2026-02-28", 0, 0), ("2026-03-01", 2, 0), ("2026-03-02", 10, 4),
    ]  # fmt: skip
    assert days[0].failure is None
    steps = {rate.key: rate.failed for rate in by_step(answers, CHAMBER.ways[0].step_keys)}
    assert steps["itsme"] == 3
    assert steps["card"] == 1
    assert steps["open"] == 0
    assert all(rate.answers == 12 for rate in by_step(answers, ("itsme",)))
    assert [(rate.key, rate.answers) for rate in by_browser(answers)] == [
        ("chrome", 11),
        ("firefox", 1),
    ]


def test_an_answer_about_a_step_that_is_gone_is_still_counted() -> None:
    assert [rate.key for rate in by_step([told("old_step", 2)], ("open",))] == ["open", "old_step"]


def test_what_stands_for_fewer_than_five_is_hidden_and_follows_from_nothing_shown() -> None:
    rates = [Rate("a", 20, 3), Rate("b", 4, 1), Rate("c", 9, 2), Rate("d", 0, 0)]
    assert keys_shown(rates) == {"a"}, "b alone would be the total less the others"
    assert keys_shown([Rate("a", 20, 3), Rate("b", 5, 1)]) == {"a", "b"}
    assert keys_shown([Rate("a", 4, 0)]) == frozenset()
    assert shown_steps([Rate("x", 30, 12), Rate("y", 30, 2), Rate("z", 30, 6)]) == {
        "x": 12, "y": None, "z": None,
    }  # fmt: skip
    assert shown_steps([Rate("x", 30, 0)]) == {}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, True),
        ({"state": "withdrawn"}, False),
        ({"state": "invalidated"}, False),
        ({"state": "pending"}, False),
        ({"petition_is_open": False}, False),
        ({"mail_count": 5}, False),
        ({"reminded_at": DAY}, False),
    ],
)
def test_the_one_reminder_leaves_only_while_it_makes_sense(
    changes: dict[str, object], expected: object
) -> None:
    facts = {"state": "confirmed", "petition_is_open": True, "mail_count": 4, "reminded_at": None}
    assert may_remind_of_official(**(facts | changes)) is expected  # type: ignore[arg-type]
