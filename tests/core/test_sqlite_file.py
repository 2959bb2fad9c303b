"""What was answered "accepted" is on the disk: one sync for all who committed meanwhile."""

import os
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest

from campaign.core import sqlite_file
from campaign.core.sqlite_file import SharedSync


class Disk:
    """A disk that syncs when it is told to, and remembers how much of the log each sync covered."""

    def __init__(self) -> None:
        self.covered: list[int] = []
        self.may_sync = threading.Event()
        self.is_syncing = threading.Event()

    def sync(self, file: int) -> None:
        self.covered.append(os.fstat(file).st_size)
        self.is_syncing.set()
        assert self.may_sync.wait(10)


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Disk:
    disk = Disk()
    monkeypatch.setattr(sqlite_file, "_sync", disk.sync)
    return disk


def database(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")
    connection.execute("CREATE TABLE kept (number INTEGER)")
    return connection


def test_who_commits_while_the_disk_is_busy_shares_the_next_sync(
    tmp_path: Path, disk: Disk
) -> None:
    path = tmp_path / "kept.sqlite"
    with closing(database(path)) as connection:
        shared = SharedSync(path)
        came_back: list[int] = []

        def commit(number: int) -> None:
            shared.wait()
            came_back.append(number)

        connection.execute("INSERT INTO kept VALUES (1)")
        threads = [threading.Thread(target=commit, args=(0,))]
        threads[0].start()
        assert disk.is_syncing.wait(10)
        for number in range(1, 6):
            connection.execute("INSERT INTO kept VALUES (?)", (number,))
            threads.append(threading.Thread(target=commit, args=(number,)))
            threads[-1].start()
        assert not came_back
        disk.may_sync.set()
        for thread in threads:
            thread.join(10)
        assert sorted(came_back) == [0, 1, 2, 3, 4, 5]
        assert len(disk.covered) < len(threads)
        assert disk.covered[-1] == Path(f"{path}-wal").stat().st_size


def test_a_disk_that_fails_is_told_to_who_waits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_file: int) -> None:
        raise OSError("input/output error")

    monkeypatch.setattr(sqlite_file, "_sync", fail)
    path = tmp_path / "kept.sqlite"
    with closing(database(path)):
        shared = SharedSync(path)
        for _time in range(2):
            with pytest.raises(OSError, match="input/output"):
                shared.wait()
