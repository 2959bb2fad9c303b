"""`python -m bench.exports`: a list of a million people who said yes, prepared and taken away.

The rows are filled in sealed as real ones are; then a process of its own prepares the list as the worker
does and takes it away in both formats, reading every byte and keeping none. Its memory is what the
operating system saw at most, and how much of that came with the list.
"""

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert

from bench.content import SLUG
from bench.instance import prepared_application
from campaign.accounts.permissions import Role
from campaign.app import create_app
from campaign.consents.models import ConsentReceipt
from campaign.consents.queries import latest_text
from campaign.core import clock
from campaign.core.db import db, transaction
from campaign.petitions.exports.signatories import signatories_file
from campaign.petitions.models import Signature
from campaign.petitions.operations import exporting
from campaign.petitions.queries.exporting import export_by_id, next_to_write
from campaign.petitions.queries.petitions import signing_terms
from config import ROOT, Config
from tests.factories.accounts import make_account
from tests.factories.exports import ask
from tests.factories.petitions import make_petition

AT_ONCE = 5_000
SIGNED = datetime(2026, 3, 2, 10, tzinfo=UTC)
HEADS = (
    "| database | people | prepared | longest part | workbook | size | tables | size | peak memory | of it for the list |\n"
    "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"
)


def main() -> None:
    """Measure on both databases, and print one line for each."""
    parser = argparse.ArgumentParser(prog="python -m bench.exports", description=__doc__)
    parser.add_argument("--size", type=int, default=1_000_000)
    parser.add_argument(
        "--databases", type=lambda names: names.split(","), default=["sqlite", "postgresql"]
    )
    parser.add_argument("--measure", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        print(measured(options.measure, options.size), flush=True)
        return
    print(HEADS, flush=True)
    for database in options.databases:
        with prepared_application(database) as made:
            with made.app.app_context():
                fill_with_yes(options.size)
                db.engine.dispose()
            command = [sys.executable, "-m", "bench.exports", "--measure", database]
            subprocess.run(
                [*command, "--size", str(options.size)],
                cwd=ROOT, env=dict(made.environment) | {"LOG_LEVEL": "WARNING"}, check=True,
            )  # fmt: skip


def fill_with_yes(size: int) -> None:
    """So many people who signed, confirmed and said yes; and the list asked for."""
    petition = make_petition(SLUG, updates=True)
    organisation = petition.carriers[0].organisation
    officer = make_account("Palabre", Role.OFFICER, organisation=organisation)
    terms = signing_terms(petition, "fr")
    text = latest_text(f"petition:{SLUG}", "updates", "fr", organisation.id)
    assert terms is not None
    assert text is not None
    for first in range(0, size, AT_ONCE):
        people = list(_people(terms, first, min(first + AT_ONCE, size)))
        receipts = [
            {
                "signature_ref": each["ref"], "consent_text_id": text.id,
                "organisation_id": organisation.id, "decision": "yes", "given_at": SIGNED,
            }
            for each in people
        ]  # fmt: skip
        with transaction():
            db.session.execute(insert(Signature.__table__), people)
            db.session.execute(insert(ConsentReceipt.__table__), receipts)
    ask(officer.actor, slug=SLUG, now=clock.now())


def _people(terms: Any, first: int, last: int) -> Iterator[dict[str, Any]]:
    for number in range(first, last):
        yield {
            "ref": os.urandom(16), "petition_id": terms.petition_id, "state": "confirmed",
            "is_blocked": False, "stratum": "VLG", "channel": "own_form",
            "email_key": os.urandom(16), "household_place": 1, "given_name": f"Awa{number}",
            "family_name": "Exemple", "email": f"somebody.{number}@example.org",
            "name_key": os.urandom(16), "country": "BE", "postal_code": "9000", "language": "fr",
            "is_public": False, "age_stated": True, "consent_text_id": terms.consent_text_id,
            "consent_language": "fr", "consent_sha256": terms.consent_sha256,
            "consented_at": SIGNED, "mail_count": 1, "created_at": SIGNED,
            "confirmed_at": SIGNED + timedelta(minutes=3),
        }  # fmt: skip


def measured(database: str, size: int) -> str:
    """One line of the table."""
    app = create_app(Config.from_env())
    with app.app_context(), app.test_request_context("/fr/"):
        _forget_peak()
        before = _memory("VmRSS")
        export = next_to_write()
        assert export is not None
        number, actor = export.id, export.asked_by
        db.session.rollback()
        begun, longest = time.perf_counter(), 0.0
        while True:
            at = time.perf_counter()
            with transaction():
                if exporting.advance_export(now=clock.now()) is None:
                    break
            longest = max(longest, time.perf_counter() - at)
        prepared = time.perf_counter() - begun
        found = export_by_id(number)
        if found is None or found.line_count != size:
            raise RuntimeError(f"{found and found.line_count} of {size} are in the list")
        taken = [_take(number, actor, form) for form in ("xlsx", "csv")]
        cells = (
            database, f"{size:,}", f"{prepared:.0f} s", f"{longest * 1000:.0f} ms",
            *(f"{value}" for one in taken for value in one),
            f"{_memory('VmHWM'):.0f} MB", f"{_memory('VmHWM') - before:.0f} MB",
        )  # fmt: skip
        return "| " + " | ".join(cells) + " |"


def _take(number: int, actor: str, form: str) -> tuple[str, str]:
    """How long a format takes from end to end, and how large it is."""
    begun, size = time.perf_counter(), 0
    with transaction():
        given = exporting.give_export(export_id=number, form=form, actor=actor, now=clock.now())
    found = export_by_id(number)
    assert found is not None
    for piece in signatories_file(found, given, form):
        size += len(piece)
    return f"{time.perf_counter() - begun:.0f} s", f"{size / 1e6:.0f} MB"


def _memory(name: str) -> float:
    """What Linux says of this process, in megabytes: VmRSS is now, VmHWM the most so far."""
    with Path("/proc/self/status").open() as status:
        line = next(line for line in status if line.startswith(name))
    return int(line.split()[1]) * 1024 / 1e6


def _forget_peak() -> None:
    """Let the most begin anew (proc(5), clear_refs)."""
    with Path("/proc/self/clear_refs").open("w") as control:
        control.write("5")


if __name__ == "__main__":
    main()
