"""A petition that was handed in is read, comes back with comments, opens, does harm, is stopped by a
moderator and brought back by an administrator; in a real browser."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from campaign.accounts.permissions import Role
from campaign.core.db import transaction
from campaign.petitions.operations import publishing
from campaign.petitions.queries.moderating import case_of
from campaign.petitions.queries.petitions import petition_by_slug
from tests.factories.accounts import SESSION_COOKIE, make_account, signed_in_token
from tests.factories.moderating import make_submitted, petition_now, reword
from tests.factories.petitions import NOON, make_organisation
from tests.mailbox import Outbox, text_of
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

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("clock")]
SLUG = "clear-criteria"
CASE = f"/workspace/moderation/{SLUG}"
PUBLIC = f"/fr/petitions/{SLUG}"


def signed_in(
    make_context: MakeContext,
    server: LiveServer,
    name: str,
    *roles: Role,
    language: str = "fr",
    is_administrator: bool = False,
    **settings: object,
) -> Page:
    """A browser of somebody with these roles in the organisation that leads, or of an administrator."""
    account = make_account(
        name,
        *roles,
        organisation=make_organisation(f"{SLUG}-lead"),
        language=language,
        is_administrator=is_administrator,
    )
    context = make_context(**settings)
    token = signed_in_token(account, now=NOON)
    context.add_cookies([{"name": SESSION_COOKIE, "value": token, "url": server.url}])
    return context.new_page()


def hand_in_again() -> None:
    """What its writers do after the comments."""
    reword(letter="**Nous vivons ici.** Le bureau nous répond.")
    with transaction():
        publishing.move_to(petition_by_slug(SLUG), "submitted", actor="test", now=NOON)  # type: ignore[arg-type]


def open_it(page: Page, server: LiveServer) -> None:
    """Take what was handed in again, and open it without a mail."""
    page.goto(server.at(CASE))
    press(page.get_by_role("button", name="Je la relis"))
    page.get_by_label("L’ouvrir").check()
    press(page.get_by_role("button", name="Voir d’abord les mails"))
    press(page.get_by_role("button", name="Décider sans mail"))


def test_a_petition_is_read_given_back_opened_stopped_and_restored(
    make_context: MakeContext, live_server: LiveServer, outbox: Outbox
) -> None:
    """Behaviours 50, 53, 56, 57, 58, 59, 64 and 112, without JavaScript."""
    make_submitted(waits=timedelta(days=15))
    reword(letter="Le gardien Dupont Exemple nous insulte. Appelez le 0470 12 34 56.")
    page = signed_in(
        make_context, live_server, "Balafon", is_administrator=True, java_script_enabled=False
    )
    page.goto(live_server.at("/workspace"))
    press(page.get_by_role("navigation", name="Atelier").get_by_role("link", name="Relecture"))
    expect(page.get_by_role("table")).to_contain_text("en retard")
    page.get_by_label("Son numéro").fill(SLUG)
    press(page.get_by_role("button", name="Y aller"))
    expect(page.locator("mark", has_text="gardien Dupont")).to_have_count(1)
    expect(page.locator("mark", has_text="0470 12 34 56")).to_have_count(1)
    press(page.get_by_role("button", name="Je la relis"))
    page.get_by_label("L’ouvrir").check()
    page.get_by_label("J’ai regardé chaque nom").check()
    press(page.get_by_role("button", name="Voir d’abord les mails"))
    expect(page.get_by_role("alert")).to_contain_text("ni numéro de téléphone")

    page.get_by_label("La rendre avec des remarques").check()
    page.get_by_label("Ce que vous dites").fill("Enlevez le nom et le numéro.")
    press(page.get_by_role("button", name="Voir d’abord les mails"))
    expect(page.locator(".mail")).to_contain_text("Enlevez le nom et le numéro.")
    expect(page.locator(".mail")).to_contain_text(f"{SLUG}-lead@example.org")
    press(page.get_by_role("button", name="Décider et envoyer"))
    expect(page.locator("body")).to_contain_text("Les mails sont en route")
    assert "Enlevez le nom et le numéro." in text_of(outbox.last(f"{SLUG}-lead@example.org"))

    editor = signed_in(make_context, live_server, "Palabre", Role.EDITOR)
    editor.goto(live_server.at(f"/workspace/petitions/{SLUG}"))
    expect(editor.locator("main")).to_contain_text("Enlevez le nom et le numéro.")
    hand_in_again()

    open_it(page, live_server)
    visitor = make_context().new_page()
    visitor.goto(live_server.at(PUBLIC))
    expect(visitor.get_by_role("heading", level=1)).to_contain_text("Clear criteria (fr)")
    assert len(outbox) == 1

    other = signed_in(make_context, live_server, "Kora", Role.MODERATOR)
    other.goto(live_server.at(CASE))
    other.get_by_label("Plus personne à l’extérieur").check()
    other.get_by_label("Pourquoi").select_option("endangers")
    press(other.get_by_role("button", name="Voir d’abord les mails"))
    press(other.get_by_role("button", name="Décider sans mail"))
    expect(other.locator("main")).to_contain_text("Seul un administrateur")
    visitor = make_context().new_page()  # the first one's browser may keep what it has for seconds
    visitor.goto(live_server.at(PUBLIC))
    expect(visitor.locator("body")).not_to_contain_text("Clear criteria (fr)")

    page.goto(live_server.at(CASE))
    press(page.get_by_role("button", name="La rétablir telle qu’elle était"))
    press(page.get_by_role("button", name="Décider sans mail"))
    visitor.goto(live_server.at(PUBLIC))
    expect(visitor.get_by_role("heading", level=1)).to_contain_text("Clear criteria (fr)")


def test_notes_are_kept_while_one_writes_and_a_takeover_is_seen(
    make_context: MakeContext, live_server: LiveServer
) -> None:
    """Behaviours 58 and 111."""
    petition = make_submitted()
    page = signed_in(make_context, live_server, "Kora", Role.MODERATOR)
    page.goto(live_server.at(CASE))
    press(page.get_by_role("button", name="Je la relis"))
    for words in ("Demander la source.", "Demander la source. Demandée."):
        with page.expect_response("**/notes.json"):
            page.get_by_role("textbox", name="Notes").fill(words)
        expect(page.locator("form[data-keeps] [role=status]")).to_have_text("Gardé.")
    page.reload()
    expect(page.get_by_role("textbox", name="Notes")).to_have_value("Demander la source. Demandée.")

    other = signed_in(make_context, live_server, "Djembe", Role.MODERATOR)
    other.goto(live_server.at(CASE))
    expect(other.locator("main")).to_contain_text("Kora la relit depuis")
    press(other.get_by_role("button", name="La reprendre"))
    expect(page.locator("[data-changed]")).to_contain_text("Rouvrez la page", timeout=20_000)
    case = case_of(petition.id)
    assert case is not None
    assert case.notes == "Demander la source. Demandée."


@pytest.mark.parametrize(("language", "scheme"), [("fr", "light"), ("nl", "dark"), ("en", "light")])
def test_its_pages_are_open_to_all_and_fit(
    make_context: MakeContext, live_server: LiveServer, language: str, scheme: str
) -> None:
    make_submitted(waits=timedelta(days=12))
    reword(letter="Le gardien Dupont Exemple. Appelez le 0470 12 34 56.")
    page = signed_in(
        make_context,
        live_server,
        "Balafon",
        language=language,
        is_administrator=True,
        color_scheme=scheme,
    )
    for path in ("/workspace/moderation", "/workspace/moderation?q=nowhere", CASE,
                 f"/workspace/petitions/{SLUG}"):  # fmt: skip
        page.goto(live_server.at(path))
        check(page)
    page.goto(live_server.at(CASE))
    press(page.locator("form[action$='/claim'] button"))
    check(page)
    page.locator("input[value=return]").check()
    press(page.locator("form.form[action$='/preview'] button"))
    expect(page.get_by_role("alert").first).to_be_visible()
    check(page)
    page.locator("textarea[name=comment]").fill("Plus court.")
    press(page.locator("form.form[action$='/preview'] button"))
    check(page)
    press(page.locator("button[name=told][value=no]"))
    check(page)
    assert petition_now().state == "draft"


def check(page: Page) -> None:
    """Fits a desk, a phone and the narrowest one, and nobody is shut out."""
    for size in (DESKTOP, PHONE, NARROW):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        check_fits(page)
    check_accessibility(page)
