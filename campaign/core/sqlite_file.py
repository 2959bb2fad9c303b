"""SQLite's file: whose turn it is to write, and when what was written is on the disk."""

import fcntl
import os
import threading
from pathlib import Path
from typing import Any

_sync = getattr(os, "fdatasync", os.fsync)  # macOS has only the second


class WriteLock:
    """A fair queue for SQLite's single writer, across threads (lock) and processes (flock).

    SQLite's own busy handler sleeps and retries: measured, the slowest writer in a hundred waits
    twenty times longer than in this queue.
    """

    def __init__(self, path: Path) -> None:
        self._threads = threading.Lock()
        self._path = path
        self._file: Any = None

    def acquire(self) -> None:
        """Wait for the turn to write."""
        self._threads.acquire()
        try:
            if self._file is None:
                self._file = self._path.open("wb")
            fcntl.flock(self._file, fcntl.LOCK_EX)
        except BaseException:
            self._threads.release()
            raise

    def close(self) -> None:
        """Let go of the file, when the engine is disposed of."""
        with self._threads:
            if self._file is not None:
                self._file.close()
                self._file = None

    def release(self) -> None:
        """Let the next writer in."""
        fcntl.flock(self._file, fcntl.LOCK_UN)
        self._threads.release()


class SharedSync:
    """Waits until a commit is on the disk, with one sync for all who committed meanwhile.

    For commits made with synchronous=NORMAL, which in WAL mode only append to the log: what FULL
    does after each of them while everybody else waits is done here once for several, and while the
    next one already writes (https://www.sqlite.org/pragma.html#pragma_synchronous).
    """

    def __init__(self, database: Path) -> None:
        self._log = Path(f"{database}-wal")
        self._counting = threading.Lock()
        self._syncing = threading.Lock()
        self._committed = 0
        self._synced = 0

    def wait(self) -> None:
        """Come back when what this thread has committed survives a power cut. Raises OSError."""
        with self._counting:
            self._committed += 1
            mine = self._committed
        with self._syncing:
            if self._synced >= mine:
                return
            covered = self._committed
            log = os.open(self._log, os.O_RDONLY)
            try:
                _sync(log)
            finally:
                os.close(log)
            self._synced = covered
