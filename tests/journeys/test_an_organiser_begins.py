"""The first hour of an organisation and the dashboard of its petition, in a real browser."""

from datetime import datetime, timedelta

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from campaign.accounts.permissions import OF_AN_ORGANISATION, Role
from campaign.core import clock as product_clock
from campaign.core.db import transaction
from campaign.petitions import jobs
from campaign.petitions.operations.counting import record_official_count
from campaign.petitions.queries.petitions import petition_by_slug
from tests.factories.accounts import SESSION_COOKIE, make_account, signed_in_token
from tests.factories.petitions import make_confirmed, make_organisation, make_petition
from tests.pages.browser import (
    DESKTOP,
    PHONE,
    LiveServer,
    MakeContext,
    check_accessibility,
    check_fits,
    press,
)

pytestmark = pytest.mark.browser
SLUG = "clear-criteria"
CANVAS_TEXT = "rgb(0, 0, 0)"
HUB = f"/workspace/petitions/{SLUG}"


def coordinator(
    context: BrowserContext, live_server: LiveServer, organisation: str, language: str
) -> Page:
    """A page of a browser in which a coordinator has just come in."""
    now = product_clock.now()
    account = make_account(
        "Palabre",
        *(role for role in OF_AN_ORGANISATION if role is not Role.MEMBER),
        organisation=make_organisation(organisation),
        language=language,
        now=now,
    )
    token = signed_in_token(account, now=now)
    context.add_cookies([{"name": SESSION_COOKIE, "value": token, "url": live_server.url}])
    return context.new_page()


def looked_at(page: Page) -> None:
    """Open to all, on a desk and on a phone."""
    for size in (DESKTOP, PHONE):
        page.set_viewport_size(size)
        check_fits(page)
        check_accessibility(page)
    page.set_viewport_size(DESKTOP)


def test_a_new_organisation_finds_its_way_without_javascript(
    make_context: MakeContext, live_server: LiveServer
) -> None:
    page = coordinator(
        make_context(java_script_enabled=False), live_server, "newcomers", language="fr"
    )
    page.goto("/workspace")
    expect(page.get_by_role("heading", name="À faire aujourd’hui")).to_be_visible()
    expect(page.get_by_text("ne tient qu’à une seule personne")).to_be_visible()
    steps = page.get_by_role("region", name="La première heure")
    expect(steps.get_by_role("link", name="Invitez une ou un collègue")).to_be_visible()
    # By the keyboard alone, as on a laptop whose touchpad is dead.
    copy = steps.get_by_role("button", name="Copier l’exemple")
    copy.focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Exemple à réécrire")
    expect(page.get_by_text("C’est encore un brouillon")).to_be_visible()
    press(page.get_by_role("link", name="Aide"))
    expect(page.get_by_role("heading", name="Ce qui ne s’écrit jamais")).to_be_visible()
    expect(page.get_by_role("heading", name="Un téléphone est perdu ou pris")).to_be_visible()
    press(page.get_by_role("link", name="Vue d’ensemble"))
    done = page.get_by_role("region", name="La première heure").get_by_text(
        "Écrivez votre première"
    )
    expect(done).to_contain_text("fait")


def test_the_pages_of_the_first_hour_are_open_to_all(
    make_context: MakeContext, live_server: LiveServer
) -> None:
    page = coordinator(make_context(), live_server, "newcomers", language="en")
    for address in ("/workspace", "/workspace/help"):
        page.goto(address)
        looked_at(page)


def a_living_petition() -> datetime:
    """Open for forty days, counted four times, signed a little; answers with now."""
    now = product_clock.now()
    make_petition(opens_at=now - timedelta(days=40), closes_at=now + timedelta(days=50))
    with transaction():
        for days, share in ((36, 1), (22, 2), (8, 4), (1, 5)):
            for stratum, count in (("VLG", 100), ("WAL", 1000), ("BRU", 300)):
                record_official_count(
                    petition=petition_by_slug(SLUG),  # type: ignore[arg-type]
                    channel="official_platform",
                    stratum=stratum,
                    count=count * share,
                    as_of=(now - timedelta(days=days)).date(),
                    actor="test",
                    now=now,
                )
    for place in range(3):
        make_confirmed(email=f"p{place}@example.org", given_name=f"P{place}", now=now)
    jobs.fold_tallies(now)
    return now


def test_the_dashboard_lives_while_it_is_looked_at(
    make_context: MakeContext, live_server: LiveServer
) -> None:
    now = a_living_petition()
    page = coordinator(make_context(), live_server, f"{SLUG}-lead", language="en")
    page.clock.install()
    page.goto(HUB)
    support = page.locator('[data-live="support"]')
    expect(support).to_have_text("3")
    said = page.get_by_role("status")
    page.clock.fast_forward(31_000)
    expect(said).to_be_empty()
    make_confirmed(email="new@example.org", given_name="New", now=now)
    jobs.fold_tallies(now)
    with page.expect_response("**/numbers.json"):
        page.clock.fast_forward(31_000)
    expect(support).to_have_text("4")
    expect(said).to_contain_text("Numbers updated at")
    expect(page.get_by_text("Flanders: the line, the pace, the forecast")).to_be_visible()
    looked_at(page)
    # What the drawing shows stands in the table too.
    course = page.get_by_role("region", name="Flanders: the line, the pace, the forecast")
    course.get_by_text("The same in a table").click()
    expect(course.get_by_role("row", name="Cautious goal")).to_contain_text("17")
    page.emulate_media(forced_colors="active")
    line = course.locator("path.act").first
    assert line.evaluate("each => getComputedStyle(each).stroke") == CANVAS_TEXT
    page.emulate_media(media="print", forced_colors="none")
    expect(course.get_by_role("img")).to_be_visible()


def test_the_dashboard_asks_no_more_once_the_role_is_gone(
    make_context: MakeContext, live_server: LiveServer
) -> None:
    a_living_petition()
    context = make_context()
    page = coordinator(context, live_server, f"{SLUG}-lead", language="en")
    page.clock.install()
    page.goto(HUB)
    context.clear_cookies()
    with page.expect_response("**/numbers.json"):
        page.clock.fast_forward(31_000)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.clock.fast_forward(95_000)
    page.wait_for_timeout(200)
    assert not [each for each in asked if each.endswith("/numbers.json") and "sign-in" not in each]
    expect(page.locator('[data-live="support"]')).to_have_text("3")
