"""From the petition to its map and its files; and a block of values for search engines that no policy stops."""

import json
from typing import Any

import pytest
from flask import Flask

from campaign.petitions import jobs
from tests.factories.petitions import NOON, make_confirmed, make_petition
from tests.pages.browser import PHONE, LiveServer, MakeContext, check_accessibility, check_fits

pytestmark = pytest.mark.browser
LISTEN = (
    "window.stopped = [];"
    "document.addEventListener('securitypolicyviolation', e => stopped.push(e.violatedDirective))"
)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_visitor_follows_the_link_to_the_map_by_keyboard(
    app: Flask, clock: Any, make_context: MakeContext, live_server: LiveServer, scheme: str
) -> None:
    make_petition(is_demonstration=False)
    for number in range(6):
        make_confirmed(email=f"{number}@example.org", family_name=f"Exemple {number}")
    jobs.fold_tallies(NOON)
    jobs.count_places(NOON)
    page = make_context(locale="fr", color_scheme=scheme, viewport=PHONE).new_page()
    page.add_init_script(LISTEN)
    page.goto(live_server.at("/fr/petitions/clear-criteria"))
    written = page.locator('script[type="application/ld+json"]').text_content()
    described = json.loads(written or "")
    assert described["@type"] == "WebPage"
    assert described["interactionStatistic"]["userInteractionCount"] == 6
    assert described["potentialAction"]["target"].endswith("/fr/petitions/clear-criteria/sign")
    assert page.evaluate("stopped") == []
    page.get_by_role("link", name="D’où vient le soutien").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/where")
    assert page.get_by_role("row", name="Flandre orientale").first.inner_text().split()[-1] == "6"
    assert page.locator(".map .dot").count() == 1
    assert page.evaluate("stopped") == []
    check_accessibility(page)
    check_fits(page)
