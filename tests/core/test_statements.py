"""Statements of the hot acts: in a quick transaction as in any other, and never half done."""

import os
import threading
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import bindparam, event, func, insert, select, text, update

from campaign.core import sqlite_file
from campaign.core.db import db, quick_connection, quick_transaction, transaction
from campaign.core.statements import Chain, Prepared
from campaign.outbox.models import OutboxMessage
from campaign.petitions.models import Signature
from tests.databases import kind_under_test
from tests.petitions.broken import failing_commits, locked_database
from tests.petitions.threads import at_once, failures

pytestmark = pytest.mark.usefixtures("app")
NOW = datetime(2026, 3, 2, 10, 0, 0, 123456, tzinfo=UTC)
table = OutboxMessage.__table__
COLUMNS = (
    "message_key", "kind", "language", "sealed", "state", "attempt_count", "next_attempt_at",
    "last_error", "created_at",
)  # fmt: skip
KEEP = Prepared(insert(table), columns=COLUMNS)
KEEP_AND_TELL = Prepared(insert(table).returning(table.c.id, table.c.sealed), columns=COLUMNS)
FIND = Prepared(
    select(table.c.sealed, table.c.next_attempt_at, table.c.finished_at, table.c.attempt_count)
    .where(table.c.kind == bindparam("kind"), table.c.state == "queued")
    .order_by(table.c.id)
)
FINISH = Prepared(
    update(table)
    .where(table.c.kind == bindparam("wanted"))
    .values(state="sent", sealed=None)
    .returning(table.c.kind, table.c.state)
)

FINISH_AND_SEND = Chain(FINISH, KEEP, KEEP)


def row(kind: str = "a", **changes: Any) -> dict[str, Any]:
    values = {
        "message_key": os.urandom(16),
        "kind": kind,
        "language": "fr",
        "sealed": "À lire",
        "state": "queued",
        "attempt_count": 3,
        "next_attempt_at": NOW,
        "last_error": "",
        "created_at": NOW,
    }
    return values | changes


def kept() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(OutboxMessage)) or 0


def test_rows_and_their_types_are_the_same_in_both_kinds_of_transaction() -> None:
    """Sealed text, moments with their zone, nothing, numbers: written by one, read by the other."""
    with quick_transaction():
        assert KEEP.run(row("quick")) == []
    with transaction():
        assert KEEP.run(row("slow")) == []
    expected = [("À lire", NOW, None, 3)]
    for kind in ("quick", "slow"):
        assert FIND.run({"kind": kind}) == expected
        with transaction():
            assert FIND.run({"kind": kind}) == expected
        with quick_transaction():
            assert FIND.run({"kind": kind}) == expected
    messages = db.session.scalars(select(OutboxMessage)).all()
    assert [message.sealed for message in messages] == ["À lire", "À lire"]


def test_what_a_statement_answers_with_is_read_in_both() -> None:
    acts: tuple[Any, ...] = (quick_transaction, transaction)
    for act in acts:
        with act():
            [(number, sealed)] = KEEP_AND_TELL.run(row("told"))
            assert (number > 0, sealed) == (True, "À lire")
            assert FINISH.run({"wanted": "told"}) == [("told", "sent")]
            assert FINISH.run({"wanted": "nobody"}) == []
        with transaction():
            db.session.execute(table.delete())


def test_all_is_kept_together_or_nothing_is() -> None:
    with pytest.raises(ZeroDivisionError), quick_transaction():
        KEEP.run(row())
        raise ZeroDivisionError
    assert kept() == 0
    with quick_transaction():
        KEEP.run(row())
        KEEP.run(row())
    assert kept() == 2


def test_a_commit_that_fails_keeps_nothing_and_the_next_act_works() -> None:
    with failing_commits(), pytest.raises(Exception, match="no space left"), quick_transaction():
        KEEP.run(row())
    assert kept() == 0
    with quick_transaction():
        KEEP.run(row())
    assert kept() == 1


