"""One instance of the product to measure: a database of its own, its server, and a look inside."""

import os
import secrets
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from flask import Flask

from bench.processor import parent_of, seconds_used
from campaign.app import create_app
from campaign.core.db import db
from config import ROOT, Config
from tests.postgresql import create_database, throwaway_server

SERVER_SETTINGS = ("-k", "gthread", "-w", "2", "--threads", "4", "--no-control-socket")
DURABLE = {
    "fsync": "on", "synchronous_commit": "on", "full_page_writes": "on",
    "shared_buffers": "512MB", "max_connections": "60",
}  # fmt: skip
STARTS_WITHIN = 60.0


@dataclass(frozen=True)
class Instance:
    """A running instance, and the same application in this process for preparing and checking."""

    database: str
    app: Flask
    port: int
    folder: Path
    web_server: int
    database_server: int | None

    def seconds_used(self) -> tuple[float, float]:
        """Processor seconds of the web server and of the database server until now."""
        of_database = seconds_used(self.database_server) if self.database_server else 0.0
        return seconds_used(self.web_server), of_database


@dataclass(frozen=True)
class Prepared:
    """An application on an empty database, not served yet."""

    app: Flask
    folder: Path
    port: int
    environment: Mapping[str, str]
    database_server: int | None


@contextmanager
def application(database: str) -> Iterator[Flask]:
    """The same without a web server: for what is measured in one process."""
    with prepared_application(database) as it:
        yield it.app


@contextmanager
def prepared_application(database: str) -> Iterator[Prepared]:
    """The product on "sqlite" or "postgresql", with its settings for production."""
    with (
        tempfile.TemporaryDirectory(prefix="portevoix-bench-") as name,
        _address(database) as (url, server),
    ):
        folder, port = Path(name), free_port()
        environment = _environment(url, folder, port)
        migrate = [sys.executable, "-m", "flask", "--app", "wsgi", "db", "upgrade"]
        subprocess.run(migrate, cwd=ROOT, env=environment, check=True, capture_output=True)
        app = create_app(Config.from_env(dict(environment) | {"LOG_LEVEL": "WARNING"}))
        try:
            yield Prepared(app, folder, port, environment, server)
        finally:
            with app.app_context():
                db.engine.dispose()


@contextmanager
def running_instance(database: str) -> Iterator[Instance]:
    """The same, served."""
    with (
        prepared_application(database) as made,
        _gunicorn(made.port, made.environment, made.folder) as web_server,
    ):
        yield Instance(database, made.app, made.port, made.folder, web_server, made.database_server)


def _environment(url: str, folder: Path, port: int) -> dict[str, str]:
    # TRUSTED_PROXIES: every request names its own network, as behind a proxy; no limit is changed.
    return os.environ | {
        "PORTEVOIX_ENV": "production",
        "DATABASE_URL": url,
        "STATE_DIR": str(folder),
        "SECRET_KEY": secrets.token_urlsafe(48),
        "BASE_URL": "https://petitions.example.org",
        "PORT": str(port),
        "TRUSTED_PROXIES": "1",
        "MAIL_SERVER": "127.0.0.1",
        "MAIL_DEFAULT_SENDER": "Portevoix <no-reply@petitions.example.org>",
    }


@contextmanager
def _address(database: str) -> Iterator[tuple[str, int | None]]:
    if database == "sqlite":
        yield "", None
        return
    with throwaway_server(DURABLE) as server:
        url = create_database(server, "portevoix")
        with psycopg.connect(url) as connection:
            postmaster = parent_of(connection.info.backend_pid)
        yield url, postmaster


@contextmanager
def _gunicorn(port: int, environment: Mapping[str, str], folder: Path) -> Iterator[int]:
    command = [
        *(sys.executable, "-m", "gunicorn", *SERVER_SETTINGS, "--bind", f"127.0.0.1:{port}"),
        *("--log-level", "warning", "bench.server:app"),
    ]
    log_path = folder / "web.log"
    with log_path.open("wb") as log:
        server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
        try:
            _wait_for(port, server, log_path)
            yield server.pid
        finally:
            server.terminate()
            server.wait(timeout=30)


def _wait_for(port: int, server: subprocess.Popen[bytes], log: Path) -> None:
    give_up_at = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < give_up_at and server.poll() is None:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/hello", timeout=2):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise RuntimeError(f"gunicorn did not start:\n{log.read_text(errors='replace')[-3000:]}")


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
