"""`python -m bench.places`: the map of a petition with a million signatures.

What the worker's count of a night costs, and what a visitor's page costs, cold and kept, beside the
petition's own page. Printed for SQLite, or with `postgresql` for PostgreSQL.
"""

import sys
import time
from collections.abc import Callable

from sqlalchemy import text

from bench.content import SLUG, fill_up, make_petitions
from bench.instance import application
from campaign.core import clock
from campaign.core.db import db, transaction
from campaign.geography.rules import place_of
from campaign.petitions.operations.places import count_places
from campaign.petitions.queries.petitions import petition_by_slug

SIZE = 1_000_000
TURNS = 20
EXPLAIN = {"sqlite": "EXPLAIN QUERY PLAN", "postgresql": "EXPLAIN"}
SCAN = (
    "SELECT stratum, postal_code, count(*) FROM signature "
    "WHERE petition_id = :petition_id AND state = 'confirmed' GROUP BY stratum, postal_code"
)
SHOWN = "SELECT level, place, count FROM place_count WHERE petition_id = :petition_id"


def main() -> None:
    """Fill one instance, and time worker and page."""
    database = sys.argv[1] if len(sys.argv) > 1 else "sqlite"
    with application(database) as app, app.app_context():
        make_petitions()
        fill_up(SIZE)
        give_towns()
        petition = petition_by_slug(SLUG)
        assert petition is not None
        for statement in (SCAN, SHOWN):
            plan = db.session.execute(
                text(f"{EXPLAIN[database]} {statement}"), {"petition_id": petition.id}
            )
            print("; ".join(str(row[-1]).strip() for row in plan))
        db.session.rollback()
        first, second = (timed(lambda: count(petition.id)) for _ in range(2))
        client = app.test_client()
        cache = app.extensions["page_cache"]

        def open_page(path: str) -> None:
            assert client.get(path, base_url="https://petitions.example.org").status_code == 200

        def cold(path: str) -> float:
            def act() -> None:
                cache.clear()
                open_page(path)

            return min(timed(act) for _ in range(TURNS)) * 1000

        where, page = cold(f"/fr/petitions/{SLUG}/where"), cold(f"/fr/petitions/{SLUG}")
        open_page(f"/fr/petitions/{SLUG}/where")
        kept = min(timed(lambda: open_page(f"/fr/petitions/{SLUG}/where")) for _ in range(TURNS))
        print(
            f"{database}: {SIZE:,} signatures: counting the places {first:.2f} s the first time, "
            f"{second:.2f} s the next; the page with the map {where:.1f} ms to make, "
            f"{kept * 1000:.2f} ms kept; the petition's page {page:.1f} ms to make "
            f"(ratio {page / where:.2f})"
        )


def give_towns() -> None:
    """A postal code for every signature of a Belgian region."""
    with transaction():
        db.session.execute(text("CREATE TEMPORARY TABLE town (region TEXT, n INTEGER, code TEXT)"))
        for region in ("VLG", "WAL", "BRU"):
            codes = (f"{number:04}" for number in range(1000, 10_000))
            known = [code for code in codes if (place := place_of(code)) and place.region == region]
            rows = [
                {"region": region, "n": number, "code": known[number % len(known)]}
                for number in range(1000)
            ]
            db.session.execute(text("INSERT INTO town VALUES (:region, :n, :code)"), rows)
        db.session.execute(text("CREATE INDEX town_place ON town (region, n)"))
        db.session.execute(
            text(
                "UPDATE signature SET postal_code = (SELECT code FROM town "
                "WHERE region = stratum AND n = id % 1000) WHERE stratum <> 'ABROAD'"
            )
        )


def count(petition_id: int) -> None:
    """One night's work."""
    with transaction():
        count_places(petition_id, now=clock.now())


def timed(act: Callable[[], None]) -> float:
    """Seconds by the clock on the wall: the database may be another process."""
    begun = time.perf_counter()
    act()
    return time.perf_counter() - begun


if __name__ == "__main__":
    main()
