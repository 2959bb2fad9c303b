"""How many SQL statements each act takes, counted in this process."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from sqlalchemy import event

from bench.acts import Confirming, Signing, reading_acts
from bench.loading import Act
from campaign.core.db import QuickConnection, db
from campaign.web.page_cache import PageCache

TRANSACTION_CONTROL = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")


def statements_of(app: Flask, port: int) -> dict[str, str]:
    """For each act its SQL statements; for kept pages also those of rendering, once a second."""
    cache: PageCache = app.extensions["page_cache"]
    cache.clear()
    cache.seconds = 60
    counts = {}
    for act in reading_acts(port):
        rendered, kept = _count(app, act), _count(app, act)
        counts[act.name] = f"{kept} ({rendered} to render)"
    signing = Signing(port, 2)
    first, again = _count(app, signing.act), _count(app, signing.act, number=1)
    counts["sign"] = _range(first, again)
    confirming = Confirming(port)
    first, again = _count(app, confirming.act), _count(app, confirming.act, number=1)
    counts["confirm"] = _range(first, again)
    return counts


def _count(app: Flask, act: Act, number: int = 0) -> int:
    head, _, body = act.requests[number].partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    method, path, _version = first.split()
    headers = dict(line.split(": ", 1) for line in lines)
    with _counted() as seen:
        answer = app.test_client().open(path, method=method, headers=headers, data=body)
    if answer.status_code != act.status:
        raise RuntimeError(f"{act.name}: answered {answer.status}")
    return len(seen)


def _range(first: int, again: int) -> str:
    return str(again) if first == again else f"{again} ({first} the first time)"


@contextmanager
def _counted() -> Iterator[list[str]]:
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
