"""Somebody lost the link, gets it by mail, corrects a mistake and has everything erased."""

from typing import Any

import pytest
from playwright.sync_api import Page

from campaign.petitions import jobs
from tests.factories.petitions import make_confirmed, make_petition, signatures
from tests.journeys.test_a_citizen_signs import link_in, support
from tests.mailbox import Outbox
from tests.pages.browser import LiveServer, check_accessibility, check_fits
from tests.pages.client import CheckingClient

pytestmark = pytest.mark.browser


def look_at(page: Page) -> None:
    """Axe finds nothing, and nothing is cut off."""
    check_accessibility(page)
    check_fits(page)


def test_from_the_lost_link_to_the_last_trace_without_javascript(
    page_without_javascript: Page, page: Page, live_server: LiveServer, outbox: Outbox,
    client: CheckingClient, clock: Any,
) -> None:  # fmt: skip
    """Behaviour 94."""
    make_petition(updates=True)
    make_confirmed()
    visitor = page_without_javascript
    visitor.goto(live_server.at("/fr/my-signature"))
    visitor.fill("main form [name=email]", "awa@example.org")
    visitor.locator("main form button").click()
    visitor.wait_for_url("**/my-signature/sent")
    jobs.answer_link_requests(clock.now())
    own = link_in(outbox, "/signature/")

    visitor.goto(live_server.at(f"{own}/correct"))
    visitor.fill("main form [name=postal_code]", "1000")
    visitor.locator("main form button").click()
    visitor.wait_for_url("**changed=*")
    assert signatures()[0].stratum == "BRU"
    jobs.fold_tallies(clock.now())
    assert support(client) == 1

    for path in (own, *(f"{own}/{act}" for act in ("correct", "address", "object", "erase"))):
        page.goto(live_server.at(path))
        look_at(page)
    visitor.goto(live_server.at(f"{own}/erase"))
    visitor.locator("main form button").click()
    visitor.wait_for_url("**/my-signature/erased")
    jobs.fold_tallies(clock.now())
    assert signatures() == []
    assert support(client) == 0
