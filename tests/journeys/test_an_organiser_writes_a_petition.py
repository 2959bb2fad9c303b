"""An organiser's evening, in a real browser: from the first question to a petition in two languages
that people sign."""

from datetime import timedelta
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import BrowserContext, Page, expect

from campaign.accounts.permissions import Role
from campaign.core import clock as product_clock
from campaign.core.db import db, transaction
from campaign.petitions.operations.publishing import move_along
from campaign.petitions.queries.petitions import petition_by_slug
from tests.factories.accounts import SESSION_COOKIE, make_account, signed_in_token
from tests.factories.petitions import make_organisation, make_petition
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
SLUG = "clear-criteria-for-schools"
EDIT = f"/workspace/petitions/{SLUG}/edit"
LETTER = "**Nous vivons ici.**\n\nNous demandons une école pour chaque enfant."


def editor(
    context: BrowserContext, live_server: LiveServer, name: str = "Palabre", language: str = "fr"
) -> Page:
    """A page of a browser in which an editor of a collective has signed in."""
    now = product_clock.now()
    place = make_organisation("collective")
    account = make_account(name, Role.EDITOR, organisation=place, language=language, now=now)
    token = signed_in_token(account, now=now)
    context.add_cookies([{"name": SESSION_COOKIE, "value": token, "url": live_server.url}])
    return context.new_page()


def picture_from_a_phone(folder: Path) -> Path:
    """A JPEG with what a camera writes in it."""
    exif = Image.Exif()
    exif[0x010F] = "SECRETCAMERA"
    path = folder / "IMG_0001.jpg"
    Image.effect_noise((1600, 1200), 60).convert("RGB").save(path, exif=exif)
    return path


def button(page: Page, name: str) -> None:
    press(page.get_by_role("button", name=name, exact=True))


def link(page: Page, name: str) -> None:
    press(page.get_by_role("link", name=name).first)


def begin(page: Page, live_server: LiveServer) -> None:
    """Answer the questions, choose a door, see what others ask, begin all the same."""
    page.goto(live_server.at("/workspace"))
    link(page, "Commencer une pétition")
    page.get_by_label("Qui décide de ce que vous demandez").select_option("federal")
    press(page.locator("main form button").first)
    press(page.locator("a[href$='/new/be-chamber-hearing']"))
    page.get_by_label("Titre").fill("Clear criteria for schools")
    page.get_by_label("Langue dans laquelle vous écrivez").select_option("fr")
    button(page, "Continuer")
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "D’autres demandent presque la même chose"
    )
    button(page, "Commencer la nôtre quand même")


def write_french(page: Page) -> None:
    """Write, be stopped at a number with its place, take it out."""
    page.get_by_label("Titre court").fill("Écoles")
    page.get_by_label("La demande, en une phrase").fill("Nous demandons une école pour chacun.")
    page.get_by_label("Lettre à l’autorité").fill(f"{LETTER}\nAppelez le 0470 12 34 56.")
    button(page, "Enregistrer")
    expect(page.locator("#places mark")).to_have_text("0470 12 34 56")
    expect(page.locator("#places")).to_contain_text("ligne 4")
    page.get_by_label("Lettre à l’autorité").fill(LETTER)
    button(page, "Enregistrer")
    expect(page.locator("#places")).to_have_count(0)
    expect(page.locator("main .letter strong")).to_have_text("Nous vivons ici.")


def translate(page: Page) -> None:
    """Write the Dutch text beside the French one."""
    link(page, "Nederlands")
    expect(page.locator(".beside").first).to_contain_text("Clear criteria for schools")
    page.get_by_label("Titre", exact=True).fill("Een school voor elk kind")
    page.get_by_label("Titre court").fill("Scholen")
    page.get_by_label("La demande, en une phrase").fill("Wij vragen een school voor elk kind.")
    page.get_by_label("Lettre à l’autorité").fill("Wij wonen hier.")
    page.get_by_label("Elle dit ce que dit l’original aujourd’hui").check()
    button(page, "Enregistrer et continuer")


