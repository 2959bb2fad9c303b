"""How many SQL statements the acts of a busy day may take, at most. Fewer is always welcome."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, text

from campaign.core.db import QuickConnection, db
from campaign.petitions import jobs
from campaign.petitions.queries.signatures import shown_publicly
from campaign.petitions.rules.signing import months_after
from campaign.web.form_token import make_form_token
from campaign.web.page_cache import PageCache
from tests.databases import kind_under_test
from tests.factories.petitions import (
    NOON,
    form_fields,
    make_confirmed,
    make_petition,
    sign,
    signatures,
    token_of,
)
from tests.factories.retention import anonymise_signatures
from tests.pages.client import CheckingClient

pytestmark = pytest.mark.usefixtures("clock")
PAGE = "/fr/petitions/clear-criteria"
TRANSACTION_CONTROL = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")
# PostgreSQL takes what belongs together in one statement, SQLite one after the other.
MOST_TO_SIGN = {"sqlite": 2, "postgresql": 1}
MOST_TO_CONFIRM = {"sqlite": 3, "postgresql": 2}


@pytest.fixture(autouse=True)
def _pages_stay_kept(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """As in production, but for an hour, so that no clock decides what is asked again."""
    monkeypatch.setitem(app.extensions, "page_cache", PageCache(3600.0))


@contextmanager
def statements() -> Iterator[list[str]]:
    """The statements sent to the database meanwhile, without those that begin and end an act."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.lstrip().upper().startswith(TRANSACTION_CONTROL):
            seen.append(statement)

    run = QuickConnection.execute

    def note_and_run(connection: QuickConnection, text: str, values: Any) -> Any:
        seen.append(text)
        return run(connection, text, values)

    event.listen(db.engine, "before_cursor_execute", note)
    QuickConnection.execute = note_and_run  # type: ignore[method-assign]
    try:
        yield seen
    finally:
        QuickConnection.execute = run  # type: ignore[method-assign]
        event.remove(db.engine, "before_cursor_execute", note)


@pytest.mark.parametrize(
    "path",
    [PAGE, f"{PAGE}/count.json", f"{PAGE}/check-mailbox", "/fr/", "/fr/petitions?sort=signed"],
)
def test_a_kept_page_asks_the_database_nothing(client: CheckingClient, path: str) -> None:
    make_petition()
    make_confirmed()
    jobs.fold_tallies(NOON)
    with statements() as rendering:
        first = client.get(path)
    assert rendering, "the counter of statements must see the first rendering"
    with statements() as seen:
        for headers in (
            {},
            {"If-None-Match": first.headers["ETag"]},
            {"Accept-Encoding": "br"},
            {"Cookie": "x=1"},
        ):
            assert client.get(path, headers=headers).status_code in {200, 304}
        assert client.head(path).status_code == 200
    assert seen == []


def test_a_challenge_and_a_file_ask_the_database_nothing(client: CheckingClient) -> None:
    make_petition()
    with statements() as seen:
        assert client.get(f"{PAGE}/challenge.json").status_code == 200
        assert client.get("/healthz").status_code == 200
        assert client.get("/favicon.ico").status_code == 200
    assert seen == []


def send(client: CheckingClient, **typed: str) -> list[str]:
    """The statements of sending one form."""
    form = {**form_fields(**typed), "token": make_form_token("clear-criteria", NOON)}
    with statements() as seen:
        assert client.post(f"{PAGE}/sign", data={**form, "step": "send"}).status_code == 303
    return seen


def test_signing_takes_no_more_statements_than_it_must(client: CheckingClient) -> None:
    """However many have signed before."""
    make_petition()
    send(client, email="first@example.org")
    for number in range(3):
        seen = send(client, email=f"p{number}@example.org")
        assert 0 < len(seen) <= MOST_TO_SIGN[kind_under_test()], seen
    assert len(signatures()) == 4


def test_confirming_takes_no_more_statements_than_it_must(client: CheckingClient) -> None:
    make_petition()
    for number in range(3):
        sign(email=f"p{number}@example.org")
    for token in [token_of(signature) for signature in signatures()]:
        with statements() as seen:
            assert client.post(f"/fr/confirm/{token}").status_code == 303
        assert 0 < len(seen) <= MOST_TO_CONFIRM[kind_under_test()], seen
    assert [signature.state for signature in signatures()] == ["confirmed"] * 3


def test_checking_a_form_costs_no_more_than_the_page_it_shows(client: CheckingClient) -> None:
    """The review is a page made for one person; it does not grow with the number of signatures."""
    make_petition()

    def reviewing() -> int:
        fields = {**form_fields(), "token": make_form_token("clear-criteria", NOON)}
        with statements() as seen:
            assert client.post(f"{PAGE}/sign", data=fields).status_code == 200
        return len(seen)

    reviewing()
    alone = reviewing()
    for number in range(6):
        make_confirmed(email=f"p{number}@example.org")
    jobs.fold_tallies(NOON)
    assert reviewing() <= alone


def test_those_shown_are_found_by_their_own_index_not_among_a_million() -> None:
    """It holds the few who asked to be shown; without it each rendering reads every signature."""
    make_petition()
    with statements() as seen:
        shown_publicly(1, 12)
    [statement] = seen
    is_sqlite = db.engine.dialect.name == "sqlite"
    if not is_sqlite:
        db.session.execute(text("SET LOCAL enable_seqscan = off"))
        db.session.execute(text("SET LOCAL enable_sort = off"))
    values = (1, "confirmed", 12, 0)[: statement.count("?")] or {
        "petition_id_1": 1,
        "state_1": "confirmed",
        "param_1": 12,
    }
    explain = "EXPLAIN QUERY PLAN" if is_sqlite else "EXPLAIN"
    plan = db.session.connection().exec_driver_sql(f"{explain} {statement}", values).all()
    assert "ix_signature_public" in str(plan), plan


def test_forgetting_nine_people_asks_no_more_than_forgetting_one(app: Flask) -> None:
    """While such work runs, this worker delivers no mail and counts nothing."""
    petition = make_petition()
    assert petition.closes_at is not None
    due, asked = months_after(petition.closes_at, 6), []
    for people in (1, 9):
        for each in range(people):
            make_confirmed(email=f"p{people}-{each}@example.org")
        with statements() as seen:
            assert anonymise_signatures(due) == people
        asked.append(len(seen))
    assert asked[0] == asked[1]
