"""Which door can I knock on: the list, its questions, each rule, and JSON."""

import json
import re
from datetime import date

import pytest

from campaign.thresholds.instruments import load_instruments
from tests.conftest import Clock
from tests.factories.petitions import make_petition
from tests.pages.client import CheckingClient, html_of
from tests.pages.forms import text_of_page

CHAMBER = "/en/instruments/be-chamber-hearing"


def test_the_list_shows_every_authority_with_its_number(client: CheckingClient) -> None:
    page = html_of(client.get("/en/instruments"))
    for rule_id in load_instruments():
        assert (f'href="/en/instruments/{rule_id}"' in page) == (rule_id != "none")
    assert "25\u202f000" in page
    assert "No number to reach" in page


def test_answers_come_back_chosen_and_each_door_says_what_fits(client: CheckingClient) -> None:
    page = html_of(client.get("/en/instruments?decides=flanders&way=online"))
    assert '<option value="flanders" selected>' in page
    assert '<option value="online" selected>' in page
    assert "/en/instruments/fl-parliament-hearing" in page
    assert "/en/instruments/be-chamber-hearing" not in page
    assert "This way of signing does not count." in page


def test_an_answer_nobody_offered_is_no_answer(client: CheckingClient) -> None:
    page = html_of(client.get("/en/instruments?decides=%3Cscript%3E&people=lots"))
    assert "<script" not in page
    assert "What fits your answers" not in page


def test_what_is_not_to_be_chosen_comes_last_and_says_why(client: CheckingClient) -> None:
    page = html_of(client.get("/en/instruments?people=more"))
    senate, chamber = (
        page.index(f"/en/instruments/be-{name}") for name in ("senate", "chamber-hearing")
    )
    assert chamber < senate
    assert "Do not choose this door" in page
    assert "Do not choose this door." in html_of(client.get("/en/instruments/be-senate"))


def test_a_number_nobody_knows_is_not_called_none(client: CheckingClient) -> None:
    page = html_of(client.get("/en/instruments/dg-buergerdialog"))
    assert "We do not know whether a number of signatures is asked" in page
    assert "No law sets a number" not in page
    assert "No law sets a number" in html_of(client.get("/en/instruments/achpr"))


def test_a_european_initiative_lists_27_countries_of_which_seven_are_needed(
    client: CheckingClient,
) -> None:
    page = text_of_page(client.get("/en/instruments/eci"))
    assert "the minimum in at least 7 of these places" in page
    assert re.search(r"Belgium\D+15.840\D+16\s+B", page), page[page.index("Belgium") :][:80]
    assert "30 places, which our source does not list" in text_of_page(
        client.get("/en/instruments/fr-assembly")
    )


def test_the_last_day_to_hand_in_is_worked_out_for_a_meeting(
    client: CheckingClient, clock: Clock
) -> None:
    """15 clear days lie between 14 and 30 April."""
    address = "/en/instruments/commune-wal"
    page = text_of_page(client.get(f"{address}?meeting=2026-04-30"))
    assert "15 clear days before the meeting" in page
    assert "Hand it in on 14 April 2026 at the latest." in page
    for nonsense in ("", "tomorrow", "1999-01-01", "9999-12-31", "2026-02-31"):
        page = text_of_page(client.get(f"{address}?meeting={nonsense}"))
        assert "Hand it in on" not in page


@pytest.mark.parametrize("language", ["fr", "nl", "de", "en", "ar", "bm"])
def test_every_rule_has_a_page_in_every_language(client: CheckingClient, language: str) -> None:
    for rule_id in load_instruments():
        if rule_id != "none":
            assert client.get(f"/{language}/instruments/{rule_id}").status_code == 200


def test_a_page_tells_who_may_sign_how_it_counts_and_what_nobody_knows(
    client: CheckingClient,
) -> None:
    page = html_of(client.get(CHAMBER))
    for words in ("25\u202f000", "14\u202f500", "Without papers?", "What it does not give"):
        assert words in page
    assert "What we do not know" in page
    assert "national register number" in page
    assert "Portevoix never asks a national number" in page


def test_an_old_version_stays_readable_and_says_that_it_is_old(client: CheckingClient) -> None:
    page = html_of(client.get(f"{CHAMBER}?version=2019-06-05"))
    assert "This version held until" in page
    assert "This version held until" not in html_of(client.get(CHAMBER))
    assert client.get(f"{CHAMBER}?version=1999-01-01").status_code == 404


@pytest.mark.parametrize("instrument_id", ["none", "nothing", "../data"])
def test_what_is_no_door_is_not_found(client: CheckingClient, instrument_id: str) -> None:
    assert client.get(f"/en/instruments/{instrument_id}").status_code == 404
    assert client.get(f"/en/instruments/{instrument_id}.json").status_code == 404


def test_the_petitions_under_a_rule_are_named(client: CheckingClient) -> None:
    assert "None here yet." in html_of(client.get(CHAMBER))
    make_petition("clear-criteria")
    make_petition("hidden", state="draft")
    page = html_of(client.get(f"{CHAMBER}?version=2023-01-29"))
    assert "/en/petitions/clear-criteria" in page
    assert "/en/petitions/hidden" not in page


def test_other_programs_get_numbers_dates_and_sources(client: CheckingClient) -> None:
    every = json.loads(html_of(client.get("/en/instruments.json")))
    assert {one["id"] for one in every} == set(load_instruments()) - {"none"}
    chamber = json.loads(html_of(client.get(f"{CHAMBER}.json")))
    assert chamber["strata"] == {"VLG": 14500, "WAL": 8000, "BRU": 2500}
    assert chamber["total_minimum"] == 25000
    assert chamber["undocumented_signature_counts"] == "no"
    assert date.fromisoformat(chamber["valid_from"])
    assert all(source.startswith("http") for source in chamber["sources"])
    assert chamber["period_months"] is None


def test_pages_about_rules_are_kept_by_anybody_and_set_no_cookie(client: CheckingClient) -> None:
    for path in ("/en/instruments", CHAMBER, f"{CHAMBER}.json"):
        answer = client.get(path)
        assert "public" in answer.headers["Cache-Control"]
        assert "Set-Cookie" not in answer.headers
        again = client.get(path, headers={"If-None-Match": answer.headers["ETag"]})
        assert again.status_code == 304


def test_a_petition_keeps_its_version_and_says_when_a_newer_one_exists(
    client: CheckingClient,
) -> None:
    make_petition("old", instrument_on=date(2022, 3, 1), state="hearing")
    make_petition("new")
    old, new = (html_of(client.get(f"/en/petitions/{slug}")) for slug in ("old", "new"))
    assert re.search("A newer version of this rule is in force since .*29 January 2023", old)
    assert "/en/instruments/be-chamber-hearing?version=2019-06-05" in old
    assert "A newer version" not in new
