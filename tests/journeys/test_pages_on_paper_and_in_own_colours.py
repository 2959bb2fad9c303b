"""Pages as they leave the printer, in the colours a reader chose, and where nothing fills the window."""

from datetime import date
from typing import Any

import pytest
from flask import Flask

from campaign.core.db import transaction
from campaign.petitions.mails import rights_token
from campaign.petitions.operations.counting import record_official_count
from tests.factories.petitions import NOON, make_confirmed, make_petition
from tests.pages.browser import DESKTOP, LiveServer, MakeContext

pytestmark = pytest.mark.browser
COLOURS = """() => {
  const text = getComputedStyle(document.body).color;
  const online = getComputedStyle(document.querySelector('.band .e')).fill;
  const threads = getComputedStyle(document.querySelector('#warp .w')).color;
  return [online === text, threads === text];
}"""


@pytest.fixture
def counted(app: Flask, clock: Any) -> None:
    """A petition with a number from each region."""
    petition = make_petition()
    with transaction():
        for stratum, count in (("VLG", 8160), ("WAL", 6940), ("BRU", 3150)):
            record_official_count(
                petition=petition, channel="official_platform", stratum=stratum, count=count,
                as_of=date(2026, 3, 1), actor="test", now=NOON,
            )  # fmt: skip


def test_a_printed_petition_has_its_numbers_and_its_address_and_no_form(
    counted: None, make_context: MakeContext, live_server: LiveServer
) -> None:
    page = make_context().new_page()
    page.goto(live_server.at("/fr/petitions/clear-criteria"))
    assert not page.locator(".address").is_visible(), "the window shows it already"
    page.emulate_media(media="print")
    assert page.locator(".address").inner_text().endswith("/fr/petitions/clear-criteria")
    assert page.locator(".bands").is_visible()
    assert not page.locator("form").is_visible()


def test_what_is_printed_of_ones_own_page_leads_to_nobody(
    counted: None, make_context: MakeContext, live_server: LiveServer
) -> None:
    token = rights_token(make_confirmed().ref)
    page = make_context().new_page()
    page.goto(live_server.at(f"/fr/signature/{token}"))
    page.emulate_media(media="print")
    assert page.locator(".address").inner_text().endswith("/fr/petitions/clear-criteria")
    assert token not in page.locator("body").inner_text()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_bands_take_the_colours_a_reader_chose(
    counted: None, make_context: MakeContext, live_server: LiveServer, scheme: str
) -> None:
    page = make_context(forced_colors="active", color_scheme=scheme).new_page()
    page.goto(live_server.at("/fr/petitions/clear-criteria"))
    assert page.evaluate(COLOURS) == [True, True]


def test_a_short_page_has_its_foot_at_the_foot_of_the_window(
    app: Flask, make_context: MakeContext, live_server: LiveServer
) -> None:
    page = make_context(viewport={**DESKTOP, "height": 1400}).new_page()
    page.goto(live_server.at("/fr/confirm/not-a-token"))
    box = page.locator("footer.foot").bounding_box()
    assert box is not None
    assert round(box["y"] + box["height"]) == 1400


def test_a_title_in_another_direction_stands_where_the_page_begins(
    app: Flask, clock: Any, make_context: MakeContext, live_server: LiveServer
) -> None:
    make_petition(languages=("fr",))
    page = make_context(locale="ar").new_page()
    page.goto(live_server.at("/ar/petitions/clear-criteria"))
    start = page.evaluate("getComputedStyle(document.querySelector('h1')).textAlign")
    assert start == "end", "the end of a line written from left to right"
