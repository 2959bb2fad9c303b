"""How Alembic reaches the database: through the application's own engine and tables."""

from typing import Any

from alembic import context
from flask import current_app
from sqlalchemy import Connection, text

from campaign.core.db import db

target_metadata = db.metadata


def run_migrations() -> None:
    """Bring the schema up or down, each revision in its own transaction.

    SQLite changes some columns by writing their table anew, and would refuse to drop one that others
    point at: it looks the other way meanwhile, and what points at nothing is looked for before each
    revision is kept (https://www.sqlite.org/lang_altertable.html, section 7).
    """
    extension = current_app.extensions["migrate"]
    with db.engine.connect() as connection:
        _point_at_anything(connection, is_allowed=True)
        try:
            context.configure(
                connection=connection,
                target_metadata=target_metadata,
                transaction_per_migration=True,
                on_version_apply=_check_what_points,
                **extension.configure_args,
            )
            with context.begin_transaction():
                context.run_migrations()
        finally:
            _point_at_anything(connection, is_allowed=False)


def _point_at_anything(connection: Connection, *, is_allowed: bool) -> None:
    if connection.dialect.name == "sqlite":
        driver: Any = connection.connection.dbapi_connection
        driver.execute(f"PRAGMA foreign_keys={'OFF' if is_allowed else 'ON'}")


def _check_what_points(*, ctx: Any, **_step: Any) -> None:
    """Raises RuntimeError when a row is left that points at nothing."""
    if ctx.dialect.name != "sqlite":
        return
    strays = ctx.connection.execute(text("PRAGMA foreign_key_check")).all()
    if strays:
        raise RuntimeError(f"rows that point at nothing: {strays[:5]}")


run_migrations()