def test_a_petition_is_written_in_two_languages_without_javascript_and_then_signed(
    make_context: MakeContext, live_server: LiveServer, tmp_path: Path
) -> None:
    make_petition(closes_at=product_clock.now() + timedelta(days=90))
    page = editor(make_context(java_script_enabled=False), live_server)
    begin(page, live_server)
    write_french(page)
    translate(page)

    page.get_by_label("Thème").select_option("study")
    last = (product_clock.now() + timedelta(days=120)).date()
    page.get_by_label("Dernier jour").fill(last.isoformat())
    button(page, "Enregistrer et continuer")

    page.locator("#picture").set_input_files(picture_from_a_phone(tmp_path))
    button(page, "Ajouter l’image")
    page.locator("#words-fr").fill("Une cour d’école")
    page.locator("#words-nl").fill("Een speelplaats")
    button(page, "Enregistrer les mots")
    assert page.locator("img.picture").evaluate("each => each.naturalWidth") > 300

    link(page, "Continuer : les documents".replace(" :", "\u202f:"))
    page.get_by_label("Titre du document").fill("La loi")
    page.get_by_label("Adresse web").fill("https://www.example.org/loi")
    button(page, "Ajouter")

    link(page, "Vérifier et envoyer")
    expect(page.locator("main")).to_contain_text("Rien")
    page.goto(live_server.at(f"{EDIT}/preview/nl"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Een school voor elk kind")
    expect(page.locator("form").first).to_be_visible()
    page.goto(live_server.at(EDIT))
    button(page, "Envoyer à la modération")
    expect(page.locator("main")).to_contain_text("Elle attend la modération")

    with transaction():
        petition = petition_by_slug(SLUG)
        assert petition is not None
        move_along(petition, ["in_moderation", "open"], actor="test", now=product_clock.now())
    db.session.remove()
    visitor = make_context(java_script_enabled=False, locale="nl-BE").new_page()
    visitor.goto(live_server.at(f"/nl/petitions/{SLUG}"))
    expect(visitor.get_by_role("heading", level=1)).to_have_text("Een school voor elk kind")
    expect(visitor.locator("img.picture")).to_have_attribute("alt", "Een speelplaats")
    expect(visitor.locator("form[action$='/sign']")).to_be_visible()


def test_two_editors_write_at_once_and_nothing_is_lost(
    make_context: MakeContext, live_server: LiveServer
) -> None:
    page = editor(make_context(), live_server)
    page.goto(live_server.at("/workspace/petitions/new/be-chamber-hearing"))
    page.get_by_label("Titre").fill("Clear criteria for schools")
    expect(page.locator(".count")).to_contain_text("Reste 94 signes")
    button(page, "Continuer")
    letter = page.get_by_label("Lettre à l’autorité")
    letter.fill("**Un**")
    expect(page.locator("[data-status]")).to_contain_text("Enregistré tout seul", timeout=10_000)
    page.get_by_text("Ce que cela donnera").first.click()
    expect(page.locator("details .letter strong").first).to_have_text("Un")

    other = editor(make_context(), live_server, "Kora")
    other.goto(live_server.at(f"{EDIT}/text/fr"))
    expect(other.locator(".pane[role=status]")).to_contain_text("Palabre")
    expect(other.get_by_label("Lettre à l’autorité")).to_have_value("**Un**")
    other.get_by_label("Lettre à l’autorité").fill("Deux, de Kora")
    button(other, "Enregistrer")

    letter.fill("Trois, de Palabre")
    button(page, "Enregistrer")
    expect(page.locator("#theirs")).to_contain_text("Kora")
    expect(page.locator("main ins").first).to_be_visible()
    expect(page.get_by_label("Lettre à l’autorité")).to_have_value("Trois, de Palabre")
    button(page, "Enregistrer")
    link(page, "Les versions, et ce que chacune a changé")
    expect(page.get_by_role("table", name="Versions")).to_contain_text("Kora")
    press(page.get_by_role("link", name="Version 3"))
    expect(page.locator("main ins").first).to_contain_text("Deux")
    button(page, "Reprendre cette version")
    expect(page.get_by_label("Lettre à l’autorité")).to_have_value("Deux, de Kora")


@pytest.mark.parametrize(("language", "scheme"), [("fr", "light"), ("nl", "dark"), ("en", "light")])
def test_its_pages_are_open_to_all_and_fit_a_phone(
    make_context: MakeContext, live_server: LiveServer, language: str, scheme: str
) -> None:
    now = product_clock.now()
    make_petition(slug="other", closes_at=now + timedelta(days=90))
    page = editor(make_context(color_scheme=scheme), live_server, language=language)
    page.goto(live_server.at("/workspace/petitions/new/be-chamber-hearing"))
    _check(page)
    page.locator("#title").fill("Clear criteria for schools")
    press(page.locator("main form button"))
    _check(page)
    press(page.locator("main form button"))
    page.locator("#letter").fill("Appelez le 0470 12 34 56.\n" + "mot " * 60)
    press(page.locator("main .savebar button").first)
    for path in (
        "/workspace/petitions/new", EDIT, f"{EDIT}/door", f"{EDIT}/text/{language}",
        f"{EDIT}/text/ar", f"{EDIT}/facts", f"{EDIT}/picture", f"{EDIT}/documents",
        f"{EDIT}/text/{language}/versions", f"{EDIT}/text/{language}/versions/2",
    ):  # fmt: skip
        page.goto(live_server.at(path))
        _check(page)


def _check(page: Page) -> None:
    for size in (DESKTOP, PHONE):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        check_fits(page)
    check_accessibility(page)
