"""The site's own address is a setting: a Host header, which anybody writes, changes nothing."""

import pytest

from tests.factories.petitions import make_confirmed, make_petition
from tests.pages.client import CheckingClient, html_of

pytestmark = pytest.mark.usefixtures("clock")
FOREIGN = "evil.example"
PAGES = [
    "/robots.txt",
    "/sitemap.xml",
    "/fr/",
    "/fr/petitions?q=criteria",
    "/fr/petitions/clear-criteria",
    "/fr/petitions/clear-criteria/sign",
    "/fr/instruments",
    "/fr/instruments/be-chamber-hearing.json",
    "/fr/signature/wrong",
    "/fr/nowhere",
]


@pytest.mark.parametrize("path", PAGES)
def test_no_page_repeats_the_host_it_was_asked_of(client: CheckingClient, path: str) -> None:
    make_petition()
    make_confirmed()
    response = client.get(path, base_url=f"http://{FOREIGN}")
    assert FOREIGN not in response.text
    assert FOREIGN not in str(response.headers)


def test_what_one_host_asked_is_what_every_other_gets(client: CheckingClient) -> None:
    make_petition()
    own = client.application.config["BASE_URL"]
    asked = client.get("/fr/petitions/clear-criteria", base_url=f"http://{FOREIGN}")
    assert asked.text == html_of(client.get("/fr/petitions/clear-criteria"))
    assert f'<link rel="canonical" href="{own}/fr/petitions/clear-criteria">' in asked.text


@pytest.mark.parametrize("path", ["/fr", "/fr?q=1"])
def test_a_redirect_names_no_host(client: CheckingClient, path: str) -> None:
    response = client.get(path, base_url=f"http://{FOREIGN}")
    assert response.status_code == 308
    assert response.location.startswith("/fr/")
