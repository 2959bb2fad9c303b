"""The worker: everything that happens without a request, and when.

Any number of workers may run: messages and jobs are claimed in the database, so each happens once.
"""

import logging
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import partial
from typing import TypeVar
from zoneinfo import ZoneInfo

from flask import Flask
from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from campaign.core import clock
from campaign.core.db import db, transaction
from campaign.outbox.composing import Composer
from campaign.outbox.delivery import Delivery
from campaign.outbox.models import WorkerHeartbeat
from campaign.outbox.transport import transport_for
from campaign.petitions import jobs as petitions
from campaign.privacy import jobs as privacy
from campaign.site import jobs as site
from campaign.web import limits
from config import Config

log = logging.getLogger(__name__)

heartbeats = WorkerHeartbeat.__table__
BRUSSELS = ZoneInfo("Europe/Brussels")
T = TypeVar("T")
PAUSE_SECONDS = 1.0
NIGHT = time(3, 30)
MORNING = time(8)


@dataclass(frozen=True)
class Job:
    """Recurring work. With `at`, once a day from that hour of Brussels on, not every `every`."""

    name: str
    every: timedelta
    run: Callable[[datetime], object]
    at: time | None = None


MINUTELY, HOURLY, DAILY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)

# Tells /readyz that a worker runs; what it does is being claimed.
HEARTBEAT = Job("worker", timedelta(seconds=5), lambda _now: None)
# THE schedule: whatever recurs is here and nowhere else.
SCHEDULE = (
    Job("petitions.close_petitions", MINUTELY, petitions.close_petitions),
    Job("petitions.send_reminders", HOURLY, petitions.send_reminders),
    Job("petitions.send_official_reminders", HOURLY, petitions.send_official_reminders),
    Job("petitions.tell_organisers", DAILY, petitions.tell_organisers, at=MORNING),
    Job("petitions.send_stage_reminders", DAILY, petitions.send_stage_reminders, at=MORNING),
    Job("petitions.forget_spent_codes", DAILY, petitions.forget_spent_codes, at=NIGHT),
    Job("petitions.reconcile_tallies", DAILY, petitions.reconcile_tallies, at=NIGHT),
    Job("petitions.count_places", DAILY, petitions.count_places, at=NIGHT),
    Job("site.note_voice_counts", MINUTELY, site.note_voice_counts),
    Job("site.close_collections", DAILY, site.close_collections, at=NIGHT),
    Job("petitions.notice_bursts", timedelta(minutes=10), petitions.notice_bursts),
    Job("petitions.forget_expired_blocks", HOURLY, petitions.forget_expired_blocks),
    Job("petitions.settle_updates", MINUTELY, petitions.settle_updates),
    Job("limits.sweep", MINUTELY, limits.sweep),
    Job("privacy.forget", MINUTELY, privacy.forget),
    Job("privacy.watch", HOURLY, privacy.watch),
    Job("privacy.take_leftovers_away", HOURLY, privacy.take_leftovers_away),
    Job("privacy.rewrite_small_tables", DAILY, privacy.rewrite_small_tables, at=NIGHT),
)
# Done at every turn, about once a second, by every worker: safe side by side.
CONTINUOUS = (
    Job("petitions.fold_tallies", timedelta(0), petitions.fold_tallies),
    Job("petitions.advance_invalidations", timedelta(0), petitions.advance_invalidations),
    Job("petitions.advance_exports", timedelta(0), petitions.advance_exports),
    Job("petitions.advance_erasures", timedelta(0), petitions.advance_erasures),
    Job("petitions.answer_link_requests", timedelta(0), petitions.answer_link_requests),
    Job("petitions.advance_updates", timedelta(0), petitions.advance_updates),
)
# A job that takes longer hangs: /readyz is to say so.
LONGEST_JOB = timedelta(hours=1)


