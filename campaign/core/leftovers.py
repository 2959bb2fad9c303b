"""What deleted rows leave behind in the files of the database, and taking it away.

SQLite overwrites what is deleted (`secure_delete`), but the log beside the file keeps earlier
pages until it is emptied. PostgreSQL keeps dead rows until VACUUM makes their room free.
"""

from collections.abc import Sequence

from campaign.core.db import db


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


def _empty_log(driver: object) -> bool:
    [(is_busy, _in_log, _moved)] = driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()  # type: ignore[attr-defined]
    return not is_busy


def _vacuum(driver: object, tables: Sequence[str]) -> None:
    driver.autocommit = True  # type: ignore[attr-defined]  # VACUUM runs outside a transaction
    for table in tables:
        driver.execute(f'VACUUM "{table}"')  # type: ignore[attr-defined]
