"""The database under the tests: built by the migrations, emptied after each test that used it."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Protocol

import psycopg
from psycopg import sql

from tests.postgresql import create_database, drop_database

ROOT = Path(__file__).resolve().parent.parent
SECRET = "a secret for the tests only, 0123456789 abcdefghij"
# Longer than any honest statement of a test; a forgotten open transaction is told, not waited for.
LOCK_TIMEOUT = "20s"


def kind_under_test() -> str:
    """sqlite or postgresql, from TEST_DATABASE."""
    kind = os.environ.get("TEST_DATABASE", "sqlite")
    if kind not in {"sqlite", "postgresql"}:
        raise ValueError(f"TEST_DATABASE must be sqlite or postgresql, not {kind!r}")
    return kind


def flask_command(*arguments: str, database_url: str, state_dir: Path) -> str:
    """Run `flask …` in a process of its own, as an administrator would; returns what it printed."""
    done = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", *arguments],
        cwd=ROOT,
        env=os.environ | environment_of(database_url, state_dir),
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    if done.returncode:
        raise AssertionError(f"flask {' '.join(arguments)} failed:\n{done.stdout}\n{done.stderr}")
    return done.stdout


def environment_of(database_url: str, state_dir: Path) -> dict[str, str]:
    """The variables of an instance for tests."""
    return {
        "PORTEVOIX_ENV": "test",
        "DATABASE_URL": database_url,
        "SECRET_KEY": SECRET,
        "STATE_DIR": str(state_dir),
        "BASE_URL": "http://127.0.0.1:5000",
    }


class Database(Protocol):
    """One database: its address as SQLAlchemy writes it, and how to empty it."""

    url: str

    def remember_as_empty(self) -> None:
        """Note the state to go back to."""

    def empty(self) -> None:
        """Go back to it."""

    def remove(self) -> None:
        """Leave nothing behind."""


class SqliteDatabase:
    """A file; emptied by copying the pages of the fresh one over it."""

    def __init__(self, folder: Path, name: str = "tests") -> None:
        self.path = folder / f"{name}.sqlite"
        self.fresh = folder / f"{name}-fresh.sqlite"
        self.url = f"sqlite:///{self.path}"

    def remember_as_empty(self) -> None:
        self._copy(self.path, self.fresh)

    def empty(self) -> None:
        self._copy(self.fresh, self.path)

    def remove(self) -> None:
        for path in self.path.parent.glob(f"{self.path.stem}*"):
            path.unlink(missing_ok=True)

    @staticmethod
    def _copy(source: Path, target: Path) -> None:
        with (
            closing(sqlite3.connect(source, timeout=20)) as origin,
            closing(sqlite3.connect(target, timeout=20)) as copy,
        ):
            origin.backup(copy)


class PostgresqlDatabase:
    """A database on the tests' own server; emptied by truncating the tables that hold rows."""

    def __init__(self, server: str, name: str) -> None:
        self.server, self.name = server, name
        self.address = create_database(server, name)
        self.url = self.address.replace("postgresql://", "postgresql+psycopg://")
        self.tables: list[str] = []

    def remember_as_empty(self) -> None:
        with psycopg.connect(self.address) as connection:
            rows = connection.execute(
                "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
                " AND tablename <> 'alembic_version' ORDER BY tablename"
            )
            self.tables = [name for (name,) in rows]
            if filled := self._filled(connection):
                raise AssertionError(
                    f"migrations left rows in {filled}: content is loaded, not migrated"
                )

    def empty(self) -> None:
        with psycopg.connect(self.address) as connection:
            connection.execute(f"SET lock_timeout = '{LOCK_TIMEOUT}'")
            if filled := self._filled(connection):
                names = sql.SQL(", ").join(map(sql.Identifier, filled))
                connection.execute(sql.SQL("TRUNCATE {} RESTART IDENTITY CASCADE").format(names))

    def remove(self) -> None:
        drop_database(self.server, self.name)

    def _filled(self, connection: psycopg.Connection) -> list[str]:
        if not self.tables:
            return []
        question = sql.SQL(" UNION ALL ").join(
            sql.SQL("SELECT {} WHERE EXISTS (SELECT 1 FROM {})").format(
                sql.Literal(name), sql.Identifier(name)
            )
            for name in self.tables
        )
        return [name for (name,) in connection.execute(question)]
