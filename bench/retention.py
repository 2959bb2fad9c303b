"""`python -m bench.retention`: forgetting the names of a closed petition while people sign another.

A million signatures are filled in with columns as long as real ones; then one run of the retention
rules goes from end to end, and every signature given meanwhile by a thread beside it is timed.
"""

import argparse
import statistics
import threading
import time
from datetime import timedelta

from sqlalchemy import func, select, text, update

from bench.content import LANGUAGE, SLUG, fill_up, make_petitions, tidy
from bench.instance import running_instance
from campaign.core import clock
from campaign.core.db import db, quick_transaction, transaction
from campaign.petitions.models import Petition, Signature
from campaign.petitions.operations import signing
from campaign.petitions.queries.petitions import petition_by_slug, signing_terms
from campaign.petitions.rules.signing import read_application
from campaign.privacy import jobs
from tests.factories.petitions import form_fields

PAUSE_SECONDS = 0.05
SECONDS_ALONE = 10.0
_AFTERWARDS = {"sqlite": ("ANALYZE",), "postgresql": ("VACUUM (ANALYZE)",)}
_LENGTHS = {"email_key": 16, "name_key": 16, "given_name": 36, "family_name": 38, "email": 52}


def main() -> None:
    """Measure on both databases, and print one line for each."""
    parser = argparse.ArgumentParser(prog="python -m bench.retention", description=__doc__)
    parser.add_argument("--size", type=int, default=1_000_000)
    parser.add_argument(
        "--databases", type=lambda names: names.split(","), default=["sqlite", "postgresql"]
    )
    options = parser.parse_args()
    print(
        "| database | rows forgotten | seconds | rows/s | sign alone p50 / p99 / max ms | sign meanwhile p50 / p99 / max ms | signatures meanwhile |"
    )
    print("| --- | ---: | ---: | ---: | --- | --- | ---: |")
    for database in options.databases:
        print(measured(database, options.size), flush=True)


def measured(database: str, size: int) -> str:
    """One line of the table."""
    with running_instance(database) as instance, instance.app.app_context():
        make_petitions()
        fill_up(size)
        name_everybody(database)
        alone = Signer(instance.app)
        time.sleep(SECONDS_ALONE)
        alone.stop()
        beside = Signer(instance.app)
        begun = time.monotonic()
        forgotten = jobs.forget_all(clock.now())
        seconds = time.monotonic() - begun
        beside.stop()
        left = select(func.count(Signature.id)).where(Signature.given_name.is_not(None))
        named = db.session.scalar(left)
        kept = len(alone.milliseconds) + len(beside.milliseconds)
        if forgotten != size or named != kept:
            raise RuntimeError(f"{forgotten} of {size} forgotten, {named} of {kept} new ones kept")
        cells = (
            database, f"{forgotten:,}", f"{seconds:.0f}", f"{forgotten / seconds:,.0f}",
            alone.summary(), beside.summary(), f"{len(beside.milliseconds):,}",
        )  # fmt: skip
        return "| " + " | ".join(cells) + " |"


def name_everybody(database: str) -> None:
    """Give each row the personal columns of a real one, and close the petition a year ago."""
    filled = ", ".join(f"{name} = {_random(database, length)}" for name, length in _LENGTHS.items())
    with transaction():
        db.session.execute(
            text(f"UPDATE signature SET {filled}, country = 'BE', postal_code = '9000'")
        )
        db.session.execute(
            update(Petition)
            .where(Petition.slug == SLUG)
            .values(closes_at=clock.now() - timedelta(days=365))
        )
    tidy(_AFTERWARDS[database])


def _random(database: str, length: int) -> str:
    if database == "sqlite":
        return f"randomblob({length})"
    pieces = " || ".join(["uuid_send(gen_random_uuid())"] * -(-length // 16))
    return f"substring({pieces} from 1 for {length})"


class Signer:
    """A thread that signs another petition again and again, as the site does, and times each."""

    def __init__(self, app: object) -> None:
        self.milliseconds: list[float] = []
        self._app = app
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._sign_on)
        self._thread.start()

    def stop(self) -> None:
        """End after the signature at hand."""
        self._done.set()
        self._thread.join()

    def summary(self) -> str:
        """p50, p99 and the slowest."""
        ordered = sorted(self.milliseconds)
        p99 = ordered[len(ordered) * 99 // 100]
        return f"{statistics.median(ordered):.1f} / {p99:.1f} / {ordered[-1]:.1f}"

    def _sign_on(self) -> None:
        with self._app.app_context():  # type: ignore[attr-defined]
            petition = petition_by_slug("petition-1")
            assert petition is not None
            terms = signing_terms(petition, LANGUAGE)
            assert terms is not None
            db.session.rollback()
            number = time.monotonic_ns()
            while not self._done.wait(PAUSE_SECONDS):
                number += 1
                typed = form_fields(email=f"p{number}@example.org")
                application, _errors = read_application(typed, terms)
                assert application is not None
                begun = time.perf_counter()
                with quick_transaction(writes_once=True):
                    signing.sign_as_new(application, terms, may_mail=True, now=clock.now())
                self.milliseconds.append((time.perf_counter() - begun) * 1000)


if __name__ == "__main__":
    main()
