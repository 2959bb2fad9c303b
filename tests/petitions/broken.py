"""Databases that fail, at the door: what happens then must be honest."""

import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from typing import Any

import psycopg
import pytest
from sqlalchemy import event

from campaign.core.db import db

PLENTY = 1_073_741_823


_FAIL_WHEN_KEPT = """
CREATE FUNCTION fail_when_kept() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'no space left on device' USING ERRCODE = 'disk_full'; END $$;
CREATE CONSTRAINT TRIGGER fails_when_kept AFTER INSERT OR UPDATE ON signature
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION fail_when_kept()
"""


@contextmanager
def failing_commits() -> Iterator[None]:
    """Every commit fails, as on a full disk; on PostgreSQL also a signature that is kept by the one
    statement that writes it."""
    dialect = db.engine.dialect
    is_sqlite = dialect.name == "sqlite"
    failure = sqlite3.OperationalError if is_sqlite else psycopg.errors.DiskFull

    def fail(connection: Any) -> None:
        if is_sqlite or not connection.autocommit:
            raise failure("no space left on device")

    with pytest.MonkeyPatch.context() as patch, ExitStack() as afterwards:
        if not is_sqlite:
            _as_another(_FAIL_WHEN_KEPT)
            afterwards.callback(_as_another, "DROP FUNCTION fail_when_kept() CASCADE")
        patch.setattr(dialect, "do_commit", fail)
        yield


def _as_another(statements: str) -> None:
    db.session.remove()
    with psycopg.connect(_address(), autocommit=True) as session:
        session.execute(statements)


@contextmanager
def locked_database() -> Iterator[None]:
    """Another program holds the table of signatures and does not let go; nobody waits for long."""
    engine = db.engine
    is_sqlite = engine.dialect.name == "sqlite"
    hurry = "PRAGMA busy_timeout = 50" if is_sqlite else "SET lock_timeout = '50ms'"

    def wait_briefly(connection: Any, _record: Any, _proxy: Any) -> None:
        connection.execute(hurry)
        connection.commit()

    db.session.remove()
    engine.dispose()  # what is laid by for quick transactions is not checked out again
    with closing(_held_by_another()):
        event.listen(engine, "checkout", wait_briefly)
        try:
            yield
        finally:
            db.session.remove()
            event.remove(engine, "checkout", wait_briefly)
            engine.dispose()


def _held_by_another() -> Any:
    url = db.engine.url
    if db.engine.dialect.name == "sqlite":
        holder = sqlite3.connect(str(url.database), isolation_level=None)
        holder.execute("BEGIN IMMEDIATE")
        return holder
    session = psycopg.connect(_address())
    session.execute("LOCK TABLE signature IN EXCLUSIVE MODE")
    return session


def _address() -> str:
    return db.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)


@contextmanager
def full_disk() -> Iterator[None]:
    """SQLite's file may not grow by one page."""
    engine = db.engine

    def forbid(connection: Any, _record: Any, _proxy: Any) -> None:
        connection.execute("PRAGMA max_page_count = 1")  # SQLite raises it to the present size

    def allow(connection: Any, _record: Any, _proxy: Any) -> None:
        connection.execute(f"PRAGMA max_page_count = {PLENTY}")

    db.session.remove()
    engine.dispose()  # what is laid by for quick transactions is not checked out again
    event.listen(engine, "checkout", forbid)
    try:
        yield
    finally:
        db.session.remove()
        event.remove(engine, "checkout", forbid)
        event.listen(engine, "checkout", allow)
        with engine.connect():
            pass
        engine.dispose()
        event.remove(engine, "checkout", allow)
