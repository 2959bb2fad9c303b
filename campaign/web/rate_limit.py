"""How often one visitor, mailbox or partner may do one thing: counts kept for minutes, never addresses.

A limit is a brake on machines, not a judge of people: when its storage is broken (disk full, Redis
away) every hit is let through with a warning in the log, because no signature may be lost to it.
"""

import hmac
import logging
import os
import sqlite3
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from hashlib import blake2b
from ipaddress import IPv4Address, IPv6Address, ip_address
from pathlib import Path

from limits import RateLimitItem, RateLimitItemPerSecond
from limits.errors import StorageError
from limits.storage import MemoryStorage, Storage, storage_from_string
from limits.strategies import FixedWindowRateLimiter

logger = logging.getLogger(__name__)

MEMORY = "memory://"
IPV4_PREFIX_BITS = 24
IPV6_PREFIX_BITS = 56
SECONDS_BETWEEN_WARNINGS = 60
SECONDS_BETWEEN_SWEEPS = 600
SECONDS_TO_WAIT_FOR_THE_FILE = 0.5
SECONDS_TO_WAIT_FOR_REDIS = 0.5


@dataclass(frozen=True)
class Limit:
    """At most `amount` hits within `seconds` of the first; `name` keeps limits apart."""

    name: str
    amount: int
    seconds: int

    @cached_property
    def as_rate(self) -> RateLimitItem:
        """The same in the vocabulary of the `limits` library."""
        return RateLimitItemPerSecond(self.amount, self.seconds, namespace=self.name)


@dataclass(frozen=True)
class Hit:
    """One hit to count under a key, which passes while the count is at most `amount`."""

    key: str
    seconds: int
    amount: int


