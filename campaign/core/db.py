"""The database: one session, one commit point, and SQLite made safe for several writers."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import partial
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

import psycopg
from flask import Flask
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from psycopg.pq import TransactionStatus
from sqlalchemy import BigInteger, Integer, MetaData, event, func, select
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.pool import PoolProxiedConnection

from campaign.core.sqlite_file import SharedSync, WriteLock

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

BigId = BigInteger().with_variant(Integer, "sqlite")


class Base(DeclarativeBase):
    """Parent of every table."""

    metadata = MetaData(naming_convention=NAMING)


class SqliteFile:
    """What the writers of one file share."""

    def __init__(self, path: Path) -> None:
        self.lock = WriteLock(Path(f"{path}.lock"))
        self.sync = SharedSync(path)


db = SQLAlchemy(model_class=Base, session_options={"expire_on_commit": False})
migrate = Migrate(render_as_batch=True)
_is_writing: ContextVar[bool] = ContextVar("is_writing", default=False)
_quick: ContextVar["QuickConnection | None"] = ContextVar("quick", default=None)
_laid_by: "WeakKeyDictionary[Engine, list[PoolProxiedConnection]]" = WeakKeyDictionary()
_sqlite_files: "WeakKeyDictionary[Engine, SqliteFile]" = WeakKeyDictionary()


def init_app(app: Flask) -> None:
    """Attach the database to the application and prepare its engine."""
    db.init_app(app)
    migrate.init_app(app, db)
    with app.app_context():
        _laid_by[db.engine] = []
        event.listen(db.engine, "engine_disposed", _close_laid_by)
        if db.engine.dialect.name == "sqlite":
            _prepare_sqlite(db.engine)
        else:
            event.listen(db.engine, "begin", _begin_postgresql)
            event.listen(db.engine, "checkin", _end_postgresql_transaction)


@contextmanager
def transaction() -> Iterator[None]:
    """The one commit point: everything inside is kept together, or nothing is.

    A read begun before is ended first, so that on SQLite the write lock is taken at the start.
    Raises RuntimeError when a transaction is already open: acts do not nest.
    """
    if _is_writing.get():
        raise RuntimeError("a transaction is already open")
    if db.session().in_transaction():
        db.session.commit()
    mark = _is_writing.set(True)
    try:
        yield
        db.session.commit()
    except BaseException:
        db.session.rollback()
        raise
    finally:
        _is_writing.reset(mark)


def wait_for_turn(name: str) -> None:
    """Let acts of this name happen one after the other, each until its transaction ends: where no row
    is there yet that could be locked. SQLite has one writer at a time anyway."""
    if db.engine.dialect.name != "sqlite":
        db.session.execute(select(func.pg_advisory_xact_lock(func.hashtext(name))))


class QuickConnection:
    """The driver's own connection, in a transaction that begins with the first statement: what is
    worked out before it keeps nobody waiting for the turn to write.

    With `writes_once` PostgreSQL keeps the one writing statement as it ends (autocommit): a
    transaction around it would only be two more ways to the server.
    """

    def __init__(
        self, borrowed: PoolProxiedConnection, engine: Engine, *, writes_once: bool = False
    ) -> None:
        self._driver: Any = borrowed.driver_connection
        self._file = _sqlite_files.get(engine)
        self._holder = borrowed.info
        self._has_begun = False
        self._has_written = False
        self._writes_once = writes_once
        self.dialect = engine.dialect

    def execute(self, text: str, values: Any) -> Any:
        """The cursor of one statement."""
        if not self._has_begun:
            self._begin()
        return self._driver.execute(text, values)

    def note_writing(self) -> None:
        """Raises RuntimeError at the second act of writing where one was promised."""
        if self._writes_once and self._has_written:
            raise RuntimeError("this transaction was to write once")
        self._has_written = True

    def commit(self) -> None:
        """Keep what was done: when this comes back it survives a power cut."""
        if not self._has_begun:
            return
        self.dialect.do_commit(self._driver)
        if self._file is not None:
            self.end_turn()
            self._file.sync.wait()

    def end_turn(self) -> None:
        """Let the next writer in."""
        if self._file is not None:
            _release(self._file.lock, self._holder)

    def _begin(self) -> None:
        self._has_begun = True
        if self._file is not None:
            _set_synchronous(self._driver, self._holder, "NORMAL")
            _take_turn(self._file.lock, self._holder)
        if self.dialect.name == "sqlite":
            self._driver.execute("BEGIN IMMEDIATE")
        else:
            _set_autocommit(self._driver, is_wanted=self._writes_once)


@contextmanager
def quick_transaction(*, writes_once: bool = False) -> Iterator[None]:
    """As `transaction`, for acts made of `Prepared` statements alone: no session, hence no ORM.

    `writes_once` is the promise that one statement, or one `Chain`, does all the writing.
    Raises RuntimeError when a transaction is already open, and when the promise is broken.
    """
    if _is_writing.get():
        raise RuntimeError("a transaction is already open")
    if db.session.registry.has() and db.session().in_transaction():
        db.session.commit()
    engine = db.engine
    borrowed = _borrow(engine)
    quick = QuickConnection(borrowed, engine, writes_once=writes_once)
    writing, running = _is_writing.set(True), _quick.set(quick)
    try:
        yield
        quick.commit()
    except BaseException:
        _roll_back(borrowed)
        raise
    finally:
        quick.end_turn()
        _quick.reset(running)
        _is_writing.reset(writing)
        _lay_by(borrowed, engine)


def _borrow(engine: Engine) -> PoolProxiedConnection:
    """A connection for one quick transaction. They are laid by between two of them: handing each back
    to the pool and asking for it again was a twelfth of a signature."""
    try:
        return _laid_by[engine].pop()
    except IndexError:
        return engine.raw_connection()


def _lay_by(borrowed: PoolProxiedConnection, engine: Engine) -> None:
    if borrowed.is_valid:
        _laid_by[engine].append(borrowed)
    else:
        borrowed.close()


def _close_laid_by(engine: Engine) -> None:
    laid_by = _laid_by[engine]
    while laid_by:
        borrowed = laid_by.pop()
        borrowed.detach()
        borrowed.close()


def _roll_back(borrowed: PoolProxiedConnection) -> None:
    driver: Any = borrowed.driver_connection
    try:
        driver.rollback()
    except (sqlite3.Error, psycopg.Error):  # broken: the next one who borrows gets another
        borrowed.invalidate()


def quick_connection() -> QuickConnection | None:
    """Where a `Prepared` statement runs, inside a quick transaction."""
    return _quick.get()


def open_connection() -> Connection:
    """The connection of the session's transaction, for statements that need nothing of the ORM:
    through the session each would cost a third more."""
    return db.session.connection()


PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "busy_timeout=15000",
    "cache_size=-32000",
    "secure_delete=ON",  # what is deleted is written over, whatever SQLite was built with
)


def _prepare_sqlite(engine: Engine) -> None:
    path = engine.url.database or ":memory:"
    file = SqliteFile(Path(path)) if path != ":memory:" else None
    lock = None if file is None else file.lock
    event.listen(engine, "connect", _prepare_connection)
    event.listen(engine, "begin", partial(_begin, lock))
    event.listen(engine, "checkin", _end_transaction)
    if file is not None and lock is not None:
        _sqlite_files[engine] = file
        # The commit event fires before the commit itself; the lock is let go when the connection
        # goes back to the pool, which the session does right after commit and after rollback.
        event.listen(engine, "checkin", lambda _connection, record: _release(lock, record.info))
        event.listen(engine, "engine_disposed", lambda _engine: lock.close())


def _prepare_connection(connection: sqlite3.Connection, _record: Any) -> None:
    connection.isolation_level = None
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _refuse_session(_connection: Connection) -> None:
    """A session would write beside the quick transaction, and on SQLite wait for itself."""
    if _quick.get() is not None:
        raise RuntimeError("a quick transaction has no session")


def _begin(lock: WriteLock | None, connection: Connection) -> None:
    _refuse_session(connection)
    if not _is_writing.get():
        _driver(connection).execute("BEGIN")
        return
    if lock is not None:
        _set_synchronous(_driver(connection), connection.info, "FULL")
        _take_turn(lock, connection.info)
    try:
        _driver(connection).execute("BEGIN IMMEDIATE")
    except BaseException:
        if lock is not None:
            _release(lock, connection.info)
        raise


def _driver(connection: Connection) -> sqlite3.Connection:
    """Python's own connection: SQLAlchemy would do for this one word all it does for a query."""
    driver: sqlite3.Connection = connection.connection.dbapi_connection  # type: ignore[assignment]
    return driver


