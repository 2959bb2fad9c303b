"""Databases that fail, at the door: what happens then must be honest."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import psycopg
import pytest
from sqlalchemy import event

from campaign.core.db import db

PLENTY = 1_073_741_823


@contextmanager
def failing_commits() -> Iterator[None]:
    """The database's driver fails at every commit, as on a full disk."""
    dialect = db.engine.dialect
    failure = sqlite3.OperationalError if dialect.name == "sqlite" else psycopg.errors.DiskFull

    def fail(_connection: Any) -> None:
        raise failure("no space left on device")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(dialect, "do_commit", fail)
        yield


@contextmanager
def locked_database() -> Iterator[None]:
    """Another program holds the table of signatures and does not let go; nobody waits for long."""
    engine = db.engine
    is_sqlite = engine.dialect.name == "sqlite"
    hurry = "PRAGMA busy_timeout = 50" if is_sqlite else "SET lock_timeout = '50ms'"

    def wait_briefly(connection: Any, _record: Any, _proxy: Any) -> None:
        connection.execute(hurry)

    db.session.remove()
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
    address = url.set(drivername="postgresql").render_as_string(hide_password=False)
    session = psycopg.connect(address)
    session.execute("LOCK TABLE signature IN EXCLUSIVE MODE")
    return session


@contextmanager
def full_disk() -> Iterator[None]:
    """SQLite's file may not grow by one page."""
    engine = db.engine

    def forbid(connection: Any, _record: Any, _proxy: Any) -> None:
        connection.execute("PRAGMA max_page_count = 1")  # SQLite raises it to the present size

    def allow(connection: Any, _record: Any, _proxy: Any) -> None:
        connection.execute(f"PRAGMA max_page_count = {PLENTY}")

    db.session.remove()
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
