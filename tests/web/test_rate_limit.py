"""Limits hold across processes, run out, fail open and hold no address."""

import logging
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.web.rate_limit import (
    MEMORY,
    Limit,
    RateLimiter,
    address_prefix,
    open_storage,
    visitor_key,
)

SECRET = b"only for the tests"
FIVE_IN_TEN_MINUTES = Limit("sign", 5, 600)
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


class Clock:
    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def limiter(tmp_path: Path, clock: Clock) -> RateLimiter:
    return RateLimiter(tmp_path / "limits.sqlite", secret=SECRET, clock=clock)


def hits_let_through(limiter: RateLimiter, count: int, *key: str) -> int:
    return sum(limiter.hit(FIVE_IN_TEN_MINUTES, *key) for _ in range(count))


def test_the_sixth_hit_of_five_is_refused(limiter: RateLimiter) -> None:
    assert [limiter.hit(FIVE_IN_TEN_MINUTES, "a") for _ in range(7)] == [True] * 5 + [False] * 2


def test_one_visitor_does_not_use_up_the_limit_of_another(limiter: RateLimiter) -> None:
    assert hits_let_through(limiter, 9, "a") == 5
    assert hits_let_through(limiter, 9, "b") == 5
    assert hits_let_through(limiter, 9, "a", "b") == 5
    assert limiter.hit(Limit("login", 5, 600), "a")


def test_the_parts_of_a_key_do_not_run_into_each_other(limiter: RateLimiter) -> None:
    assert hits_let_through(limiter, 9, "ab", "c") == 5
    assert hits_let_through(limiter, 9, "a", "bc") == 5


def test_a_limit_starts_again_when_its_time_is_over(limiter: RateLimiter, clock: Clock) -> None:
    assert hits_let_through(limiter, 6, "a") == 5
    clock.now += 599
    assert not limiter.hit(FIVE_IN_TEN_MINUTES, "a")
    clock.now += 1
    assert hits_let_through(limiter, 6, "a") == 5


def test_what_remains_and_until_when_is_told(limiter: RateLimiter, clock: Clock) -> None:
    assert limiter.remaining(FIVE_IN_TEN_MINUTES, "a") == 5
    assert limiter.seconds_until_reset(FIVE_IN_TEN_MINUTES, "a") == 0
    limiter.hit(FIVE_IN_TEN_MINUTES, "a")
    clock.now += 100.5
    limiter.hit(FIVE_IN_TEN_MINUTES, "a")
    assert limiter.remaining(FIVE_IN_TEN_MINUTES, "a") == 3
    assert limiter.seconds_until_reset(FIVE_IN_TEN_MINUTES, "a") == 500


def test_something_can_be_spent_once_until_it_expires(limiter: RateLimiter, clock: Clock) -> None:
    assert [limiter.spend_once("proof", 60) for _ in range(3)] == [True, False, False]
    assert limiter.spend_once("another proof", 60)
    clock.now += 60
    assert limiter.spend_once("proof", 60)


def test_a_mark_is_seen_until_it_expires_or_is_taken_away(
    limiter: RateLimiter, clock: Clock, tmp_path: Path
) -> None:
    assert not limiter.is_marked("tight")
    limiter.mark("tight", 60)
    clock.now += 30
    limiter.mark("tight", 60)  # said again, it begins again
    clock.now += 59
    other_server = RateLimiter(tmp_path / "limits.sqlite", secret=SECRET, clock=clock)
    assert other_server.is_marked("tight")
    clock.now += 1
    assert not limiter.is_marked("tight")
    limiter.mark("tight", 60)
    limiter.unmark("tight")
    assert not limiter.is_marked("tight")


def test_expired_counts_leave_the_file(limiter: RateLimiter, clock: Clock, tmp_path: Path) -> None:
    for number in range(50):
        limiter.hit(FIVE_IN_TEN_MINUTES, str(number))
    clock.now += 3600
    limiter.hit(FIVE_IN_TEN_MINUTES, "last")
    with sqlite3.connect(tmp_path / "limits.sqlite") as connection:
        assert connection.execute("SELECT count(*) FROM hits").fetchone() == (1,)


