"""Somebody passes a petition on: copies its address, prints a poster; another one scans it and signs."""

from typing import Any

import pytest
from playwright.sync_api import Page

from campaign.petitions.queries import placements as queries
from campaign.petitions.queries.petitions import petition_by_slug
from tests.factories.petitions import make_petition, signatures
from tests.pages.browser import (
    NARROW,
    PHONE,
    LiveServer,
    MakeContext,
    check_accessibility,
    check_fits,
)
from tests.pages.petitions import SigningVisitor

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("clock")]
SHARE = "/fr/petitions/clear-criteria/share"


def public_code() -> str:
    petition = petition_by_slug("clear-criteria")
    assert petition is not None
    placement = queries.public_placement(petition.id)
    assert placement is not None
    return placement.code


def test_the_address_is_copied_with_one_press(
    make_context: MakeContext, live_server: LiveServer
) -> None:
    make_petition()
    context = make_context()
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto(live_server.at("/fr/petitions/clear-criteria"))
    page.locator("#share a[href$='/share']").click()
    page.locator("[data-act=copy]").click()
    page.locator("[role=status]", has_text="Copié").wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == live_server.at("/fr/petitions/clear-criteria")


def test_without_a_script_the_address_can_be_selected(
    page_without_javascript: Page, live_server: LiveServer
) -> None:
    make_petition()
    page = page_without_javascript
    page.goto(live_server.at(SHARE))
    assert page.locator("#address").input_value() == live_server.at("/fr/petitions/clear-criteria")
    assert not page.locator("[data-act=copy]").is_visible()
    assert page.locator("a[href$='poster.pdf']").is_visible()


@pytest.mark.parametrize("language", ["fr", "ar"])
@pytest.mark.parametrize("path", ["share", "radio"])
def test_the_pages_are_open_to_all_and_fit_the_narrowest_screen(
    make_context: MakeContext, live_server: LiveServer, path: str, language: str
) -> None:
    make_petition()
    for settings in ({"viewport": NARROW}, {"viewport": PHONE, "color_scheme": "dark"}):
        page = make_context(**settings).new_page()
        page.goto(live_server.at(f"/{language}/petitions/clear-criteria/{path}"))
        check_accessibility(page)
        check_fits(page)


def test_who_scans_a_poster_signs_and_the_poster_is_credited(
    page: Page, live_server: LiveServer, outbox: Any
) -> None:
    make_petition()
    visitor = SigningVisitor(page, live_server)
    page.goto(live_server.at(f"/fr/s/{public_code()}"))
    visitor.fill_in()
    visitor.press_review()
    visitor.press_send()
    petition = petition_by_slug("clear-criteria")
    assert petition is not None
    placement = queries.public_placement(petition.id)
    assert placement is not None
    assert [row.placement_id for row in signatures()] == [placement.id]


def test_a_script_carries_the_code_from_the_address_of_the_whole_petition(
    page: Page, live_server: LiveServer
) -> None:
    make_petition()
    page.goto(live_server.at(f"/fr/petitions/clear-criteria?via={public_code()}"))
    assert page.locator("form input[name=via]").input_value() == public_code()
