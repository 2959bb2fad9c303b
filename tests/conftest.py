"""Fixtures for every test: the application on a migrated database, a client that checks its pages,
the outbox, the clock; and guards that keep tests from reaching anything outside this machine."""

import os
import re
import socket
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from campaign.app import create_app
from campaign.core import clock as product_clock
from campaign.core.db import db as product_db
from campaign.web.limits import Limits
from campaign.web.rate_limit import RateLimiter
from config import Config
from tests.databases import (
    SECRET,
    Database,
    PostgresqlDatabase,
    SqliteDatabase,
    flask_command,
    kind_under_test,
)
from tests.mailbox import Outbox
from tests.pages.client import CheckingClient
from tests.postgresql import ADDRESS, throwaway_server

pytest_plugins = ["tests.pages.browser"]

# Kept in memory where the machine has such a place: thousands of small commits wait for no disk.
FAST_DISK = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
MAIL_PORTS = {25, 465, 587}
LOOPBACK = ("127.", "::1", "localhost")
SAME_FOR_BOTH = re.compile(
    r"tests/architecture/test_(?!migrations)"
    r"|tests/journeys/(?!test_a_citizen_signs|test_a_campaign_from_its_first_evening"
    r"|test_an_organiser_stops_false_signatures)"
    r"|tests/journeys/.*(axe_|open_to_all|_fits?_|sideways)"
)
_running = ExitStack()


def pytest_configure(config: pytest.Config) -> None:
    """One PostgreSQL server for the whole run, started by the process that starts the others."""
    is_worker = hasattr(config, "workerinput")
    if kind_under_test() == "postgresql" and ADDRESS not in os.environ and not is_worker:
        os.environ[ADDRESS] = _running.enter_context(throwaway_server())
        config.add_cleanup(_running.close)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """How a page looks, how the code is laid out and most of what a browser does are the same whatever
    the database: the run on SQLite says it once for both. The operations and pages behind run on each,
    and so do the stories that go through all of them."""
    if kind_under_test() != "postgresql":
        return
    again = [item for item in items if not SAME_FOR_BOTH.search(item.nodeid)]
    config.hook.pytest_deselected(items=[item for item in items if item not in set(again)])
    items[:] = again


def pytest_report_header() -> str:
    """Say which database this run is about."""
    return f"database: {kind_under_test()}"


@pytest.fixture(autouse=True, scope="session")
def _no_way_out() -> Iterator[None]:
    """No test reaches another machine, nor a mail server somebody happens to run on this one."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family in {socket.AF_INET, socket.AF_INET6}:
            host, port = address[0], address[1]
            if not str(host).startswith(LOOPBACK) or port in MAIL_PORTS:
                raise AssertionError(f"a test tried to reach {host}:{port}")
        connect(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded)
        yield


@pytest.fixture(scope="session")
def state_dir() -> Iterator[Path]:
    """Where this run keeps its files."""
    with tempfile.TemporaryDirectory(prefix="portevoix-tests-", dir=FAST_DISK) as folder:
        yield Path(folder)


@pytest.fixture(scope="session")
def database(state_dir: Path) -> Iterator[Database]:
    """This process's database, made by running the migrations."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    made: Database
    if kind_under_test() == "postgresql":
        made = PostgresqlDatabase(os.environ[ADDRESS], f"tests_{worker}")
    else:
        made = SqliteDatabase(state_dir)
    flask_command("db", "upgrade", database_url=made.url, state_dir=state_dir)
    made.remember_as_empty()
    yield made
    made.remove()


@pytest.fixture(scope="session")
def listening() -> Iterator[socket.socket]:
    """The address at which the site would answer a browser; taken before the site is made."""
    with socket.socket() as waiting:
        waiting.bind(("127.0.0.1", 0))
        waiting.listen(128)
        yield waiting


@pytest.fixture(scope="session")
def test_config(database: Database, state_dir: Path, listening: socket.socket) -> Config:
    """The settings of the site under test; `dataclasses.replace` makes others of it."""
    port = listening.getsockname()[1]
    return Config(
        environment="test",
        database_url=database.url,
        secret_key=SECRET,
        base_url=f"http://127.0.0.1:{port}",
        port=port,
        state_dir=state_dir,
        dev_mailbox=True,
        mail_default_sender="Portevoix <ne-pas-repondre@portevoix.test>",
        page_cache_seconds=0,
        proof_of_work_max=200,
        minimum_form_seconds=0,
    )


@pytest.fixture(scope="session")
def application(test_config: Config) -> Iterator[Flask]:
    """The site, made once; a test asks for `app`."""
    made = create_app(test_config)
    made.test_client_class = CheckingClient
    yield made
    with made.app_context():
        for engine in product_db.engines.values():
            engine.dispose()


@pytest.fixture
def app(application: Flask, database: Database) -> Iterator[Flask]:
    """The site, inside its context; what the test leaves in the database is gone afterwards."""
    application.extensions["page_cache"].clear()
    application.extensions["drawings"].clear()
    limiter = RateLimiter("memory://", secret=SECRET.encode())
    application.extensions["limits"] = Limits(limiter)
    with application.app_context():
        yield application
        product_db.session.remove()
    database.empty()


@pytest.fixture
def db(app: Flask) -> Any:
    """The product's database. Changes are kept by `with transaction():`, as in the product."""
    return product_db


@pytest.fixture
def client(app: Flask) -> CheckingClient:
    """Opens pages, and checks each."""
    made = app.test_client()
    assert isinstance(made, CheckingClient)
    return made


@pytest.fixture
def outbox(app: Flask, test_config: Config) -> Outbox:
    """What the site wants to send."""
    return Outbox(app, test_config)


class Clock:
    """The product's clock, standing still until a test moves it."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def now(self) -> datetime:
        """The moment the product believes in."""
        return self.moment

    def move_to(self, moment: datetime) -> None:
        """Go to an aware moment."""
        assert moment.tzinfo is not None
        self.moment = moment

    def advance(self, **duration: float) -> datetime:
        """Move on by `timedelta(**duration)`; returns the new moment."""
        self.moment += timedelta(**duration)
        return self.moment


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Time stands at Monday 2 March 2026, 10:00 UTC (11:00 in Brussels)."""
    standing = Clock(datetime(2026, 3, 2, 10, 0, tzinfo=UTC))
    monkeypatch.setattr(product_clock, "_read", standing.now)
    return standing
