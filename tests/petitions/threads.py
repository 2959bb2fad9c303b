"""Acts at the same instant, each in a thread with a database session of its own."""

import threading
from collections.abc import Callable, Sequence
from typing import Any

from flask import Flask

from campaign.core.db import db


def at_once(app: Flask, acts: Sequence[Callable[[], Any]]) -> list[Any]:
    """Do all `acts` at once; returns what each gave, or the exception it raised, in order."""
    db.session.remove()
    given: list[Any] = [None] * len(acts)
    start = threading.Barrier(len(acts))

    def run(number: int) -> None:
        with app.app_context():
            start.wait(timeout=30)
            try:
                given[number] = acts[number]()
            except Exception as error:  # noqa: BLE001 -- handed to the test
                given[number] = error
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
        assert not thread.is_alive(), "a thread hangs"
    return given


def failures(given: list[Any]) -> list[Exception]:
    """The exceptions among what the acts gave."""
    return [each for each in given if isinstance(each, Exception)]
