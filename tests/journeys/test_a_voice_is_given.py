"""A person without papers gives a voice, somebody reads it, a citizen carries it, it is taken back."""

from typing import Any

import pytest
from playwright.sync_api import Page

from campaign.site import jobs as site
from tests.factories.petitions import NOON
from tests.factories.voices import WORDS, approve, make_petition_with_voices, make_shown, voices
from tests.mailbox import Outbox, links_in
from tests.pages.browser import (
    DESKTOP,
    NARROW,
    PHONE,
    LiveServer,
    MakeContext,
    check_accessibility,
    check_fits,
    press,
    visit,
)
from tests.pages.petitions import SigningVisitor

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("clock")]
PETITION = "/fr/petitions/clear-criteria"
PAGE = f"{PETITION}/voices"


def give(page: Page, server: LiveServer, language: str = "fr") -> str:
    """Go from the petition to the code, as a person would; the code as it is read."""
    page.goto(server.at(f"/{language}/petitions/clear-criteria"))
    page.locator("a[href$='/voices/new']").first.click()
    page.locator("[name=suggested]").nth(1).check()
    page.fill("[name=words]", WORDS)
    page.select_option("[name=language]", "en")
    page.check("[name=may_be_carried]")
    page.check("[name=consent]")
    page.locator("main form button").click()
    page.wait_for_selector(".code")
    return page.inner_text(".code")


@pytest.mark.parametrize("language", ["fr", "ar", "bm"])
def test_a_voice_is_given_read_carried_and_taken_back_without_javascript(
    page_without_javascript: Page, live_server: LiveServer, outbox: Outbox, language: str
) -> None:
    page = page_without_javascript
    make_petition_with_voices()
    site.note_voice_counts(NOON)
    code = give(page, live_server, language)
    assert code.replace(" ", "").replace("\n", "") not in page.url
    voices_page = live_server.at(f"/{language}/petitions/clear-criteria/voices")
    page.goto(voices_page)
    assert WORDS not in page.content()
    approve(voices()[0])
    page.reload()
    assert WORDS in page.content()

    visitor = SigningVisitor(page, live_server, language=language)
    visitor.sign()
    link = next(one for one in links_in(outbox.last("awa@example.org")) if "/confirm/" in one)
    visitor.press_confirm(link)
    press(page.locator("button[name=proof]"))
    card = page.url
    assert WORDS in page.content()
    assert "Awa" not in page.content()

    page.goto(live_server.at(f"/{language}/voices/take-back"))
    page.fill("[name=code]", code)
    press(page.locator("button[value=look]"))
    assert WORDS in page.content()
    press(page.locator("main form button"))
    assert voices() == []
    page.goto(voices_page)
    assert WORDS not in page.content()
    answer = page.goto(card)
    assert answer is not None
    assert answer.status == 410
    assert page.context.cookies() == []


def test_with_javascript_the_proof_of_work_is_sent_along(
    page: Page, live_server: LiveServer
) -> None:
    make_petition_with_voices()
    site.note_voice_counts(NOON)
    give(page, live_server)
    assert len(voices()) == 1


@pytest.mark.parametrize("way", ["key", "link"])
def test_the_way_out_leaves_nothing_on_the_screen(
    page: Page, live_server: LiveServer, way: str
) -> None:
    make_petition_with_voices()
    page.goto(live_server.at(f"{PAGE}/new"))
    page.fill("[name=words]", "what nobody should read")
    if way == "key":
        assert page.locator("[data-exit-key]").is_visible()
        page.keyboard.press("Escape")
    else:
        page.locator("[data-exit]").click()
    page.wait_for_url("about:blank")
    page.go_back()
    assert "what nobody should read" not in page.content()


def test_the_way_out_works_without_javascript(
    page_without_javascript: Page, live_server: LiveServer
) -> None:
    make_petition_with_voices()
    page_without_javascript.goto(live_server.at(f"{PAGE}/new"))
    page_without_javascript.locator("[data-exit]").click()
    page_without_javascript.wait_for_url("about:blank")


@pytest.mark.parametrize("viewport", [NARROW, PHONE, DESKTOP], ids=["320", "390", "1280"])
@pytest.mark.parametrize("language", ["fr", "ar", "bm"])
def test_every_page_is_open_to_all_and_fits(
    make_context: MakeContext, live_server: LiveServer, viewport: Any, language: str
) -> None:
    make_petition_with_voices()
    code = make_shown()
    page = make_context(locale=language, viewport=viewport, color_scheme="dark").new_page()
    home = f"/{language}/petitions/clear-criteria/voices"
    for path in (home, f"{home}/new", f"/{language}/voices/take-back"):
        page.goto(live_server.at(path))
        check_accessibility(page)
        check_fits(page)
    page.fill("[name=code]", code)
    press(page.locator("button[value=look]"))
    check_accessibility(page)
    check_fits(page)


def test_the_form_is_light(page: Page, live_server: LiveServer) -> None:
    make_petition_with_voices()
    seen = visit(page.context, live_server.at(f"{PAGE}/new"))
    assert seen.byte_count <= 45_000
    assert seen.request_count <= 5
    assert not seen.foreign_urls(live_server.url)
    assert seen.cookies == []
