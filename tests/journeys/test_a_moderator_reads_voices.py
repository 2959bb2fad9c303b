"""A moderator reads what waits: one voice leads to somebody and is not shown, another one is."""

import pytest
from playwright.sync_api import expect

from campaign.accounts.permissions import Role
from tests.factories.voices import WORDS, give, make_petition_with_voices, voices
from tests.pages.browser import (
    DESKTOP,
    NARROW,
    PHONE,
    LiveServer,
    MakeContext,
    check_accessibility,
    check_fits,
    press,
)
from tests.pages.organiser import organiser_page

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("clock")]
QUEUE = "/workspace/voices"
HERE = "/workspace/petitions/clear-criteria/voices"
LEADS_TO_SOMEBODY = "Appelle-moi au 0470 00 00 00."


def test_a_voice_that_leads_to_somebody_is_not_shown_and_another_one_is(
    make_context: MakeContext, live_server: LiveServer
) -> None:
    """Behaviour 64, without JavaScript."""
    make_petition_with_voices()
    give("one", words=LEADS_TO_SOMEBODY, language="fr", pseudonym="Porte bleue")
    give("two")
    page = organiser_page(make_context, live_server, Role.MODERATOR, java_script_enabled=False)
    page.goto(live_server.at("/workspace"))
    page.get_by_role("navigation", name="Atelier").get_by_role("link", name="Voix").click()
    expect(page.locator("main")).to_contain_text("2 voix attendent")
    card = page.locator("article", has_text="Porte bleue")
    expect(card.locator("mark")).to_have_count(1)
    expect(card.locator("mark")).to_contain_text("0470 00 00 00")
    expect(card.locator("mark")).to_contain_text("un numéro de téléphone")
    card.get_by_label("Pourquoi").select_option("endangers_you")
    card.get_by_role("button", name="Ne pas la montrer").click()
    expect(page.locator("body")).to_contain_text("son nom et ses mots sont effacés")

    page.locator("article", has_text=WORDS).get_by_role(
        "button", name="La montrer", exact=True
    ).click()
    expect(page.locator("body")).to_contain_text("La voix est montrée.")
    expect(page.locator("main")).to_contain_text("Rien n’attend.")
    page.goto(live_server.at("/fr/petitions/clear-criteria/voices"))
    expect(page.locator("main")).to_contain_text(WORDS)
    expect(page.locator("body")).not_to_contain_text("0470")
    assert sorted(voice.state for voice in voices()) == ["shown", "silent"]

    page.goto(live_server.at(HERE))
    page.get_by_label("Pourquoi").select_option("names_somebody")
    page.get_by_role("button", name="Ne plus la montrer").click()
    page.goto(live_server.at("/fr/petitions/clear-criteria/voices"))
    expect(page.locator("main")).not_to_contain_text(WORDS)


def test_two_moderators_with_the_same_page_the_second_is_told(
    make_context: MakeContext, live_server: LiveServer
) -> None:
    make_petition_with_voices()
    give()
    page = organiser_page(make_context, live_server, Role.MODERATOR)
    page.goto(live_server.at(QUEUE))
    other = page.context.new_page()
    other.goto(live_server.at(QUEUE))
    press(page.get_by_role("button", name="La montrer", exact=True))
    other.get_by_label("Pourquoi").select_option("insults")
    other.get_by_role("button", name="Ne pas la montrer").click()
    expect(other.get_by_role("alert")).to_contain_text("Quelqu’un d’autre a décidé")
    assert [(voice.state, voice.words) for voice in voices()] == [("shown", WORDS)]


@pytest.mark.parametrize("language", ["fr", "nl", "en"])
def test_every_page_is_open_to_all_and_fits(
    make_context: MakeContext, live_server: LiveServer, language: str
) -> None:
    make_petition_with_voices()
    give("one", words="أعيش هنا. الحارس سعيد أخذ هاتفي 0470 00 00 00.", language="ar")
    give("two")
    scheme = "dark" if language == "nl" else "light"
    page = organiser_page(make_context, live_server, Role.MODERATOR, language, color_scheme=scheme)
    for size in (NARROW, PHONE, DESKTOP):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        for path in (QUEUE, HERE):
            page.goto(live_server.at(path))
            check_fits(page)
            check_accessibility(page)
    page.goto(live_server.at(QUEUE))
    page.locator("main details summary").click()
    page.locator("article").last.locator("button").last.click()
    expect(page.locator("select[aria-invalid]")).to_have_count(1)
    check_accessibility(page)
    press(page.locator("article").last.locator("button").first)
    check_accessibility(page)
    page.goto(live_server.at(HERE))
    check_accessibility(page)
    check_fits(page)
