"""An organiser makes a code for a vigil, people sign with it through one network, and it is closed."""

import re

import pytest
from playwright.sync_api import Page, expect

from campaign.accounts.permissions import Role
from campaign.web.limits import UNPROVEN
from tests.factories.petitions import make_petition, signatures
from tests.pages.browser import (
    DESKTOP,
    NARROW,
    PHONE,
    LiveServer,
    MakeContext,
    check_accessibility,
    check_fits,
)
from tests.pages.organiser import organiser_page
from tests.pages.petitions import SigningVisitor

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("clock")]
CODES = "/workspace/petitions/clear-criteria/codes"


def make_event(page: Page, server: LiveServer) -> str:
    """Fill in the form as it stands at eleven o'clock in Brussels; the code."""
    page.goto(server.at(CODES))
    page.get_by_label("Nom de l’événement").fill("Veillée à la gare")
    page.get_by_label("Jour").fill("2026-03-02")
    page.get_by_label("Commence à").fill("11:00")
    page.get_by_role("button", name="Faire le code de l’événement").click()
    page.wait_for_url(re.compile(r"/codes/\w{6}\?"))
    return page.locator(".wall-code").inner_text()


def test_people_at_a_vigil_sign_with_its_code_and_the_organiser_sees_how_many(
    make_context: MakeContext, live_server: LiveServer
) -> None:
    """Behaviour 21, without JavaScript: more people than one network may otherwise send."""
    make_petition()
    page = organiser_page(make_context, live_server, Role.EDITOR, java_script_enabled=False)
    code = make_event(page, live_server)
    drawn = page.locator("img.wall-qr").evaluate("image => image.naturalWidth > 0")
    assert drawn, "the QR code is there to be scanned"

    people = UNPROVEN.amount + 2
    for number in range(people):
        visitor = make_context(java_script_enabled=False).new_page()
        visitor.goto(live_server.at(f"/fr/s/{code}"))
        expect(visitor).to_have_url(re.compile(f"via={code}"))
        signing = SigningVisitor(visitor, live_server)
        signing.fill_in(email=f"person{number}@example.org", family_name=f"Nr {chr(97 + number)}")
        signing.press_review()
        signing.press_send()
        visitor.context.close()
    assert len(signatures()) == people
    page.get_by_role("link", name="Regarder de nouveau").click()
    expect(page.locator("main")).to_contain_text(f"{people} sur 100 utilisés")

    page.get_by_role("button", name="Fermer ce code").click()
    expect(page.locator("body")).to_contain_text("Le code est fermé.")
    late = make_context().new_page()
    late.goto(live_server.at(f"/fr/s/{code}"))
    expect(late).to_have_url(re.compile("/fr/petitions$"))


def test_on_paper_the_page_is_one_sheet_with_the_code_and_without_the_organisers_words(
    make_context: MakeContext, live_server: LiveServer
) -> None:
    make_petition()
    page = organiser_page(make_context, live_server, Role.EDITOR)
    code = make_event(page, live_server)
    page.emulate_media(media="print")
    expect(page.locator(".wall-code")).to_have_text(code)
    expect(page.locator(".wall-qr")).to_be_visible()
    expect(page.locator("h1")).to_be_hidden()
    expect(page.get_by_text("Veillée à la gare")).to_be_hidden()
    expect(page.get_by_role("button", name="Fermer ce code")).to_be_hidden()
    paper = page.pdf(format="A4")
    assert len(re.findall(rb"/Type\s*/Page\b", paper)) == 1


@pytest.mark.parametrize("language", ["fr", "nl", "en"])
def test_every_page_is_open_to_all_and_fits(
    make_context: MakeContext, live_server: LiveServer, language: str
) -> None:
    make_petition()
    scheme = "dark" if language == "nl" else "light"
    page = organiser_page(make_context, live_server, Role.EDITOR, language, color_scheme=scheme)
    page.goto(live_server.at(CODES))
    page.fill("#event-label", "Vigil")
    page.fill("[name=begins_on]", "2026-03-02")
    page.fill("[name=begins_at]", "11:00")
    page.locator("form[action$='/event-codes'] button").click()
    page.wait_for_url(re.compile(r"/codes/\w{6}\?"))
    here = page.url
    for size in (NARROW, PHONE, DESKTOP):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        for path in (CODES, here):
            page.goto(live_server.at(path))
            check_fits(page)
            check_accessibility(page)
    page.goto(live_server.at(CODES))
    page.locator("form[action$='/codes'] button").click()
    expect(page.get_by_role("alert")).to_be_visible()
    check_accessibility(page)
