"""The pages that say what is true here."""

from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

import pytest

from campaign.web.limits import DAY, MAILS_TO_ONE_MAILBOX, PROVEN, UNPROVEN
from tests.factories.petitions import make_petition
from tests.pages.client import CheckingClient, html_of
from tests.pages.forms import links_of, text_of_page

SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


@pytest.mark.parametrize(
    ("language", "address"),
    [
        ("fr", "https://www.autoriteprotectiondonnees.be/"),
        ("nl", "https://www.gegevensbeschermingsautoriteit.be/"),
        ("de", "https://www.dataprotectionauthority.be/"),
        ("en", "https://www.dataprotectionauthority.be/"),
        ("ar", "https://www.dataprotectionauthority.be/"),
        ("bm", "https://www.dataprotectionauthority.be/"),
    ],
)
def test_complaints_lead_to_the_authoritys_site_in_ones_language(
    client: CheckingClient, language: str, address: str
) -> None:
    outside = [link for link in links_of(client.get(f"/{language}/privacy")) if "//" in link]
    assert [link for link in outside if "localhost" not in link] == [address]


def test_the_whole_list_tells_what_is_kept_outside_the_database_too(client: CheckingClient) -> None:
    """The limits keep a fingerprint of each mailbox for as long as they look back."""
    told = text_of_page(client.get("/en/privacy"))
    assert "ten a day at most" in told
    assert "One day." in told
    assert (MAILS_TO_ONE_MAILBOX.amount, MAILS_TO_ONE_MAILBOX.seconds) == (10, DAY)
    assert {PROVEN.seconds, UNPROVEN.seconds} == {10 * 60}, "and ten minutes for the network"


def test_search_engines_are_told_of_every_public_page_and_of_no_private_one(
    client: CheckingClient,
) -> None:
    make_petition("clear-criteria")
    make_petition("hidden", state="draft")
    robots = html_of(client.get("/robots.txt"))
    address = robots.partition("Sitemap: ")[2].strip()
    assert address.endswith("/sitemap.xml")
    answer = client.get("/sitemap.xml")
    assert answer.mimetype == "application/xml"
    root = ET.fromstring(html_of(answer))
    paths = [urlsplit(str(place.text)).path for place in root.iter(f"{SITEMAP}loc")]
    assert len(paths) == len(set(paths))
    for path in ("/fr/", "/bm/petitions/clear-criteria", "/nl/instruments/be-chamber-hearing"):
        assert path in paths
    assert not [path for path in paths if "hidden" in path or "/none" in path]
    assert not [path for path in paths if "signature" in path or "confirm" in path]
    for path in paths:
        assert client.get(path).status_code == 200, path