def _end_transaction(connection: sqlite3.Connection | None, _record: Any) -> None:
    """A commit that failed may leave its transaction open, which SQLAlchemy then takes for ended."""
    if connection is not None and connection.in_transaction:
        connection.rollback()


def _end_postgresql_transaction(connection: Any, _record: Any) -> None:
    """As above: a transaction left open would go on holding its locks."""
    if connection is not None and connection.info.transaction_status != TransactionStatus.IDLE:
        connection.rollback()


def _begin_postgresql(connection: Connection) -> None:
    _refuse_session(connection)
    _set_autocommit(connection.connection.dbapi_connection, is_wanted=False)


def _set_autocommit(driver: Any, *, is_wanted: bool) -> None:
    """Whoever borrows a connection says what it needs: setting it back each time costs as much as
    half of the statement itself."""
    if driver.autocommit is not is_wanted:
        driver.autocommit = is_wanted


def _take_turn(lock: WriteLock, holder: dict[Any, Any]) -> None:
    lock.acquire()
    holder["has_write_lock"] = True


def _set_synchronous(driver: sqlite3.Connection, holder: dict[Any, Any], level: str) -> None:
    """NORMAL is for who waits for a SharedSync afterwards; everybody else has FULL."""
    if holder.get("synchronous", "FULL") != level:
        driver.execute(f"PRAGMA synchronous={level}")
        holder["synchronous"] = level


def _release(lock: WriteLock, holder: dict[Any, Any]) -> None:
    if holder.pop("has_write_lock", False):
        lock.release()
