"""`python -m bench.invalidation`: stopping and giving back 50,000 of 100,000 signatures.

In brackets the worker's own processor time, which a busy machine changes little. On both databases, by the worker's own job: the count without changes, the run, the return; how
long the longest single transaction held up who signs; and whether the tallies are exact after each.
"""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

from sqlalchemy import insert, select

from bench.content import (
    LANGUAGE,
    SLUG,
    fold_all,
    gather_statistics,
    make_petitions,
    measured_terms,
    support,
)  # fmt: skip
from bench.instance import prepared_application
from bench.processor import model
from campaign.core import clock
from campaign.core.db import db, transaction
from campaign.petitions import jobs
from campaign.petitions.models import Invalidation, Signature, TallyEntry
from campaign.petitions.operations import advancing, counting, invalidating
from campaign.petitions.queries.petitions import petition_by_slug
from campaign.petitions.rules.invalidating import Conditions
from campaign.petitions.rules.signing import SigningTerms

SIGNATURES, FALSE_ONES, AT_ONCE = 100_000, 50_000, 5_000
STRATA = ("VLG", "WAL", "BRU", "ABROAD")
CONDITIONS = {
    "postal code (read by the database)": Conditions(postal_code="9999"),
    "mail domain (each address opened)": Conditions(email_domain="robots.example"),
    "name and domain (all opened)": Conditions(name="awa *", email_domain="robots.example"),
}
HEADING = (
    "| database | condition | count | stop counting | give back | longest transaction | tallies |\n"
    "| --- | --- | ---: | ---: | ---: | ---: | --- |"
)


def main() -> int:
    """Print one line for each database and condition."""
    print(f"{FALSE_ONES:,} of {SIGNATURES:,} signatures, on {model()}.\n\n{HEADING}", flush=True)
    for database in sys.argv[1:] or ("sqlite", "postgresql"):
        with prepared_application(database) as made, made.app.app_context():
            make_petitions()
            fill()
            for name, conditions in CONDITIONS.items():
                print(f"| {database} | {name} | {measure(conditions)} |", flush=True)
    return 0


def fill() -> None:
    """Signatures with everything that is kept of them; every second one is false."""
    terms, now = measured_terms(), clock.now()
    for first in range(0, SIGNATURES, AT_ONCE):
        rows = [row(terms, number) for number in range(first, first + AT_ONCE)]
        with transaction():
            db.session.execute(insert(Signature), rows)
            for stratum in STRATA:
                db.session.execute(insert(TallyEntry).values(
                    petition_id=terms.petition_id, stratum=stratum, channel="own_form",
                    change=AT_ONCE // len(STRATA), happened_at=now - timedelta(hours=2),
                ))  # fmt: skip
    fold_all()
    gather_statistics()


def row(terms: SigningTerms, number: int) -> dict[str, object]:
    """One confirmed signature."""
    is_false = number % 2 == 1
    at = clock.now() - timedelta(hours=2)
    return {
        "ref": number.to_bytes(16, "big"), "petition_id": terms.petition_id, "state": "confirmed",
        "is_blocked": False, "stratum": STRATA[number // 2 % len(STRATA)], "channel": "own_form",
        "email_key": number.to_bytes(16, "little"), "household_place": 1,
        "given_name": "Awa", "family_name": "Exemple",
        "email": f"p{number}@{'robots.example' if is_false else 'example.org'}",
        "name_key": number.to_bytes(16, "little"), "country": "BE",
        "postal_code": "9999" if is_false else "9000", "language": LANGUAGE, "is_public": False,
        "age_stated": True, "consent_text_id": terms.consent_text_id, "consent_language": LANGUAGE,
        "consent_sha256": terms.consent_sha256, "consented_at": at, "mail_count": 1,
        "created_at": at, "confirmed_at": at,
    }  # fmt: skip


def measure(conditions: Conditions) -> str:
    """The cells of one line."""
    petition = petition_by_slug(SLUG)
    assert petition is not None
    with transaction():
        check = invalidating.prepare(
            petition=petition, conditions=conditions, reason="bench", actor="bench",
            now=clock.now(),
        )  # fmt: skip
    with longest_part() as longest:
        seconds = [timed(act, check.id) for act in (invalidating.count, invalidating.start)]
        after_stopping = support()
        seconds.append(timed(invalidating.reinstate, check.id))
    is_exact = (after_stopping, support()) == (SIGNATURES - FALSE_ONES, SIGNATURES)
    is_exact = is_exact and not repairs(petition.id)
    cells = [f"{wall:.1f} s ({used:.1f} s)" for wall, used in seconds]
    return " | ".join([*cells, f"{1000 * longest[0]:.0f} ms", "exact" if is_exact else "WRONG"])


def timed(act: Callable[..., Invalidation], check_id: int) -> tuple[float, float]:
    """How long one step takes the worker without its pauses, and its processor time."""
    begun, used = time.monotonic(), time.process_time()
    with transaction():
        act(invalidation_id=check_id, actor="bench", now=clock.now())
    while jobs.advance_invalidations(clock.now()):
        pass
    return time.monotonic() - begun, time.process_time() - used


@contextmanager
def longest_part() -> Iterator[list[float]]:
    """The longest single part meanwhile, in seconds."""
    longest = [0.0]
    advance = advancing.advance

    def watched(*, now: object, only_id: int | None = None) -> int | None:
        begun = time.monotonic()
        found = advance(now=now, only_id=only_id)  # type: ignore[arg-type]
        longest[0] = max(longest[0], time.monotonic() - begun)
        return found

    advancing.advance = watched  # type: ignore[assignment]
    try:
        yield longest
    finally:
        advancing.advance = advance


def repairs(petition_id: int) -> int:
    """How much a recount one by one finds wrong."""
    with transaction():
        found = len(counting.reconcile(petition_id, now=clock.now()))
    return found + len(db.session.scalars(select(TallyEntry.id)).all())


if __name__ == "__main__":
    sys.exit(main())
