"""The one clock. Everything else receives the time as an argument or asks here."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime


def _system_time() -> datetime:
    return datetime.now(UTC)


_read: Callable[[], datetime] = _system_time


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return _read()


@contextmanager
def frozen_at(moment: datetime) -> Iterator[None]:
    """Hold the clock at `moment` (aware); for tests and for loading dated content."""
    global _read  # noqa: PLW0603 -- the clock is the one place where time is global
    before = _read
    _read = lambda: moment  # noqa: E731
    try:
        yield
    finally:
        _read = before