def test_a_statement_that_fails_leaves_the_next_act_unharmed() -> None:
    with pytest.raises(Exception, match=r"(?i)not.null"), quick_transaction():
        KEEP.run(row())
        KEEP.run(row(kind=None))
    with quick_transaction():
        KEEP.run(row())
    assert kept() == 1


def test_a_connection_is_laid_by_between_two_acts_and_closed_with_the_engine() -> None:
    """Asked for once for all acts that follow one another, and again after the engine was disposed."""
    db.session.remove()
    db.engine.dispose()
    checked_out = []

    def note(*_arguments: Any) -> None:
        checked_out.append(1)

    event.listen(db.engine, "checkout", note)
    try:
        for _act in range(3):
            with quick_transaction():
                KEEP.run(row())
        assert len(checked_out) == 1
        db.engine.dispose()
        with quick_transaction():
            KEEP.run(row())
        assert len(checked_out) == 2
    finally:
        event.remove(db.engine, "checkout", note)
    assert kept() == 4


def test_a_broken_connection_is_not_laid_by() -> None:
    with pytest.raises(Exception, match=r"(?i)clos"), quick_transaction():
        quick: Any = quick_connection()
        quick.execute("SELECT 1", ())
        quick._driver.close()
        KEEP.run(row())
    with quick_transaction():
        KEEP.run(row())
    assert kept() == 1


def test_acts_do_not_nest_in_either_order() -> None:
    for outer, inner in (
        (quick_transaction, transaction),
        (transaction, quick_transaction),
        (quick_transaction, quick_transaction),
    ):
        with pytest.raises(RuntimeError, match="already open"), outer(), inner():
            pass


def test_a_session_inside_is_refused_and_waits_for_nobody() -> None:
    """On SQLite it would wait for its own act, for ever."""
    with pytest.raises(RuntimeError, match="no session"), quick_transaction():
        KEEP.run(row())
        db.session.execute(select(1))
    db.session.remove()
    assert kept() == 0


def test_a_read_begun_before_is_ended() -> None:
    kept()
    db.session.execute(select(1))
    with quick_transaction():
        KEEP.run(row())
    assert kept() == 1


def test_what_is_worked_out_before_the_first_statement_keeps_nobody_waiting(app: Flask) -> None:
    begun, finished = threading.Event(), threading.Event()

    def slow() -> None:
        with app.app_context(), quick_transaction():
            begun.set()
            assert finished.wait(20), "the other act waited for one that had not written yet"
            KEEP.run(row())

    thread = threading.Thread(target=slow)
    thread.start()
    assert begun.wait(20)
    with quick_transaction():
        KEEP.run(row())
    finished.set()
    thread.join(20)
    assert kept() == 2


def test_many_writers_of_both_kinds_at_once_lose_nothing(app: Flask) -> None:
    def write(act: Any) -> None:
        for _ in range(5):
            with act():
                KEEP.run(row())

    acts = [partial(write, quick_transaction), partial(write, transaction)] * 6
    assert failures(at_once(app, acts)) == []
    assert kept() == 60


def test_a_locked_database_ends_the_act_and_its_turn() -> None:
    """The turn to write is given back, or nobody would ever write again."""
    with transaction():
        KEEP.run(row(next_attempt_at=NOW - timedelta(days=1)))
    touch = Prepared(update(Signature.__table__).values(mail_count=0))
    with locked_database(), pytest.raises(Exception, match=r"lock"), quick_transaction():
        touch.run({})
    with quick_transaction():
        KEEP.run(row())
    assert kept() == 2


def test_a_broken_connection_is_not_lent_again() -> None:
    """As after the database server was restarted."""
    with pytest.raises(Exception, match=r"(?i)closed"), quick_transaction():
        KEEP.run(row())
        connection = quick_connection()
        assert connection is not None
        connection._driver.close()
        KEEP.run(row())
    with quick_transaction():
        KEEP.run(row())
    assert kept() == 1


