"""The worker: each job once whoever runs it, nothing lost whatever happens to a worker."""

import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from datetime import time as time_of_day
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from campaign.core.db import db
from campaign.outbox.delivery import RECORDED_TOGETHER
from campaign.outbox.models import OutboxMessage
from campaign.outbox.operations import OutgoingMessage
from campaign.outbox.queries import last_heartbeat, waiting_count
from campaign.web.logs import JsonFormatter
from campaign.worker import CONTINUOUS, SCHEDULE, Job, Worker, claim, due_since, run_once
from tests.databases import ROOT, Database, environment_of
from tests.mail_server import MailServer, delivery_to, post, running_mail_server

MINUTE = timedelta(minutes=1)


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    """A mail server that listens."""
    with running_mail_server() as server:
        yield server


def real_letter(number: int) -> OutgoingMessage:
    """A message that an ordinary worker process can write."""
    return OutgoingMessage(
        kind="petitions/already_signed",
        recipient=f"reader{number}@example.org",
        language="fr",
        context={
            "title": "Une pétition",
            "is_support": False,
            "signed_on": "2026-03-02",
            "petition_path": "/fr/p",
            "rights_path": "/fr/r",
        },
    )


@contextmanager
def worker_process(
    database: Database, state_dir: Path, mail_server: MailServer, *options: str
) -> Iterator[subprocess.Popen[bytes]]:
    """`flask worker` in a process of its own, as on a server."""
    settings = environment_of(database.url, state_dir) | {
        "MAIL_SERVER": "127.0.0.1",
        "MAIL_PORT": str(mail_server.port),
        "LOG_LEVEL": "WARNING",
    }
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "worker", *options]
    process = subprocess.Popen(command, cwd=ROOT, env=os.environ | settings)
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.wait(timeout=30)


def wait_until(is_so: Callable[[], bool], seconds: float = 30) -> None:
    give_up_at = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < give_up_at, "waited too long"
        time.sleep(0.02)


def nothing_waits() -> bool:
    db.session.rollback()
    return waiting_count() == 0


def at_work(app: Flask, *jobs: Job, continuous: tuple[Job, ...] = ()) -> Worker:
    return Worker(app, schedule=jobs, continuous=continuous)


def test_a_job_runs_when_it_is_due_and_not_before(app: Flask, clock: Any) -> None:
    runs: list[datetime] = []
    worker = at_work(app, Job("minutely", MINUTE, runs.append))
    worker.turn(clock.now())
    worker.turn(clock.advance(seconds=59))
    assert len(runs) == 1
    worker.turn(clock.advance(seconds=1))
    assert len(runs) == 2


def test_continuous_work_is_done_at_every_turn(app: Flask, clock: Any) -> None:
    runs: list[datetime] = []
    worker = at_work(app, continuous=(Job("always", timedelta(0), runs.append),))
    for _turn in range(3):
        worker.turn(clock.now())
    assert len(runs) == 3


def test_a_job_is_claimed_by_one_of_several_workers(app: Flask, clock: Any) -> None:
    """Behaviour 114."""
    job = Job("once", MINUTE, lambda _now: None)
    moments = [clock.now(), clock.now() + MINUTE]
    for moment in moments:
        start = threading.Barrier(6)

        def take(_worker: int, moment: datetime = moment, start: Any = start) -> bool:
            with app.app_context():
                start.wait()
                return claim(job, moment)

        with ThreadPoolExecutor(6) as workers:
            assert sum(workers.map(take, range(6))) == 1


def test_a_nightly_job_is_due_once_after_its_hour_in_brussels() -> None:
    nightly = Job("nightly", timedelta(days=1), lambda _now: None, at=time_of_day(3, 30))
    before = datetime(2026, 7, 1, 1, 29, tzinfo=UTC)
    after = datetime(2026, 7, 1, 1, 31, tzinfo=UTC)
    assert due_since(nightly, before) == datetime(2026, 6, 30, 1, 30, tzinfo=UTC)
    assert due_since(nightly, after) == datetime(2026, 7, 1, 1, 30, tzinfo=UTC)
    assert due_since(nightly, datetime(2026, 1, 5, 12, tzinfo=UTC)) == datetime(
        2026, 1, 5, 2, 30, tzinfo=UTC
    )


def test_a_failing_job_stops_neither_the_others_nor_the_messages_and_names_nobody(
    app: Flask, clock: Any, mail_server: MailServer, caplog: pytest.LogCaptureFixture
) -> None:
    runs: list[datetime] = []

    def fail(_now: datetime) -> None:
        raise ValueError("aicha@example.org")

    post(real_letter(1))
    worker = at_work(app, Job("failing", MINUTE, fail), Job("following", MINUTE, runs.append))
    worker._delivery = delivery_to(mail_server, app)
    with caplog.at_level(logging.ERROR):
        worker.turn(clock.now())
    worker.close()
    assert len(runs) == 1
    assert mail_server.recipients == ["reader1@example.org"]
    (record,) = [record for record in caplog.records if "failing" in record.getMessage()]
    line = JsonFormatter().format(record)
    assert "ValueError" in line
    assert "aicha" not in line


