"""What to do today: which facts make a task, and which task comes first."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from campaign.petitions.rules.losses import Losses, days_of_losses
from campaign.petitions.rules.tasks import (
    Kind,
    Lag,
    PetitionFacts,
    Task,
    Urgency,
    Wait,
    Waiting,
    alone,
    lags_of,
    tasks_of,
)
from campaign.thresholds.rules.forecast import Forecast

TODAY = date(2026, 3, 2)
CALM = PetitionFacts(
    state="open",
    today=TODAY,
    opens_on=TODAY - timedelta(days=20),
    closes_on=TODAY + timedelta(days=90),
    counted_on=TODAY - timedelta(days=2),
)


def kinds(facts: PetitionFacts) -> list[Kind]:
    """The kinds of the tasks, in their order."""
    return [task.kind for task in tasks_of(facts)]


def only(facts: PetitionFacts) -> Task:
    """The one task there is."""
    [task] = tasks_of(facts)
    return task


def test_nothing_waits_for_a_calm_petition() -> None:
    assert tasks_of(CALM) == []


@pytest.mark.parametrize(
    ("days", "urgency"),
    [
        (30, Urgency.WHEN_THERE_IS_TIME),
        (15, Urgency.WHEN_THERE_IS_TIME),
        (14, Urgency.THIS_WEEK),
        (7, Urgency.TODAY),
        (1, Urgency.TODAY),
        (0, Urgency.TODAY),
    ],
)
def test_the_nearer_the_last_day_the_more_urgent(days: int, urgency: Urgency) -> None:
    task = only(replace(CALM, closes_on=TODAY + timedelta(days=days)))
    assert (task.kind, task.urgency, task.days) == (Kind.CLOSES, urgency, days)


def test_a_last_day_far_away_or_gone_by_asks_for_nothing() -> None:
    assert tasks_of(replace(CALM, closes_on=TODAY + timedelta(days=31))) == []
    assert tasks_of(replace(CALM, closes_on=TODAY - timedelta(days=1))) == []


def test_a_petition_that_is_not_open_is_told_of_its_first_day_even_after_it() -> None:
    draft = replace(CALM, state="draft", opens_on=TODAY + timedelta(days=5))
    assert kinds(draft) == [Kind.OPENS, Kind.HAND_IN]
    assert tasks_of(draft)[0].days == 5
    late = tasks_of(replace(draft, opens_on=TODAY - timedelta(days=3)))[0]
    assert (late.urgency, late.days) == (Urgency.TODAY, -3)
    assert kinds(replace(draft, opens_on=TODAY + timedelta(days=31))) == [Kind.HAND_IN]


def test_a_region_that_gains_less_than_half_of_what_it_needs_is_for_today() -> None:
    facts = replace(CALM, lags=(Lag("VLG", 41, 20), Lag("WAL", 10, 8)))
    tasks = tasks_of(facts)
    assert [(task.subject, task.urgency) for task in tasks] == [
        ("VLG", Urgency.TODAY),
        ("WAL", Urgency.THIS_WEEK),
    ]
    assert (tasks[0].count, tasks[0].against) == (41, 20)


def forecast(*, needed: int, pace: float) -> Forecast:
    """A forecast of which only pace and need matter."""
    return Forecast(
        counted=100, minimum=1000, pace_week=pace, pace_month=pace, month_days=28,
        needed_a_day=needed, needed_a_day_safely=needed + 5, low=200, high=300, passed_from=None,
        passed_until=None, based_on=TODAY, closes_on=TODAY + timedelta(days=30),
    )  # fmt: skip


def test_a_region_lags_when_its_pace_is_below_its_need_the_worst_first() -> None:
    found = lags_of(
        {
            "BRU": forecast(needed=0, pace=9.0),
            "WAL": forecast(needed=10, pace=8.0),
            "VLG": forecast(needed=41, pace=20.0),
        }
    )
    assert found == (Lag("VLG", 41, 20), Lag("WAL", 10, 8))


def test_an_official_count_is_missed_after_a_week_and_only_where_there_is_a_channel() -> None:
    assert tasks_of(replace(CALM, counted_on=TODAY - timedelta(days=7))) == []
    stale = replace(CALM, counted_on=TODAY - timedelta(days=8))
    assert (only(stale).kind, only(stale).days) == (Kind.COUNT_OLD, 8)
    assert only(replace(CALM, counted_on=None)).days == 20, "never noted: since the opening"
    assert tasks_of(replace(stale, has_official_channel=False)) == []
    assert tasks_of(replace(stale, state="handed_over")) == []


def test_losses_are_told_from_three_in_ten_of_twenty_on() -> None:
    assert tasks_of(replace(CALM, losses=Losses(20, 5))) == []
    assert tasks_of(replace(CALM, losses=Losses(19, 19))) == []
    task = only(replace(CALM, losses=Losses(20, 6)))
    assert (task.kind, task.count, task.against) == (Kind.LOST, 6, 20)


def test_bursts_come_before_what_may_wait_and_each_waiting_thing_is_told() -> None:
    facts = replace(
        CALM,
        waiting={
            Wait.BURSTS: Waiting(2, TODAY),
            Wait.VOICES: Waiting(3),
            Wait.QUESTIONS: Waiting(1, TODAY - timedelta(days=7)),
            Wait.REMINDERS: Waiting(1, TODAY),
        },
        unreviewed=("nl",),
        has_margin_reason=False,
    )
    assert kinds(facts) == [
        Kind.BURSTS,
        Kind.VOICES,
        Kind.TRANSLATION,
        Kind.QUESTION,
        Kind.MARGIN,
    ]
    younger = {Wait.QUESTIONS: Waiting(1, TODAY - timedelta(days=6))}
    assert Kind.QUESTION not in kinds(replace(facts, waiting=younger))
    assert Kind.MARGIN not in kinds(replace(facts, has_minimum=False))


def test_what_is_over_asks_nothing_about_its_text() -> None:
    facts = replace(CALM, state="answered", unreviewed=("nl",), has_margin_reason=False)
    assert tasks_of(facts) == []
    unwritten = replace(CALM, state="draft", opens_on=None, is_written=False)
    assert kinds(unwritten) == [Kind.WRITE]


def test_an_organisation_with_one_coordinator_is_told_to_find_a_second() -> None:
    [task] = alone({"The collective": 1, "The other": 2})
    assert (task.kind, task.subject) == (Kind.ALONE, "The collective")


@pytest.mark.parametrize(
    ("given", "unconfirmed", "is_shown"),
    [(4, 0, False), (5, 0, True), (9, 4, False), (10, 5, True), (20, 17, False), (20, 20, True)],
)
def test_neither_side_of_a_share_of_losses_is_one_to_four_people(
    given: int, unconfirmed: int, is_shown: bool
) -> None:
    assert Losses(given, unconfirmed).is_shown is is_shown


def test_losses_look_at_two_weeks_without_the_last_day() -> None:
    noon = datetime(2026, 3, 2, 10, tzinfo=UTC)
    assert days_of_losses(noon) == (noon - timedelta(days=14), noon - timedelta(days=1))
    assert Losses(0, 0).share is None
    assert Losses(8, 2).share == 0.25


@pytest.mark.parametrize(
    ("wait", "kind", "urgency"),
    [
        (Wait.RETURNED, Kind.RETURNED, Urgency.TODAY),
        (Wait.UPDATES, Kind.UPDATE_PAUSED, Urgency.TODAY),
        (Wait.COUNT_CHANGES, Kind.COUNT_WAITS, Urgency.TODAY),
        (Wait.EXPORTS, Kind.EXPORT_READY, Urgency.TODAY),
    ],
)
def test_what_somebody_else_began_waits_for_today(wait: Wait, kind: Kind, urgency: Urgency) -> None:
    task = only(replace(CALM, waiting={wait: Waiting(1, TODAY - timedelta(days=2))}))
    assert (task.kind, task.urgency, task.days) == (kind, urgency, 2)
    assert tasks_of(replace(CALM, waiting={wait: Waiting(0)})) == []


def test_paper_is_asked_for_once_it_is_out_for_two_weeks() -> None:
    out = {Wait.BATCHES: Waiting(2, TODAY - timedelta(days=14))}
    assert only(replace(CALM, waiting=out)).kind is Kind.BATCHES
    out = {Wait.BATCHES: Waiting(2, TODAY - timedelta(days=13))}
    assert tasks_of(replace(CALM, waiting=out)) == []


@pytest.mark.parametrize(
    ("days", "urgency"),
    [
        (0, Urgency.WHEN_THERE_IS_TIME),
        (7, Urgency.THIS_WEEK),
        (14, Urgency.TODAY),
    ],
)
def test_a_petition_handed_in_presses_moderators_more_and_more(days: int, urgency: Urgency) -> None:
    facts = replace(
        CALM, state="submitted", opens_on=None, submitted_on=TODAY - timedelta(days=days)
    )
    task = only(facts)
    assert (task.kind, task.urgency, task.days) == (Kind.MODERATION, urgency, days)