def test_expired_counts_leave_the_file_of_a_quiet_site_too(
    limiter: RateLimiter, clock: Clock, tmp_path: Path
) -> None:
    for number in range(50):
        limiter.hit(FIVE_IN_TEN_MINUTES, str(number))
    clock.now += 300
    limiter.hit(FIVE_IN_TEN_MINUTES, "last")
    clock.now += 301
    limiter.sweep()
    with sqlite3.connect(tmp_path / "limits.sqlite") as connection:
        assert connection.execute("SELECT count(*) FROM hits").fetchone() == (1,)


def test_sweeping_a_broken_file_stops_nothing(limiter: RateLimiter, tmp_path: Path) -> None:
    limiter.hit(FIVE_IN_TEN_MINUTES, "a")
    with sqlite3.connect(tmp_path / "limits.sqlite") as connection:
        connection.execute("DROP TABLE hits")
    limiter.sweep()


HITTING_PROCESS = """
import sys
from campaign.web.rate_limit import Limit, RateLimiter
limiter = RateLimiter(sys.argv[1], secret=b"only for the tests")
sys.stdin.readline()
print(sum(limiter.hit(Limit("sign", 100, 600), "a") for _ in range(400)))
"""


def test_the_limit_holds_across_two_real_processes(tmp_path: Path) -> None:
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", HITTING_PROCESS, str(tmp_path / "limits.sqlite")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    for process in processes:
        process.stdin.write("go\n")
        process.stdin.flush()
    let_through = [int(process.communicate(timeout=60)[0]) for process in processes]
    assert sum(let_through) == 100


def test_the_limit_holds_across_threads(tmp_path: Path) -> None:
    limiter = RateLimiter(tmp_path / "limits.sqlite", secret=SECRET)
    passed: list[bool] = []

    def knock() -> None:
        passed.extend(limiter.hit(Limit("sign", 100, 600), "a") for _ in range(50))

    threads = [threading.Thread(target=knock) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(passed), sum(passed)) == (400, 100)


def unusable_directory(path: Path) -> None:
    path.mkdir()


def damaged_file(path: Path) -> None:
    path.write_bytes(b"this is no database " * 300)


@pytest.mark.parametrize("break_storage", [unusable_directory, damaged_file])
def test_a_broken_storage_lets_everyone_through_and_says_so_once_a_minute(
    tmp_path: Path,
    clock: Clock,
    caplog: pytest.LogCaptureFixture,
    break_storage: Callable[[Path], None],
) -> None:
    break_storage(tmp_path / "limits.sqlite")
    limiter = RateLimiter(tmp_path / "limits.sqlite", secret=SECRET, clock=clock)
    with caplog.at_level(logging.WARNING):
        assert hits_let_through(limiter, 20, "a") == 20
        assert limiter.spend_once("proof", 60)
        assert limiter.remaining(FIVE_IN_TEN_MINUTES, "a") == 5
        assert limiter.seconds_until_reset(FIVE_IN_TEN_MINUTES, "a") == 0
        limiter.mark("tight", 60)
        limiter.unmark("tight")
        assert not limiter.is_marked("tight")
        assert len(caplog.records) == 1
        clock.now += 61
        limiter.hit(FIVE_IN_TEN_MINUTES, "a")
    assert [record.levelname for record in caplog.records] == ["WARNING", "WARNING"]


def test_a_full_disk_lets_everyone_through(limiter: RateLimiter) -> None:
    limiter.hit(FIVE_IN_TEN_MINUTES, "a")
    connection = limiter._storage._open()
    [(pages,)] = connection.execute("PRAGMA page_count").fetchall()
    connection.execute(f"PRAGMA max_page_count = {pages}").fetchall()  # SQLITE_FULL from here on
    assert all(limiter.hit(FIVE_IN_TEN_MINUTES, str(number)) for number in range(2000))
    with pytest.raises(sqlite3.OperationalError, match="full"):
        connection.execute("INSERT INTO hits VALUES (?, 1, 1)", ("x" * 9000,))


def test_a_redis_that_does_not_answer_lets_everyone_through() -> None:
    limiter = RateLimiter("redis://127.0.0.1:1/0", secret=SECRET)
    assert hits_let_through(limiter, 7, "a") == 7


def test_redis_and_valkey_addresses_use_the_redis_client() -> None:
    for address in ("redis://127.0.0.1:1/0", "valkey://127.0.0.1:1/0", "rediss://127.0.0.1:1/0"):
        assert type(open_storage(address)).__name__ == "RedisStorage"