def test_a_worker_says_that_it_runs_even_in_a_long_batch(app: Flask, clock: Any) -> None:
    worker = at_work(app)
    worker.turn(clock.now())
    assert last_heartbeat() == clock.now()
    assert worker._may_continue()
    clock.advance(seconds=20)
    assert worker._may_continue()
    assert last_heartbeat() == clock.now()
    worker.stop()
    assert not worker._may_continue()


def test_everything_in_the_schedule_runs_on_an_empty_site(
    app: Flask, clock: Any, caplog: pytest.LogCaptureFixture
) -> None:
    run_once(app, clock.now())
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []
    names = [job.name for job in (*SCHEDULE, *CONTINUOUS)]
    assert len(names) == len(set(names))


def test_a_worker_killed_among_two_hundred_messages_loses_none(
    app: Flask, database: Database, state_dir: Path, mail_server: MailServer, clock: Any
) -> None:
    post(*(real_letter(number) for number in range(200)))
    with worker_process(database, state_dir, mail_server) as process:
        # Killed after the server has the 73rd message and before the worker knows it.
        mail_server.on_accept = lambda count: process.kill() if count == 73 else None
        wait_until(lambda: process.poll() is not None, seconds=60)
    mail_server.on_accept = lambda _count: None
    assert len(mail_server.accepted) < 200
    clock.move_to(datetime.now(UTC) + timedelta(minutes=6))
    delivery = delivery_to(mail_server, app)
    while delivery.deliver_batch():
        pass
    delivery.close()
    assert waiting_count() == 0
    assert len(set(mail_server.recipients)) == 200
    assert len(mail_server.accepted) <= 200 + RECORDED_TOGETHER
    keys = {mail["Message-ID"].partition("@")[0] for mail in mail_server.mails()}
    assert len(keys) == 200


def test_a_worker_killed_after_claiming_and_before_sending_loses_none_and_sends_none_twice(
    app: Flask, database: Database, state_dir: Path, mail_server: MailServer, clock: Any
) -> None:
    post(*(real_letter(number) for number in range(60)))
    begun_at = datetime.now(UTC)
    with worker_process(database, state_dir, mail_server) as process:
        # It greets the mail server with its first messages claimed and none of them sent.
        mail_server.on_greeting = lambda _count: process.kill()
        assert process.wait(timeout=60) == -signal.SIGKILL
    mail_server.on_greeting = lambda _count: None
    assert mail_server.accepted == []
    db.session.rollback()
    claimed = select(func.count()).where(OutboxMessage.next_attempt_at > begun_at)
    assert (db.session.scalar(claimed) or 0) > 0
    assert waiting_count() == 60
    clock.move_to(datetime.now(UTC))
    delivery = delivery_to(mail_server, app)
    while delivery.deliver_batch():
        pass
    assert 0 < waiting_count() < 60, "what the dead worker holds is left to it until its lease ends"
    clock.advance(minutes=6)
    while delivery.deliver_batch():
        pass
    delivery.close()
    assert waiting_count() == 0
    assert len(set(mail_server.recipients)) == len(mail_server.accepted) == 60
    attempts = set(db.session.scalars(select(OutboxMessage.attempt_count)))
    assert attempts == {1}, "dying costs no message an attempt"


def test_two_worker_processes_send_each_message_once_and_stop_when_asked(
    app: Flask, database: Database, state_dir: Path, mail_server: MailServer, clock: Any
) -> None:
    post(*(real_letter(number) for number in range(200)))
    # A quick worker would send all before a slow one has come so far that it can be asked to stop.
    mail_server.greetings_awaited = 2
    with (
        worker_process(database, state_dir, mail_server) as one,
        worker_process(database, state_dir, mail_server) as other,
    ):
        wait_until(lambda: len(mail_server.accepted) >= 200, seconds=60)
        wait_until(nothing_waits)
        for process in (one, other):
            process.send_signal(signal.SIGTERM)
        assert [process.wait(timeout=20) for process in (one, other)] == [0, 0]
    assert len(set(mail_server.recipients)) == len(mail_server.accepted) == 200


def test_a_worker_told_to_stop_finishes_its_message_and_frees_the_others(
    app: Flask, database: Database, state_dir: Path, mail_server: MailServer, clock: Any
) -> None:
    post(*(real_letter(number) for number in range(60)))
    with worker_process(database, state_dir, mail_server) as process:
        mail_server.on_accept = lambda count: (
            process.send_signal(signal.SIGTERM) if count == 10 else None
        )
        assert process.wait(timeout=60) == 0
    sent = len(mail_server.accepted)
    assert 10 <= sent < 60
    db.session.rollback()
    free = select(func.count()).where(
        OutboxMessage.state == "queued", OutboxMessage.next_attempt_at <= datetime.now(UTC)
    )
    assert db.session.scalar(free) == 60 - sent
    mail_server.on_accept = lambda _count: None
    with worker_process(database, state_dir, mail_server, "--once") as process:
        assert process.wait(timeout=60) == 0
    assert len(set(mail_server.recipients)) == len(mail_server.accepted) == 60
