"""Migrations: numbered, one line, up and down, and ending in exactly the tables of the models."""

import os
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.config import Config as AlembicConfig
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from campaign.core.db import db
from tests.architecture.source import ROOT
from tests.databases import (
    Database,
    PostgresqlDatabase,
    SqliteDatabase,
    flask_command,
    kind_under_test,
)
from tests.postgresql import ADDRESS


@pytest.fixture
def scratch(tmp_path: Path) -> Iterator[Database]:
    """An empty database of the kind under test."""
    made: Database
    if kind_under_test() == "postgresql":
        made = PostgresqlDatabase(
            os.environ[ADDRESS], f"scratch_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
        )
    else:
        made = SqliteDatabase(tmp_path, "scratch")
    yield made
    made.remove()


def scripts() -> ScriptDirectory:
    """The migrations as Alembic sees them."""
    settings = AlembicConfig(str(ROOT / "migrations" / "alembic.ini"))
    settings.set_main_option("script_location", str(ROOT / "migrations"))
    return ScriptDirectory.from_config(settings)


def test_migrations_are_numbered_in_one_line_and_say_why() -> None:
    revisions = list(reversed(list(scripts().walk_revisions())))
    assert len(scripts().get_heads()) == 1
    assert [each.revision for each in revisions] == [
        f"{n:04}" for n in range(1, len(revisions) + 1)
    ]
    for revision in revisions:
        assert re.fullmatch(rf"{revision.revision}_[a-z0-9_]+\.py", Path(revision.path).name)
        assert len(revision.longdoc or revision.doc or "") > 20, f"{revision.path} does not say why"


def tables_in(database: Database) -> set[str]:
    """The tables, triggers and functions a person would find, by name."""
    engine = sa.create_engine(database.url)
    with engine.connect() as connection:
        found = set(sa.inspect(connection).get_table_names())
        if engine.dialect.name == "sqlite":
            found |= set(
                connection.scalars(sa.text("SELECT name FROM sqlite_master WHERE type = 'trigger'"))
            )
        else:
            found |= set(
                connection.scalars(sa.text("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"))
            )
            found |= set(
                connection.scalars(
                    sa.text(
                        "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
                    )
                )
            )
    engine.dispose()
    return found - {"alembic_version", "sqlite_sequence"}


def test_every_migration_goes_up_down_and_up_again(scratch: Database, tmp_path: Path) -> None:
    def flask(*arguments: str) -> None:
        flask_command("db", *arguments, database_url=scratch.url, state_dir=tmp_path)

    flask("upgrade")
    above = tables_in(scratch)
    flask("downgrade", "base")
    assert tables_in(scratch) == set()
    flask("upgrade")
    assert tables_in(scratch) == above


FILLED = ("organisation", "petition", "petition_text", "petition_organisation", "official_count")


def fill(database: Database) -> None:
    """A row in each of these tables, as the schema of the moment asks for, each leading to the first."""
    engine = sa.create_engine(database.url)
    schema = sa.MetaData()
    schema.reflect(engine)
    moment = datetime(2026, 3, 2, tzinfo=UTC)
    values = {"INTEGER": 1, "BIGINT": 1, "BOOLEAN": True, "DATE": moment.date()}
    with engine.begin() as connection:
        for name in FILLED:
            table = schema.tables[name]
            row = {
                column.name: values.get(
                    str(column.type).partition("(")[0],
                    moment if isinstance(column.type, sa.DateTime) else "x",
                )
                for column in table.columns
                if not column.nullable
            }
            connection.execute(table.insert(), row)
    engine.dispose()


def rows_in(database: Database) -> dict[str, int]:
    engine = sa.create_engine(database.url)
    with engine.connect() as connection:
        counts = {
            name: connection.execute(sa.text(f"SELECT count(*) FROM {name}")).scalar_one()
            for name in FILLED
        }
    engine.dispose()
    return counts


def test_a_filled_database_loses_nothing_on_the_way_up_and_down(
    scratch: Database, tmp_path: Path
) -> None:
    """SQLite writes some tables anew, and would let go of what points at them."""

    def flask(*arguments: str) -> None:
        flask_command("db", *arguments, database_url=scratch.url, state_dir=tmp_path)

    flask("upgrade", "0011")
    fill(scratch)
    full = dict.fromkeys(FILLED, 1)
    flask("upgrade")
    assert rows_in(scratch) == full
    flask("downgrade", "0011")
    assert rows_in(scratch) == full


def test_the_migrations_make_exactly_the_tables_of_the_models(app: object) -> None:
    with db.engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        differences = compare_metadata(context, db.metadata)
    assert not differences, "\n".join(map(str, differences))
