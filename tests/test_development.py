"""`make run`: what it refuses, and the whole of it once, as a newcomer sees it."""

import errno
import os
import signal
import socket
import stat
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from campaign.development import (
    CannotRunError,
    check_port_is_free,
    chosen_port,
    environment,
    kept_secret,
)
from tests.databases import ROOT, kind_under_test

SECONDS_TO_BE_READY = 240


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def test_a_busy_port_is_told_with_the_way_out() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(CannotRunError, match=rf"Port {port} is busy.*[\s\S]*make run PORT=\d+"):
            check_port_is_free(port)


@pytest.mark.parametrize("text", ["80x", "0", "70000", "-1"])
def test_a_port_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(CannotRunError, match="PORT must be a number"):
        chosen_port({"PORT": text})


def test_the_secret_is_kept_from_run_to_run_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    path = tmp_path / "var" / "secret_key"
    secret = kept_secret(path)
    assert len(secret) >= 32
    assert kept_secret(path) == secret
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_full_disk_leaves_no_half_of_a_secret_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "secret_key"

    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as disk:
        disk.setattr(os, "fsync", full)
        with pytest.raises(CannotRunError, match=r"No space left[\s\S]*STATE_DIR="):
            kept_secret(path)
    assert list(tmp_path.iterdir()) == []
    assert len(kept_secret(path)) >= 32


def test_an_empty_secret_of_a_run_that_was_cut_short_is_made_anew(tmp_path: Path) -> None:
    path = tmp_path / "secret_key"
    path.touch()
    assert len(kept_secret(path)) >= 32
    assert kept_secret(path) == path.read_text().strip()


def test_of_two_first_runs_at_once_both_take_the_same_secret(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "secret_key"
    link = os.link

    def overtaken(half: str, wanted: Path) -> None:
        wanted.write_text("the other run's\n")
        link(half, wanted)

    monkeypatch.setattr(os, "link", overtaken)
    assert kept_secret(path) == "the other run's"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_that_cannot_be_written_to_is_told_with_the_way_out(tmp_path: Path) -> None:
    (tmp_path / "var").touch()
    with pytest.raises(CannotRunError, match=r"Nothing can be kept in[\s\S]*STATE_DIR="):
        kept_secret(tmp_path / "var" / "secret_key")


def test_a_production_instance_is_not_run_this_way(tmp_path: Path) -> None:
    with pytest.raises(CannotRunError, match="PORTEVOIX_ENV"):
        environment({"PORTEVOIX_ENV": "production"}, port=5000, state_dir=tmp_path)


def test_what_is_set_already_is_kept(tmp_path: Path) -> None:
    settings = environment({"LOG_LEVEL": "DEBUG"}, port=5001, state_dir=tmp_path)
    assert settings["LOG_LEVEL"] == "DEBUG"
    assert settings["BASE_URL"] == "http://127.0.0.1:5001"
    assert settings["DEV_MAILBOX"] == "1"


class Run:
    """One `make run` in a folder of its own."""

    def __init__(self, program: subprocess.Popen[str], address: str, log: Path) -> None:
        self.program, self.address, self.log = program, address, log

    def wait_until_ready(self) -> None:
        give_up_at = time.monotonic() + SECONDS_TO_BE_READY
        while "Portevoix is ready" not in self.log.read_text():
            assert self.program.poll() is None, self.log.read_text()
            assert time.monotonic() < give_up_at, self.log.read_text()
            time.sleep(0.1)

    def get(self, path: str) -> str:
        with urllib.request.urlopen(self.address + path, timeout=10) as answer:
            text: str = answer.read().decode()
            return text

    def process_ids(self) -> set[int]:
        """The program and everything it started."""
        found, known = set(), {self.program.pid}
        while known:
            found |= known
            known = {
                int(child)
                for parent in known
                for child in _children(parent)
                if int(child) not in found
            }
        return found


def _children(parent: int) -> list[str]:
    tasks = Path(f"/proc/{parent}/task")
    return [child for task in tasks.glob("*/children") for child in task.read_text().split()]


@contextmanager
def running(state_dir: Path) -> Iterator[Run]:
    port, log = free_port(), state_dir / "run.log"
    settings = {k: v for k, v in os.environ.items() if not k.startswith(("TEST_", "PYTEST_"))}
    with log.open("w") as output:
        program = subprocess.Popen(
            [sys.executable, "-m", "campaign.development"],
            cwd=ROOT,
            env=settings | {"PORT": str(port), "STATE_DIR": str(state_dir)},
            stdout=output,
            stderr=output,
            text=True,
        )
    try:
        yield Run(program, f"http://127.0.0.1:{port}", log)
    finally:
        if program.poll() is None:
            program.send_signal(signal.SIGINT)
            program.wait(timeout=40)


@pytest.mark.skipif(sys.platform != "linux", reason="looks for left-over programs in /proc")
@pytest.mark.skipif(kind_under_test() != "sqlite", reason="`make run` keeps its data in SQLite")
def test_a_newcomer_runs_the_site_stops_it_and_finds_everything_again(tmp_path: Path) -> None:
    with running(tmp_path) as run:
        run.wait_until_ready()
        home = run.get("/fr/")
        assert "/fr/petitions/" in home
        assert "<h1" in run.get("/dev/mailbox")
        said = run.log.read_text()
        assert "Organisers sign in at" in said
        password = (tmp_path / "organiser_password").read_text().strip()
        assert password in said
        started = run.process_ids()
        assert len(started) >= 4, "supervisor, web server with its workers, and worker"
        run.program.send_signal(signal.SIGINT)
        assert run.program.wait(timeout=40) == 0
        assert not [each for each in started if Path(f"/proc/{each}").exists()]
    secret = (tmp_path / "secret_key").read_text()
    with running(tmp_path) as run:
        run.wait_until_ready()
        assert "/fr/petitions/" in run.get("/fr/")
    assert (tmp_path / "secret_key").read_text() == secret
