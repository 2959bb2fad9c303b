"""Feeds: valid Atom, with what happened and nothing that is to come."""

from datetime import date, timedelta
from xml.etree import ElementTree as ET

import pytest

from campaign.core.db import transaction
from campaign.petitions.operations.counting import record_official_count
from campaign.petitions.operations.publishing import Step, set_stages
from campaign.petitions.queries.petitions import petition_by_slug
from tests.factories.petitions import NOON, make_petition
from tests.pages.client import CheckingClient, html_of

pytestmark = pytest.mark.usefixtures("app", "clock")
ATOM = "{http://www.w3.org/2005/Atom}"


def feed(client: CheckingClient, path: str) -> ET.Element:
    """The feed, with what RFC 4287 §4.1.1 and §4.1.2 ask of it."""
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer.mimetype == "application/atom+xml"
    assert answer.headers["ETag"]
    root = ET.fromstring(html_of(answer))
    assert root.tag == f"{ATOM}feed"
    for each in (root, *root.iter(f"{ATOM}entry")):
        for needed in ("id", "title", "updated"):
            assert (each.findtext(f"{ATOM}{needed}") or "").strip()
    assert root.findtext(f"{ATOM}author/{ATOM}name")
    keys = [entry.findtext(f"{ATOM}id") for entry in root.iter(f"{ATOM}entry")]
    assert len(keys) == len(set(keys))
    return root


def titles(root: ET.Element) -> list[str]:
    """Of the entries, in their order."""
    return [entry.findtext(f"{ATOM}title") or "" for entry in root.iter(f"{ATOM}entry")]


@pytest.mark.parametrize("language", ["fr", "nl", "de", "en", "ar", "bm"])
def test_new_petitions_are_told_in_ones_language(client: CheckingClient, language: str) -> None:
    make_petition()
    make_petition("later", opens_at=NOON - timedelta(hours=1))
    make_petition("hidden", state="draft")
    found = titles(feed(client, f"/{language}/petitions.atom"))
    assert found == [f"Clear criteria ({language})"] * 2


def test_news_of_a_petition_are_its_stages_lines_and_official_counts(
    client: CheckingClient,
) -> None:
    petition = make_petition()
    with transaction():
        row = petition_by_slug(petition.slug)
        assert row is not None
        steps = [
            Step("open", date(2026, 3, 1), notes={"en": "We begin & go on."}),
            Step("hearing", date(2026, 6, 1)),
        ]
        set_stages(row, steps, actor="test", now=NOON)
        for count in (2_500, 100):
            record_official_count(
                petition=row, channel="official_platform", stratum="BRU", count=count,
                as_of=date(2026, 3, 1), actor="test", now=NOON,
            )  # fmt: skip
    found = feed(client, f"/en/petitions/{petition.slug}/news.atom")
    said = titles(found)
    assert "Brussels: the line is passed" in said
    assert "Brussels: below the line again" in said
    assert "Collecting signatures" in said
    assert "Hearing in committee" not in said, "it is to come"
    assert any("100 signatures on 1 March 2026" in title for title in said)
    summaries = [entry.findtext(f"{ATOM}summary") for entry in found.iter(f"{ATOM}entry")]
    assert "We begin & go on." in summaries


def test_pages_lead_to_their_feeds(client: CheckingClient) -> None:
    make_petition()
    assert 'href="/en/petitions.atom"' in html_of(client.get("/en/petitions"))
    page = html_of(client.get("/en/petitions/clear-criteria"))
    assert 'href="/en/petitions/clear-criteria/news.atom"' in page