class SQLiteStorage(Storage):
    """Counts in one small file, right across all the processes of one machine.

    The file is our own and holds nothing else. In WAL mode with synchronous=NORMAL a power cut can
    lose the last counts but not damage the file, so nothing here has to repair it.
    """

    STORAGE_SCHEME = None  # made by hand below: a path is not a URI

    _SCHEMA = """
        CREATE TABLE IF NOT EXISTS hits (
            key TEXT PRIMARY KEY, amount INTEGER NOT NULL, expires_at REAL NOT NULL
        ) WITHOUT ROWID;
        DROP INDEX IF EXISTS hits_expires_at;
    """
    _HIT = """
        INSERT INTO hits (key, amount, expires_at) VALUES {rows}
        ON CONFLICT (key) DO UPDATE SET
            amount = excluded.amount + CASE WHEN hits.expires_at <= ? THEN 0 ELSE hits.amount END,
            expires_at = CASE WHEN hits.expires_at <= ? THEN excluded.expires_at
                ELSE hits.expires_at END
        RETURNING key, amount
    """

    def __init__(self, path: Path, clock: Callable[[], float] = time.time) -> None:
        super().__init__(wrap_exceptions=True)
        self._path = path
        self._clock = clock
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None
        self._opened_by = 0
        self._next_sweep_at = 0.0

    @property
    def base_exceptions(self) -> type[Exception] | tuple[type[Exception], ...]:
        """What `limits` turns into StorageError."""
        return (sqlite3.Error, OSError)

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Add `amount` and give the new count; a key first seen lives for `expiry` seconds."""
        return self._incr_all([(key, expiry)], amount)[key]

    def incr_all(self, hits: Sequence[Hit]) -> dict[str, int]:
        """Add one under each key, in one go; the new counts by key. Raises StorageError."""
        try:
            return self._incr_all([(hit.key, hit.seconds) for hit in hits], 1)
        except (sqlite3.Error, OSError) as error:
            raise StorageError(error) from error

    def _incr_all(self, keys: Sequence[tuple[str, int]], amount: int) -> dict[str, int]:
        now = self._clock()
        values: list[str | float] = []
        for key, expiry in keys:
            values += (key, amount, now + expiry)
        statement = self._HIT.format(rows=", ".join(["(?, ?, ?)"] * len(keys)))
        with self._lock:
            connection = self._open()
            # Every row is fetched: SQLite ends the statement, and writes, only then.
            counts = dict(connection.execute(statement, (*values, now, now)).fetchall())
            if now >= self._next_sweep_at:
                self._next_sweep_at = now + SECONDS_BETWEEN_SWEEPS
                self._delete_expired(connection, now)
        return counts

    def sweep(self) -> None:
        """Delete what has expired, also where nobody comes by any more."""
        with self._lock:
            self._delete_expired(self._open(), self._clock())

    def _delete_expired(self, connection: sqlite3.Connection, now: float) -> None:
        connection.execute("DELETE FROM hits WHERE expires_at <= ?", (now,))

    def get(self, key: str) -> int:
        """The count of a key, 0 when it has none or it has expired."""
        row = self._row(key)
        return int(row[0]) if row else 0

    def get_expiry(self, key: str) -> float:
        """When the key expires, in seconds since 1970; now when it has no count."""
        row = self._row(key)
        return float(row[1]) if row else self._clock()

    def check(self) -> bool:
        """Whether the file can be read."""
        self._row("")
        return True

    def reset(self) -> int | None:
        """Forget every count."""
        with self._lock:
            return self._open().execute("DELETE FROM hits").rowcount

    def clear(self, key: str) -> None:
        """Forget one count."""
        with self._lock:
            self._open().execute("DELETE FROM hits WHERE key = ?", (key,))

    def _row(self, key: str) -> tuple[int, float] | None:
        query = "SELECT amount, expires_at FROM hits WHERE key = ? AND expires_at > ?"
        with self._lock:
            row: tuple[int, float] | None = (
                self._open().execute(query, (key, self._clock())).fetchone()
            )
        return row

    def _open(self) -> sqlite3.Connection:
        # A connection must not cross a fork: gunicorn may load the application before it forks.
        if self._connection is None or self._opened_by != os.getpid():
            self._path.parent.mkdir(parents=True, exist_ok=True)
            connection = sqlite3.connect(
                self._path,
                timeout=SECONDS_TO_WAIT_FOR_THE_FILE,
                isolation_level=None,
                check_same_thread=False,
            )
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute("PRAGMA wal_autocheckpoint = 4000")
            connection.executescript(self._SCHEMA)
            self._connection, self._opened_by = connection, os.getpid()
        return self._connection


class RateLimiter:
    """Counts hits against limits, in a file, in Redis or Valkey, or (tests) in memory.

    `storage` is the path of the file, a redis:// or valkey:// address, or 'memory://'. Keys are
    stored as digests keyed by `secret`: neither a mailbox nor an address can be read back.
    """

    def __init__(
        self, storage: str | Path, *, secret: bytes, clock: Callable[[], float] = time.time
    ) -> None:
        self._storage = open_storage(storage, clock)
        self._strategy = FixedWindowRateLimiter(self._storage)
        self._secret = blake2b(secret).digest()
        self._clock = clock
        self._next_warning_at = 0.0

    def hit(self, limit: Limit, *key: str) -> bool:
        """Count one hit. False when it is one too many; True also when nothing could be counted."""
        try:
            return self._strategy.hit(limit.as_rate, self._digest(*key))
        except StorageError as error:
            self._warn(limit.name, error)
            return True

    def as_hit(self, limit: Limit, *key: str) -> Hit:
        """What `hit` counts, to be counted with others by `hit_all`."""
        return Hit(limit.as_rate.key_for(self._digest(*key)), limit.seconds, limit.amount)

    def as_spent(self, key: str, expires_in: int) -> Hit:
        """What `spend_once` counts, to be counted with others."""
        return Hit(f"once/{self._digest(key)}", max(1, expires_in), 1)

    def hit_all(self, hits: Sequence[Hit]) -> list[bool]:
        """Count all of them in one go where the storage can; as `hit`, for each."""
        try:
            if isinstance(self._storage, SQLiteStorage):
                counts = self._storage.incr_all(hits)
            else:
                counts = {hit.key: self._storage.incr(hit.key, hit.seconds) for hit in hits}
        except StorageError as error:
            self._warn("several", error)
            return [True] * len(hits)
        return [counts[hit.key] <= hit.amount for hit in hits]

    def give_back(self, *hits: Hit) -> None:
        """Undo hits of an act that came to nothing."""
        try:
            for hit in hits:
                self._storage.incr(hit.key, hit.seconds, amount=-1)
        except StorageError as error:
            self._warn("several", error)

    def remaining(self, limit: Limit, *key: str) -> int:
        """How many more hits will pass before the count starts again."""
        try:
            return self._strategy.get_window_stats(limit.as_rate, self._digest(*key)).remaining
        except StorageError as error:
            self._warn(limit.name, error)
            return limit.amount

    def seconds_until_reset(self, limit: Limit, *key: str) -> int:
        """Whole seconds, rounded up, until the count starts again; 0 when there is none."""
        try:
            stats = self._strategy.get_window_stats(limit.as_rate, self._digest(*key))
        except StorageError as error:
            self._warn(limit.name, error)
            return 0
        return max(0, -int((self._clock() - stats.reset_time) // 1))

    def spend_once(self, key: str, expires_in: int) -> bool:
        """True the first time within `expires_in` seconds, then False; True when storage is broken."""
        return self.hit_all([self.as_spent(key, expires_in)])[0]

    def mark(self, key: str, expires_in: int) -> None:
        """Keep a mark that every web server sees, for so many seconds from now."""
        try:
            self._storage.clear(self._digest(key))
            self._storage.incr(self._digest(key), max(1, expires_in))
        except StorageError as error:
            self._warn("mark", error)

    def unmark(self, key: str) -> None:
        """Take a mark away."""
        try:
            self._storage.clear(self._digest(key))
        except StorageError as error:
            self._warn("mark", error)

    def is_marked(self, key: str) -> bool:
        """Whether the mark is there; False also when that cannot be told."""
        try:
            return self._storage.get(self._digest(key)) > 0
        except StorageError as error:
            self._warn("mark", error)
            return False

    def sweep(self) -> None:
        """Delete expired counts; Redis and Valkey do so by themselves."""
        if not isinstance(self._storage, SQLiteStorage):
            return
        try:
            self._storage.sweep()
        except (sqlite3.Error, OSError) as error:
            logger.warning("expired counts are not deleted: %r", error)

    def _digest(self, *key: str) -> str:
        text = "\0".join(key).encode()
        return blake2b(text, key=self._secret, digest_size=16).hexdigest()

    def _warn(self, limit_name: str, error: StorageError) -> None:
        # One line a minute: a full disk must not be filled further by saying so.
        now = self._clock()
        if now >= self._next_warning_at:
            self._next_warning_at = now + SECONDS_BETWEEN_WARNINGS
            logger.warning("rate limits are not counted (%s): %r", limit_name, error.storage_error)


def open_storage(storage: str | Path, clock: Callable[[], float] = time.time) -> Storage:
    """The storage behind a path or address. Raises limits.errors.ConfigurationError."""
    if storage == MEMORY:
        return MemoryStorage(wrap_exceptions=True)
    if isinstance(storage, Path) or "://" not in storage:
        return SQLiteStorage(Path(storage), clock)
    # Valkey answers the same protocol, so one client serves both.
    address = storage.replace("valkey", "redis", 1) if storage.startswith("valkey") else storage
    opened = storage_from_string(
        address,
        wrap_exceptions=True,
        socket_timeout=SECONDS_TO_WAIT_FOR_REDIS,
        socket_connect_timeout=SECONDS_TO_WAIT_FOR_REDIS,
    )
    assert isinstance(opened, Storage)
    return opened


def visitor_key(remote_addr: str | None, now: datetime, secret: bytes) -> str:
    """Who a visitor is to a limit, for one UTC day: a keyed digest of the network, not the address.

    IPv4 is cut to /24 and IPv6 to /56 (what one home gets). Mobile operators in Mali and Belgium
    put thousands of people behind one IPv4 address, so a full address would single out nobody
    there and yet be exact about somebody with a line of their own; and hosts rent out /24s whole.
    So limits on this key must leave room for many neighbours, and going over them should ask for
    more (a proof of work, patience) rather than refuse; the exact limits are those per mailbox.
    """
    day = now.astimezone(UTC).date().isoformat()
    text = f"visitor/{day}/{address_prefix(remote_addr)}"
    return hmac.digest(secret, text.encode(), "sha256")[:16].hex()


def address_prefix(remote_addr: str | None) -> str:
    """The network of an address, such as '192.0.2.0/24'; 'unknown' when there is no address."""
    try:
        address = ip_address((remote_addr or "").partition("%")[0])
    except ValueError:
        return "unknown"
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    kept = IPV4_PREFIX_BITS if isinstance(address, IPv4Address) else IPV6_PREFIX_BITS
    cut = address.max_prefixlen - kept
    return f"{type(address)(int(address) >> cut << cut)}/{kept}"
