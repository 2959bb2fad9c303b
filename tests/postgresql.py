"""A PostgreSQL server of the tests' own: made in a temporary directory, removed afterwards.

`python -m tests.postgresql COMMAND…` runs a command with its address in TEST_POSTGRESQL_URL.
"""

import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

ADDRESS = "TEST_POSTGRESQL_URL"
# Nothing here has to outlive a power cut, so nothing waits for the disk. Two hundred signers at
# once, each with a connection, have to fit beside the tests' own.
SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "320",
    "shared_buffers": "64MB",
    "listen_addresses": "127.0.0.1",
}
STARTS_WITHIN = 60.0


class PostgresqlMissingError(Exception):
    """PostgreSQL's server programs are not on this machine."""


@contextmanager
def throwaway_server(settings: dict[str, str] | None = None) -> Iterator[str]:
    """Yields the address (without a database name) of a fresh server, stopped and removed at the end.

    Durable settings can be asked for by the caller: `{"fsync": "on", …}`.
    """
    home = Path(tempfile.mkdtemp(prefix="portevoix-postgresql-"))
    account = _account()
    try:
        if account:
            os.chown(home, account.pw_uid, account.pw_gid)
        _initialise(home / "cluster", account)
        port = _free_port()
        server = _start(home, port, account, SETTINGS | (settings or {}))
        try:
            address = f"postgresql://portevoix@127.0.0.1:{port}"
            _wait_until_ready(address, server, home / "log")
            yield address
        finally:
            server.terminate()
            server.wait(timeout=30)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def create_database(address: str, name: str) -> str:
    """Make an empty database on the server (replacing one of that name); returns its address."""
    with psycopg.connect(f"{address}/postgres", autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        connection.execute(f"CREATE DATABASE \"{name}\" TEMPLATE template0 ENCODING 'UTF8'")
    return f"{address}/{name}"


def drop_database(address: str, name: str) -> None:
    """Remove a database and whoever is still connected to it."""
    with psycopg.connect(f"{address}/postgres", autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _program(name: str) -> str:
    candidates = [Path(os.environ["PG_BIN"])] if os.environ.get("PG_BIN") else []
    found = shutil.which(name)
    # On Debian `which` finds a link or nothing; the newest installed version is taken.
    for pattern in (
        "usr/lib/postgresql/*/bin",
        "usr/pgsql-*/bin",
        "opt/homebrew/opt/postgresql*/bin",
    ):
        candidates += sorted(
            Path("/").glob(pattern), key=lambda path: path.as_posix(), reverse=True
        )
    for directory in candidates:
        if (directory / name).exists():
            return str(directory / name)
    if found:
        return found
    raise PostgresqlMissingError(
        f"{name} was not found: install PostgreSQL (Debian: apt-get install postgresql)."
    )


def _account() -> pwd.struct_passwd | None:
    """PostgreSQL refuses to run as root; the account its package made is used then."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise PostgresqlMissingError(
        "run the tests as an ordinary user: PostgreSQL refuses to run as root."
    )


def _identity(account: pwd.struct_passwd | None) -> dict[str, object]:
    if account is None:
        return {}
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def _initialise(cluster: Path, account: pwd.struct_passwd | None) -> None:
    command = [
        _program("initdb"), "--pgdata", str(cluster), "--username", "portevoix", "--auth", "trust",
        "--encoding", "UTF8", "--locale", "C", "--no-sync",
    ]  # fmt: skip
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, cwd="/", **_identity(account)
    )
    if done.returncode:
        raise RuntimeError(f"initdb failed: {done.stderr}")


def _start(
    home: Path, port: int, account: pwd.struct_passwd | None, settings: dict[str, str]
) -> subprocess.Popen[bytes]:
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    command = [
        _program("postgres"), "-D", str(home / "cluster"), "-p", str(port),
        "-c", f"unix_socket_directories={home}", *options,
    ]  # fmt: skip
    with (home / "log").open("wb") as log:
        # A session of its own: Ctrl-C reaches the tests, which then stop it in order.
        return subprocess.Popen(
            command, stdout=log, stderr=log, cwd="/", start_new_session=True, **_identity(account)
        )


def _wait_until_ready(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    give_up_at = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < give_up_at and server.poll() is None:
        try:
            psycopg.connect(f"{address}/postgres", connect_timeout=2).close()
        except psycopg.OperationalError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError(f"PostgreSQL did not start: {log.read_text(errors='replace')[-2000:]}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def main() -> int:
    """Run a command beside a throw-away server."""
    if len(sys.argv) < 2:
        print(__doc__, file=sys.stderr)
        return 2
    with throwaway_server() as address:
        return subprocess.run(
            sys.argv[1:], env=os.environ | {ADDRESS: address}, check=False
        ).returncode


if __name__ == "__main__":
    sys.exit(main())
