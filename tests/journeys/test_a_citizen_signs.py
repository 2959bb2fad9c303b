"""A citizen reads a petition, signs it, confirms from the mailbox, is counted, and withdraws."""

from typing import Any

import pytest
from playwright.sync_api import Page

from campaign.petitions import jobs
from tests.factories.petitions import NOON, make_petition, signatures
from tests.mailbox import Outbox, links_in
from tests.pages.browser import LiveServer, press
from tests.pages.client import CheckingClient
from tests.pages.petitions import SigningVisitor

pytestmark = pytest.mark.browser


def link_in(outbox: Outbox, part: str, recipient: str = "awa@example.org") -> str:
    """The link of the last mail that leads to `part`."""
    return next(link for link in links_in(outbox.last(recipient)) if part in link)


def support(client: CheckingClient) -> int:
    """The public counter."""
    return int(client.get("/fr/petitions/clear-criteria/count.json").json["support"])  # type: ignore[index]


def whole_story(
    page: Page, server: LiveServer, outbox: Outbox, client: CheckingClient, clock: Any
) -> None:
    make_petition(updates=True)
    visitor = SigningVisitor(page, server)
    visitor.sign()
    assert "/check-mailbox" in page.url
    assert [row.state for row in signatures()] == ["pending"]
    assert support(client) == 0

    link = link_in(outbox, "/confirm/")
    page.goto(server.at(link))
    assert signatures()[0].state == "pending", "opening the link must not confirm (behaviour 32)"
    visitor.press_confirm(link)
    assert "/signed" in page.url
    assert "Awa" not in page.content()
    assert signatures()[0].state == "confirmed"
    jobs.fold_tallies(clock.now())
    assert support(client) == 1

    page.goto(server.at(link_in(outbox, "/signature/")))
    assert "awa@example.org" in page.content()
    press(page.locator("form[action$='/withdraw'] button"))
    jobs.fold_tallies(clock.now())
    assert support(client) == 0
    kept = signatures()[0]
    assert (kept.state, kept.email, kept.given_name, kept.email_key) == (
        "withdrawn",
        None,
        None,
        None,
    )


def test_a_citizen_signs_confirms_is_counted_and_withdraws(
    page: Page, live_server: LiveServer, outbox: Outbox, client: CheckingClient, clock: Any
) -> None:
    whole_story(page, live_server, outbox, client, clock)


def test_the_same_without_javascript(
    page_without_javascript: Page,
    live_server: LiveServer,
    outbox: Outbox,
    client: CheckingClient,
    clock: Any,
) -> None:
    whole_story(page_without_javascript, live_server, outbox, client, clock)


def test_behaviours_3_and_4_correcting_keeps_what_was_typed_and_mails_only_the_corrected_address(
    page: Page, live_server: LiveServer, outbox: Outbox, clock: Any
) -> None:
    make_petition()
    visitor = SigningVisitor(page, live_server)
    visitor.open_petition()
    visitor.fill_in(email="awa@exmaple.org")
    visitor.press_review()
    visitor.press_correct()
    assert page.input_value("form [name=given_name]") == "Awa"
    assert page.input_value("form [name=postal_code]") == "9000"
    page.fill("form [name=email]", "awa@example.org")
    visitor.press_review()
    visitor.press_send()
    assert [letter.recipient for letter in outbox.letters()] == ["awa@example.org"]


def test_a_mistake_keeps_what_was_typed_and_says_what_to_do(
    page: Page, live_server: LiveServer, clock: Any
) -> None:
    make_petition()
    visitor = SigningVisitor(page, live_server)
    visitor.open_petition()
    visitor.fill_in(postal_code="1005")
    visitor.press_review()
    assert page.input_value("form [name=given_name]") == "Awa"
    assert page.locator("[name=postal_code][aria-invalid=true]").count() == 1
    assert signatures() == []


def test_behaviour_2_who_is_too_young_ends_on_a_polite_page_and_leaves_nothing(
    page: Page, live_server: LiveServer, outbox: Outbox, clock: Any
) -> None:
    make_petition()
    visitor = SigningVisitor(page, live_server)
    visitor.open_petition()
    visitor.fill_in(age="no")
    visitor.press_review()
    assert page.locator("main form [name=given_name]").count() == 0
    assert signatures() == []
    assert len(outbox) == 0


def test_signing_needs_no_mouse(
    page: Page, live_server: LiveServer, outbox: Outbox, clock: Any
) -> None:
    make_petition()
    visitor = SigningVisitor(page, live_server)
    visitor.open_petition()
    page.focus("form [name=given_name]")
    for answer in ("Awa", "Exemple", "awa@example.org"):
        page.keyboard.type(answer)
        page.keyboard.press("Tab")
    page.focus("[name=age][value=yes]")
    page.keyboard.press("Space")
    page.focus("[name=consent]")
    page.keyboard.press("Space")
    page.focus("form [name=family_name]")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    page.focus("button[name=step][value=send]")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert "/check-mailbox" in page.url
    assert len(outbox) == 1


def test_the_browser_proves_its_work_before_the_form_leaves(
    page: Page, live_server: LiveServer, clock: Any
) -> None:
    make_petition()
    visitor = SigningVisitor(page, live_server)
    visitor.open_petition()
    visitor.fill_in()
    visitor.press_review()
    assert page.locator("form [name=altcha]").first.input_value() != ""


def test_a_citizen_in_mali_leaves_no_postal_code(
    page: Page, live_server: LiveServer, clock: Any
) -> None:
    """Behaviour 9."""
    make_petition()
    visitor = SigningVisitor(page, live_server)
    visitor.open_petition()
    page.fill("form [name=given_name]", "Awa")
    page.fill("form [name=family_name]", "Exemple")
    page.fill("form [name=email]", "awa@example.org")
    page.select_option("form [name=country]", "ML")
    assert not page.locator("form [name=postal_code]").is_visible()
    page.check("[name=age][value=yes]")
    page.check("[name=consent]")
    visitor.press_review()
    visitor.press_send()
    kept = signatures()[0]
    assert (kept.country, kept.postal_code, kept.stratum) == ("ML", None, "ABROAD")
    assert kept.created_at == NOON
