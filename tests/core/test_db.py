"""The one commit point, and moments that keep their zone."""

import threading
from datetime import UTC, datetime, timedelta, timezone

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError, StatementError

from campaign.audit.models import AuditEntry
from campaign.audit.operations import record
from campaign.core.db import db, transaction
from tests.petitions.broken import failing_commits
from tests.petitions.threads import at_once, failures

pytestmark = pytest.mark.usefixtures("app")
NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)


def note(act: str = "test") -> None:
    record(actor="test", act=act, subject="x", now=NOW)


def kept() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(AuditEntry)) or 0


def test_all_is_kept_together_or_nothing_is() -> None:
    with pytest.raises(ZeroDivisionError), transaction():
        note()
        db.session.flush()
        raise ZeroDivisionError
    assert kept() == 0
    with transaction():
        note()
        note()
    assert kept() == 2


def test_acts_do_not_nest() -> None:
    with transaction(), pytest.raises(RuntimeError), transaction():
        note()


def test_after_a_failure_the_next_act_works() -> None:
    with failing_commits(), pytest.raises(OperationalError), transaction():
        note()
    assert kept() == 0
    with transaction():
        note()
    assert kept() == 1


def test_after_a_failure_another_threads_turn_comes(app: Flask) -> None:
    with failing_commits(), pytest.raises(OperationalError), transaction():
        note()
    db.session.remove()

    def write() -> None:
        with transaction():
            note()

    assert failures(at_once(app, [write] * 5)) == []
    assert kept() == 5


def test_many_writers_at_once_lose_nothing(app: Flask) -> None:
    def write() -> None:
        for _time in range(5):
            with transaction():
                note()

    assert failures(at_once(app, [write] * 12)) == []
    assert kept() == 60


def test_readers_do_not_wait_for_a_writer(app: Flask) -> None:
    found: list[int] = []

    def read() -> None:
        with app.app_context():
            found.append(kept())
            db.session.remove()

    with transaction():
        note()
        db.session.flush()
        reader = threading.Thread(target=read)
        reader.start()
        reader.join(timeout=5)
    assert found == [0]


def test_a_moment_comes_back_in_utc_whatever_its_zone() -> None:
    brussels = timezone(timedelta(hours=1))
    with transaction():
        record(actor="t", act="t", subject="x", now=datetime(2026, 3, 2, 11, 0, tzinfo=brussels))
    db.session.expire_all()
    found = db.session.scalars(select(AuditEntry)).one().recorded_at
    assert (found, found.tzinfo) == (NOW, UTC)


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises((StatementError, ValueError), match="time zone"), transaction():
        record(actor="t", act="t", subject="x", now=datetime(2026, 3, 2, 11, 0))  # noqa: DTZ001
        db.session.flush()