def test_the_limits_in_memory_behave_the_same() -> None:
    limiter = RateLimiter(MEMORY, secret=SECRET)
    assert hits_let_through(limiter, 9, "a") == 5
    assert [limiter.spend_once("proof", 60) for _ in range(2)] == [True, False]


def test_neither_a_mailbox_nor_an_address_can_be_read_in_the_file(
    limiter: RateLimiter, tmp_path: Path
) -> None:
    limiter.hit(FIVE_IN_TEN_MINUTES, "awa@example.org")
    limiter.hit(FIVE_IN_TEN_MINUTES, visitor_key("192.0.2.77", NOON, SECRET))
    limiter.hit(FIVE_IN_TEN_MINUTES, "192.0.2.77")
    limiter.spend_once("192.0.2.78", 60)
    written = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b"sign/" in written
    for trace in (b"awa", b"example.org", b"192.0", bytes([192, 0, 2])):
        assert trace not in written


def test_a_visitor_key_changes_every_utc_day_and_with_the_secret() -> None:
    key = visitor_key("192.0.2.77", NOON, SECRET)
    assert key == visitor_key("192.0.2.77", NOON + timedelta(hours=11), SECRET)
    assert key != visitor_key("192.0.2.77", NOON + timedelta(days=1), SECRET)
    assert key != visitor_key("192.0.2.77", NOON, b"another secret")
    same_moment = NOON.astimezone(timezone(timedelta(hours=14)))
    assert key == visitor_key("192.0.2.77", same_moment, SECRET)


@pytest.mark.parametrize(
    ("address", "prefix"),
    [
        ("192.0.2.77", "192.0.2.0/24"),
        ("::ffff:192.0.2.77", "192.0.2.0/24"),
        ("2001:db8:1:2ff:aaaa::1", "2001:db8:1:200::/56"),
        ("fe80::1%eth0", "fe80::/56"),
        ("", "unknown"),
        (None, "unknown"),
        ("no address", "unknown"),
    ],
)
def test_only_the_network_of_an_address_counts(address: str | None, prefix: str) -> None:
    assert address_prefix(address) == prefix


@given(st.ip_addresses(), st.datetimes(timezones=st.just(UTC)))
def test_a_visitor_key_is_32_hexadecimal_signs_without_the_address(
    address: object, moment: datetime
) -> None:
    key = visitor_key(str(address), moment, SECRET)
    assert len(bytes.fromhex(key)) == 16
    assert str(address) not in key


@pytest.mark.parametrize("storage", ["memory", "file"])
def test_a_hit_that_came_to_nothing_can_be_given_back(tmp_path: Path, storage: str) -> None:
    limiter = RateLimiter(
        "memory://" if storage == "memory" else tmp_path / "limits.sqlite", secret=b"secret"
    )
    limit = Limit("mails", 2, 60)
    assert [limiter.hit(limit, "me") for _time in range(3)] == [True, True, False]
    # The refused hit was counted as well: two are given back before one passes.
    for _time in range(2):
        limiter.give_back(limiter.as_hit(limit, "me"))
    assert [limiter.hit(limit, "me"), limiter.hit(limit, "me")] == [True, False]
    assert limiter.hit(limit, "another")


@pytest.mark.parametrize("storage", ["memory", "file"])
def test_several_hits_are_counted_in_one_go_each_against_its_own_limit(
    tmp_path: Path, storage: str
) -> None:
    clock = Clock()
    limiter = RateLimiter(
        "memory://" if storage == "memory" else tmp_path / "limits.sqlite",
        secret=b"secret",
        clock=clock,
    )
    once, often = Limit("once", 1, 60), Limit("often", 3, 60)
    hits = [limiter.as_hit(once, "me"), limiter.as_hit(often, "me"), limiter.as_spent("proof", 60)]
    assert [limiter.hit_all(hits) for _time in range(4)] == [
        [True, True, True],
        [False, True, False],
        [False, True, False],
        [False, False, False],
    ]
    assert not limiter.hit(often, "me")
    assert not limiter.spend_once("proof", 30)
    assert limiter.hit_all([limiter.as_hit(often, "another")]) == [True]
