"""What deleted rows leave behind in the files of the database, and taking it away.

SQLite overwrites what is deleted (`secure_delete`), but the log beside the file keeps earlier
pages until it is emptied. PostgreSQL makes the room of dead rows free without overwriting it: only
a table that is written anew holds nothing of them.
"""

from collections.abc import Sequence
from typing import Any

import psycopg

from campaign.core.db import db

# Writing this much anew keeps signers waiting for a second or two at most.
QUICKLY_REWRITTEN_BYTES = 64 * 1024 * 1024
LOCK_TIMEOUT = "2s"
LOG_TIMEOUT_MS = 300


def take_away(tables: Sequence[str]) -> bool:
    """Empty SQLite's log, or vacuum these tables; False where a reader stood in the way.

    Takes no turn in the queue of writers: a log that is busy is emptied the next time.
    """
    borrowed = db.engine.raw_connection()
    try:
        if db.engine.dialect.name == "sqlite":
            return _empty_log(borrowed.driver_connection)
        _vacuum(borrowed.driver_connection, tables)
        return True
    finally:
        borrowed.close()


def _empty_log(driver: Any) -> bool:
    # Not the usual fifteen seconds: while it waits for readers, nobody else can write.
    [(usual,)] = driver.execute("PRAGMA busy_timeout").fetchall()
    driver.execute(f"PRAGMA busy_timeout={LOG_TIMEOUT_MS}")
    try:
        [(is_busy, _in_log, _moved)] = driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    finally:
        driver.execute(f"PRAGMA busy_timeout={usual}")
    return not is_busy


def _vacuum(driver: Any, tables: Sequence[str]) -> None:
    driver.autocommit = True  # VACUUM runs outside a transaction
    for table in tables:
        driver.execute(f'VACUUM "{table}"')


def rewrite(tables: Sequence[str], *, largest: int | None = QUICKLY_REWRITTEN_BYTES) -> list[str]:
    """Write these tables anew on PostgreSQL, those above `largest` bytes left out; gives those left
    as they are, also because somebody was using them. Nobody reads or writes a table meanwhile."""
    if db.engine.dialect.name == "sqlite":
        return []
    borrowed = db.engine.raw_connection()
    left = []
    try:
        driver: Any = borrowed.driver_connection
        driver.autocommit = True
        driver.execute(f"SET lock_timeout = '{LOCK_TIMEOUT}'")
        for table in tables:
            [(size,)] = driver.execute("SELECT pg_total_relation_size(%s)", [table]).fetchall()
            if (largest is not None and size > largest) or not _rewritten(driver, table):
                left.append(table)
        driver.execute("RESET lock_timeout")
    finally:
        borrowed.close()
    return left


def _rewritten(driver: Any, table: str) -> bool:
    try:
        driver.execute(f'VACUUM FULL "{table}"')
    except psycopg.errors.LockNotAvailable:
        return False
    return True
