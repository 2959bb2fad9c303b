"""What to do today for a petition: facts in, tasks in the order of their urgency out."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import IntEnum, StrEnum

from campaign.petitions.rules.losses import NO_LOSSES, Losses
from campaign.petitions.rules.states import OVER
from campaign.thresholds.rules.forecast import Forecast

MOST_SHOWN = 5
DAYS_BEFORE = (30, 14, 7, 1)
COUNT_STALE_AFTER = 7
QUESTION_WAITS = 7
BATCH_OUT = 14
MODERATION_NEAR, MODERATION_OVERDUE = 7, 14
NEVER = 10_000
UNWRITTEN = frozenset({"draft", "rejected"})
BEFORE_OPENING = frozenset({"draft", "submitted", "in_moderation", "rejected"})
SUBMITTED = frozenset({"submitted", "in_moderation"})
REVIEWED = frozenset({"reviewed", "source"})


class Kind(StrEnum):
    """What there is to do; of two that are as urgent, the one named first comes first."""

    CLOSES = "closes"
    BURSTS = "bursts"
    RETURNED = "returned"
    MODERATION = "moderation"
    UPDATE_PAUSED = "update_paused"
    COUNT_WAITS = "count_waits"
    EXPORT_READY = "export_ready"
    BEHIND = "behind"
    OPENS = "opens"
    COUNT_OLD = "count_old"
    BATCHES = "batches"
    VOICES = "voices"
    LOST = "lost"
    WRITE = "write"
    HAND_IN = "hand_in"
    TRANSLATION = "translation"
    QUESTION = "question"
    MARGIN = "margin"
    ALONE = "alone"


class Urgency(IntEnum):
    """How soon."""

    TODAY = 0
    THIS_WEEK = 1
    WHEN_THERE_IS_TIME = 2


@dataclass(frozen=True)
class Task:
    """One thing to do. `days` are those left, or since when it waits; `count` is how many there are or
    are needed, `against` what it is measured by; `subject` is a region, a language or a name."""

    kind: Kind
    urgency: Urgency
    days: int | None = None
    count: int = 0
    against: int = 0
    subject: str = ""


@dataclass(frozen=True)
class Lag:
    """A region that gains fewer signatures a day than its minimum needs until the closing."""

    stratum: str
    needed: int
    pace: int


class Wait(StrEnum):
    """What may wait for somebody beside a petition."""

    BURSTS = "bursts"
    RETURNED = "returned"
    UPDATES = "updates"
    COUNT_CHANGES = "count_changes"
    EXPORTS = "exports"
    BATCHES = "batches"
    VOICES = "voices"
    QUESTIONS = "questions"
    REMINDERS = "reminders"


@dataclass(frozen=True)
class Waiting:
    """How many there are, and the day of the oldest one; None where it has none."""

    count: int
    since: date | None = None


@dataclass(frozen=True)
class PetitionFacts:
    """What is known of one petition. Days are those of Brussels; `counted_on` is the day of the last
    official count, None before the first; `submitted_on` the day it was handed in to moderators."""

    state: str
    today: date
    opens_on: date | None = None
    closes_on: date | None = None
    is_written: bool = True
    unreviewed: tuple[str, ...] = ()
    has_margin_reason: bool = True
    has_minimum: bool = True
    has_official_channel: bool = True
    counted_on: date | None = None
    lags: tuple[Lag, ...] = ()
    losses: Losses = NO_LOSSES
    waiting: Mapping[Wait, Waiting] = field(default_factory=dict)
    submitted_on: date | None = None

    @property
    def is_collecting(self) -> bool:
        """Whether people sign now."""
        has_begun = self.opens_on is None or self.opens_on <= self.today
        is_running = self.closes_on is None or self.today <= self.closes_on
        return self.state == "open" and has_begun and is_running


def tasks_of(facts: PetitionFacts) -> list[Task]:
    """What to do for this petition, the most urgent first."""
    found = [*_of_the_days(facts), *_of_the_text(facts), *_of_the_collection(facts)]
    return in_order([*found, *_of_what_waits(facts)])


def in_order(tasks: list[Task]) -> list[Task]:
    """The most urgent first; then the fewest days left, then the order of the kinds."""
    return sorted(tasks, key=rank)


def rank(task: Task) -> tuple[int, int, int]:
    """What a task is sorted by."""
    left = task.days if task.kind in {Kind.OPENS, Kind.CLOSES} and task.days is not None else NEVER
    return task.urgency, left, list(Kind).index(task.kind)


def alone(coordinators: Mapping[str, int]) -> list[Task]:
    """Organisations, by name, whose only coordinator may fall ill or lose a phone."""
    return [
        Task(Kind.ALONE, Urgency.WHEN_THERE_IS_TIME, count=count, subject=name)
        for name, count in coordinators.items()
        if count < 2
    ]


def queue_task(waiting: Waiting, today: date) -> list[Task]:
    """What moderators of the whole site have to read, in one task."""
    if not waiting.count or waiting.since is None:
        return []
    days = (today - waiting.since).days
    return [Task(Kind.MODERATION, _for_moderators(days), days=days, count=waiting.count)]


def lags_of(forecasts: Mapping[str, Forecast]) -> tuple[Lag, ...]:
    """The regions whose pace of the last weeks does not reach their minimum, the worst first."""
    lags = [
        Lag(key, found.needed_a_day, round(found.pace_month))
        for key, found in forecasts.items()
        if found.needed_a_day > found.pace_month
    ]
    return tuple(sorted(lags, key=lambda lag: lag.pace - lag.needed))


def _of_the_days(facts: PetitionFacts) -> Iterator[Task]:
    if facts.state in BEFORE_OPENING and facts.opens_on is not None:
        yield from _coming(Kind.OPENS, (facts.opens_on - facts.today).days)
    if facts.is_collecting and facts.closes_on is not None:
        yield from _coming(Kind.CLOSES, (facts.closes_on - facts.today).days)


def _coming(kind: Kind, days: int) -> Iterator[Task]:
    """Said from thirty days before on; the nearer, the more urgent. A day that has gone by without what
    it was for is the most urgent of all."""
    if days > DAYS_BEFORE[0]:
        return
    nearer = sum(1 for limit in DAYS_BEFORE if days <= limit)
    urgency = (Urgency.WHEN_THERE_IS_TIME, Urgency.THIS_WEEK, Urgency.TODAY, Urgency.TODAY)
    yield Task(kind, urgency[nearer - 1], days=days)


def _of_the_text(facts: PetitionFacts) -> Iterator[Task]:
    if facts.state in OVER - UNWRITTEN:
        return
    if not facts.is_written:
        yield Task(Kind.WRITE, Urgency.THIS_WEEK)
    elif facts.state == "draft" and Wait.RETURNED not in facts.waiting:
        yield Task(Kind.HAND_IN, Urgency.WHEN_THERE_IS_TIME)
    for language in facts.unreviewed:
        urgency = Urgency.THIS_WEEK if facts.state == "open" else Urgency.WHEN_THERE_IS_TIME
        yield Task(Kind.TRANSLATION, urgency, subject=language)
    if facts.has_minimum and not facts.has_margin_reason:
        yield Task(Kind.MARGIN, Urgency.WHEN_THERE_IS_TIME)


def _of_the_collection(facts: PetitionFacts) -> Iterator[Task]:
    if not facts.is_collecting:
        return
    for lag in facts.lags:
        urgency = Urgency.TODAY if lag.pace * 2 < lag.needed else Urgency.THIS_WEEK
        yield Task(Kind.BEHIND, urgency, count=lag.needed, against=lag.pace, subject=lag.stratum)
    known_since = facts.counted_on or facts.opens_on
    if facts.has_official_channel and known_since is not None:
        days = (facts.today - known_since).days
        if days > COUNT_STALE_AFTER:
            yield Task(Kind.COUNT_OLD, Urgency.THIS_WEEK, days=days)
    if facts.losses.is_unusual:
        yield Task(
            Kind.LOST,
            Urgency.THIS_WEEK,
            count=facts.losses.unconfirmed,
            against=facts.losses.given,
        )


# What each thing that waits asks for, how soon, and from which age in days on.
ASKED_BY: Mapping[Wait, tuple[Kind, Urgency, int]] = {
    Wait.BURSTS: (Kind.BURSTS, Urgency.TODAY, 0),
    Wait.RETURNED: (Kind.RETURNED, Urgency.TODAY, 0),
    Wait.UPDATES: (Kind.UPDATE_PAUSED, Urgency.TODAY, 0),
    Wait.COUNT_CHANGES: (Kind.COUNT_WAITS, Urgency.TODAY, 0),
    Wait.EXPORTS: (Kind.EXPORT_READY, Urgency.TODAY, 0),
    Wait.BATCHES: (Kind.BATCHES, Urgency.THIS_WEEK, BATCH_OUT),
    Wait.VOICES: (Kind.VOICES, Urgency.THIS_WEEK, 0),
    Wait.QUESTIONS: (Kind.QUESTION, Urgency.WHEN_THERE_IS_TIME, QUESTION_WAITS),
}


def _of_what_waits(facts: PetitionFacts) -> Iterator[Task]:
    for wait, (kind, urgency, from_day) in ASKED_BY.items():
        found = facts.waiting.get(wait)
        if found is None or not found.count:
            continue
        days = (facts.today - found.since).days if found.since else None
        if days is None or days >= from_day:
            yield Task(kind, urgency, days=days, count=found.count)
    if facts.state in SUBMITTED and facts.submitted_on is not None:
        days = (facts.today - facts.submitted_on).days
        yield Task(Kind.MODERATION, _for_moderators(days), days=days)


def _for_moderators(days: int) -> Urgency:
    if days >= MODERATION_OVERDUE:
        return Urgency.TODAY
    return Urgency.THIS_WEEK if days >= MODERATION_NEAR else Urgency.WHEN_THERE_IS_TIME