class Worker:
    """One worker: its connection to the mail server and whether it was asked to stop."""

    beat_seconds = HEARTBEAT.every.total_seconds()

    def __init__(
        self,
        app: Flask,
        *,
        schedule: tuple[Job, ...] = SCHEDULE,
        continuous: tuple[Job, ...] = CONTINUOUS,
    ) -> None:
        config: Config = app.extensions["portevoix_config"]
        self._app = app
        self._schedule = schedule
        self._continuous = continuous
        self._stop = threading.Event()
        self._beaten_at = datetime.min.replace(tzinfo=UTC)
        self._delivery = Delivery(
            composer=Composer(app, base_url=config.base_url, sender=config.mail_default_sender),
            transport=transport_for(app, config),
            may_continue=self._may_continue,
        )

    def stop(self) -> None:
        """End after the message or job at hand."""
        self._stop.set()

    def close(self) -> None:
        """Leave the mail server."""
        self._delivery.close()

    def turn(self, now: datetime) -> bool:
        """Do all that is due at `now`; returns True when more messages may be waiting."""
        with self._app.app_context():
            last_runs = _attempt("schedule", last_run_times) or {}
            for job in (HEARTBEAT, *self._schedule):
                if is_due(job, last_runs.get(job.name), now):
                    _attempt(job.name, partial(self._claim_and_run, job, now))
            for job in self._continuous:
                _attempt(job.name, partial(self._run, job, now))
            return bool(_attempt("outbox.deliver", self._delivery.deliver_batch))

    def run(self) -> None:
        """Take turns until asked to stop."""
        log.info("worker started")
        while not self._stop.is_set():
            if not self.turn(clock.now()):
                self._stop.wait(PAUSE_SECONDS)
        self.close()
        log.info("worker stopped")

    def _claim_and_run(self, job: Job, now: datetime) -> None:
        if claim(job, now):
            with self._beating():
                self._run(job, now)

    def _run(self, job: Job, now: datetime) -> None:
        if not self._stop.is_set():
            job.run(now)

    @contextmanager
    def _beating(self) -> Iterator[None]:
        """Go on saying that a worker runs while a job keeps this one busy, for an hour at most."""
        done = threading.Event()
        beating = threading.Thread(target=self._beat_until, args=(done,), daemon=True)
        beating.start()
        try:
            yield
        finally:
            done.set()
            beating.join()

    def _beat_until(self, done: threading.Event) -> None:
        pause = self.beat_seconds
        beats_left = int(LONGEST_JOB.total_seconds() / pause)
        while beats_left and not done.wait(pause):
            beats_left -= 1
            with self._app.app_context():
                _attempt("heartbeat", lambda: claim(HEARTBEAT, clock.now()))

    def _may_continue(self) -> bool:
        now = clock.now()
        if now - self._beaten_at >= HEARTBEAT.every:
            self._beaten_at = now
            claim(HEARTBEAT, now)
        return not self._stop.is_set()


def due_since(job: Job, now: datetime) -> datetime:
    """A job that last ran at this moment or before is due at `now`."""
    if job.at is None:
        return now - job.every
    local = now.astimezone(BRUSSELS)
    today = datetime.combine(local.date(), job.at, BRUSSELS)
    return today if today <= local else today - timedelta(days=1)


def is_due(job: Job, last_run_at: datetime | None, now: datetime) -> bool:
    """Whether it is time for a job; one that never ran is due."""
    return last_run_at is None or last_run_at <= due_since(job, now)


def last_run_times() -> dict[str, datetime]:
    """When each job last ran, by name."""
    rows = db.session.execute(select(heartbeats.c.name, heartbeats.c.last_run_at)).all()
    db.session.rollback()
    return {row.name: row.last_run_at for row in rows}


def claim(job: Job, now: datetime) -> bool:
    """Take a job's turn: True for one worker only, and only when the job is due.

    The claim is kept before the work starts, so a worker that dies in the middle of a job leaves
    it until its next turn.
    """
    insert = sqlite.insert if db.engine.dialect.name == "sqlite" else postgresql.insert
    turn = (
        insert(heartbeats)
        .values(name=job.name, last_run_at=now)
        .on_conflict_do_update(
            index_elements=[heartbeats.c.name],
            set_={"last_run_at": now},
            where=heartbeats.c.last_run_at <= due_since(job, now),
        )
        .returning(heartbeats.c.name)
    )
    with transaction():
        return db.session.execute(turn).first() is not None


def run_once(app: Flask, now: datetime) -> None:
    """Everything that is due at `now`, and every waiting message; for tests and by hand."""
    worker = Worker(app)
    while worker.turn(now):
        pass
    worker.close()


def run_forever(app: Flask) -> None:
    """Work until SIGTERM or SIGINT, then finish the message at hand and stop."""
    worker = Worker(app)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: worker.stop())
    worker.run()


def _attempt(name: str, act: Callable[[], T]) -> T | None:
    """Do `act`; a failure is logged by kind and place only, since its words may name a person."""
    try:
        return act()
    except Exception as error:  # one failing job must not stop the others
        log.exception("job %s failed: %s", name, type(error).__name__)
        db.session.rollback()
        return None
