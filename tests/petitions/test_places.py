"""Places of signatures: counted by the worker, shown to visitors, given away as files."""

import csv
import io
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import event

from campaign.core.db import transaction
from campaign.core.spreadsheet import no_formula
from campaign.petitions import jobs
from campaign.petitions.models import Signature, Tally
from campaign.petitions.operations.counting import record_official_count
from campaign.petitions.queries.petitions import petition_by_slug
from campaign.petitions.queries.places import edition_of, places_counted_at
from tests.factories.petitions import NOON, make_confirmed, make_petition
from tests.factories.retention import anonymise_signatures
from tests.pages.client import CheckingClient, html_of

SLUG = "clear-criteria"
pytestmark = pytest.mark.usefixtures("app", "clock")


def support(postal_code: str, count: int, *, start: int = 0) -> None:
    """So many people of one town, signed and confirmed."""
    for number in range(start, start + count):
        make_confirmed(
            email=f"{postal_code}-{number}@example.org",
            family_name=f"Exemple {postal_code} {number}",
            postal_code=postal_code,
        )


def count_places(days: int = 0) -> None:
    """The worker's night."""
    now = NOON + timedelta(days=days)
    jobs.fold_tallies(now)
    jobs.count_places(now)


def petition_id() -> int:
    """Of the petition under test."""
    petition = petition_by_slug(SLUG)
    assert petition is not None
    return petition.id


def test_places_are_counted_and_small_ones_held_back() -> None:
    make_petition()
    support("9000", 7)
    support("8000", 6)
    support("4000", 5)
    support("1000", 3)
    count_places()
    edition = edition_of(petition_id())
    # Three people of Brussels stay untold, hence the next smallest region does, too.
    assert edition.regions == {"VLG": 13}
    assert edition.areas == {"40000": 7, "30000": 6}
    assert edition.communes == {"44021": 7, "31005": 6}
    assert places_counted_at(petition_id()) == NOON


def test_one_more_person_is_not_seen_the_next_night() -> None:
    make_petition()
    support("9000", 7)
    support("8000", 6)
    count_places()
    before = edition_of(petition_id())
    support("9000", 1, start=20)
    count_places(days=1)
    assert edition_of(petition_id()) == before
    assert places_counted_at(petition_id()) == NOON + timedelta(days=1)


def test_nothing_is_read_where_nobody_signed_since() -> None:
    make_petition()
    support("9000", 5)
    count_places(days=1)
    assert jobs.count_places(NOON + timedelta(days=3)) == 0


def test_the_last_edition_stands_once_names_and_places_are_deleted() -> None:
    make_petition()
    support("9000", 7)
    count_places()
    later = NOON + timedelta(days=90 + 200)
    anonymise_signatures(later)
    assert jobs.count_places(later) == 0
    assert edition_of(petition_id()).areas == {"40000": 7}


def test_the_page_shows_the_places_and_reads_no_signature(client: CheckingClient, db: Any) -> None:
    make_petition()
    support("9000", 7)
    count_places()
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        page = html_of(client.get(f"/en/petitions/{SLUG}/where"))
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    assert seen
    assert not [statement for statement in seen if Signature.__tablename__ in statement.split()]
    assert "East Flanders" in page
    assert page.count('class="dot"') == 1
    assert "Gent" in page or "Ghent" in page


def test_before_the_first_night_the_page_says_so(client: CheckingClient) -> None:
    make_petition()
    page = html_of(client.get(f"/en/petitions/{SLUG}/where"))
    assert "places are counted each night" in page


@pytest.mark.parametrize("path", ["where", "history.json", "history.csv", "news.atom"])
def test_what_nobody_may_read_has_no_places_either(client: CheckingClient, path: str) -> None:
    make_petition(state="draft")
    assert client.get(f"/en/petitions/{SLUG}/{path}").status_code == 404


def test_the_history_keeps_support_and_counting_apart(client: CheckingClient) -> None:
    petition = make_petition()
    support("9000", 6)
    support("4000", 1)
    jobs.fold_tallies(NOON)
    with transaction():
        record_official_count(
            petition=petition_by_slug(petition.slug),  # type: ignore[arg-type]
            channel="official_platform",
            stratum="VLG",
            count=900,
            as_of=date(2026, 3, 1),
            actor="test",
            now=NOON,
            source_label="=HYPERLINK(1)",
        )
    found = client.get(f"/en/petitions/{SLUG}/history.json").get_json()
    assert found["support"]["hour"] == [
        {"starts_at": "2026-03-02T10:00:00Z", "change": 7, "total": 7}
    ]
    assert found["support"]["day"][-1]["total"] == 7
    assert found["support"]["day_by_region"] == [], (
        "one person of Wallonia is told by no subtraction"
    )
    assert [row["total"] for row in found["counting"]] == [900]
    answer = client.get(f"/en/petitions/{SLUG}/history.csv")
    rows = list(csv.DictReader(io.StringIO(html_of(answer))))
    assert {row["kind"] for row in rows} == {"support", "counting"}
    assert rows[-1]["source"] == "'=HYPERLINK(1)"
    assert answer.headers["ETag"]
    assert "public" in answer.headers["Cache-Control"]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@a", "\t=1", "\r=1"])
def test_no_text_of_a_table_is_run_by_a_spreadsheet(text: str) -> None:
    assert no_formula(text) == f"'{text}"
    assert no_formula("Chamber") == "Chamber"


def test_the_series_of_hours_add_up_to_the_tally(db: Any, client: CheckingClient) -> None:
    make_petition()
    support("9000", 3)
    jobs.fold_tallies(NOON)
    total = db.session.scalar(db.select(db.func.sum(Tally.count)))
    found = client.get(f"/fr/petitions/{SLUG}/history.json").get_json()
    assert found["support"]["hour"][-1]["total"] == total