def in_one_quick_transaction() -> Any:
    return quick_transaction(writes_once=True)


EVERY_ACT: tuple[Any, ...] = (transaction, quick_transaction, in_one_quick_transaction)


@pytest.mark.parametrize("act", EVERY_ACT)
def test_what_follows_is_added_where_the_first_statement_did_something(act: Any) -> None:
    with transaction():
        KEEP.run(row("asked"))
    with act():
        answered = FINISH_AND_SEND.run({"wanted": "asked"}, row("one"), row("two"))
    assert answered == [("asked", "sent")]
    assert FIND.run({"kind": "one"}) == FIND.run({"kind": "two"}) == [("À lire", NOW, None, 3)]
    assert kept() == 3


@pytest.mark.parametrize("act", EVERY_ACT)
def test_nothing_follows_a_first_statement_that_did_nothing(act: Any) -> None:
    with act():
        assert FINISH_AND_SEND.run({"wanted": "nobody"}, row("one"), row("two")) == []
    assert kept() == 0


@pytest.mark.parametrize("act", EVERY_ACT)
def test_what_follows_stands_or_falls_with_the_first_statement(act: Any) -> None:
    with transaction():
        KEEP.run(row("asked"))
    twice = row("one")
    with pytest.raises(Exception, match=r"(?i)unique"), act():
        FINISH_AND_SEND.run({"wanted": "asked"}, twice, twice)
    assert kept() == 1
    assert FIND.run({"kind": "asked"}), "the first statement was undone too"


def test_who_promised_to_write_once_may_read_and_does_not_write_again() -> None:
    with in_one_quick_transaction():
        assert FIND.run({"kind": "a"}) == []
        KEEP.run(row())
        assert len(FIND.run({"kind": "a"})) == 1
    for again in (
        partial(KEEP.run, row()),
        partial(FINISH_AND_SEND.run, {"wanted": "a"}, row(), row()),
    ):
        with pytest.raises(RuntimeError, match="write once"), in_one_quick_transaction():
            FINISH.run({"wanted": "nobody"})
            again()
    assert kept() == 1


def test_after_a_promise_to_write_once_the_next_act_is_whole_again() -> None:
    """The connection goes back to keeping several statements together."""
    for act in (quick_transaction, transaction):
        with in_one_quick_transaction():
            KEEP.run(row())
        before = kept()
        with pytest.raises(ZeroDivisionError), act():
            KEEP.run(row())
            raise ZeroDivisionError
        assert kept() == before


@pytest.mark.skipif(
    kind_under_test() != "sqlite", reason="PostgreSQL syncs by itself (synchronous_commit)"
)
def test_what_is_kept_is_on_the_disk_whichever_transaction_kept_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    synced: list[int] = []
    monkeypatch.setattr(sqlite_file, "_sync", synced.append)
    levels = []
    for act in (quick_transaction, transaction, quick_transaction):
        with act():
            KEEP.run(row())
            quick = quick_connection()
            asked = quick.execute("PRAGMA synchronous", ()) if quick else None
            levels.append((asked or db.session.execute(text("PRAGMA synchronous"))).fetchone()[0])
    normal, full = 1, 2
    assert levels == [normal, full, normal]
    assert len(synced) == 2
    assert kept() == 3


@pytest.mark.skipif(
    kind_under_test() != "sqlite", reason="PostgreSQL syncs by itself (synchronous_commit)"
)
def test_a_disk_that_fails_to_keep_is_not_taken_for_one_that_kept(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(_file: int) -> None:
        raise OSError("input/output error")

    with monkeypatch.context() as broken:
        broken.setattr(sqlite_file, "_sync", fail)
        with pytest.raises(OSError, match="input/output"), quick_transaction():
            KEEP.run(row())
    with quick_transaction():  # nobody holds the turn to write
        KEEP.run(row())
