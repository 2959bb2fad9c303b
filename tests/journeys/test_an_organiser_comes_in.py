"""An organiser's first evening, in a real browser: invited, signed in with two proofs, a passkey,
and a session ended from afar."""

import re
from datetime import datetime
from typing import Any

import pyotp
import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from campaign.accounts import queries
from campaign.accounts.permissions import OF_AN_ORGANISATION, Role
from campaign.core import clock as product_clock
from campaign.core.db import db, transaction
from campaign.partners.operations import open_organisation
from tests.factories.accounts import PASSWORD, SESSION_COOKIE, make_account, signed_in_token
from tests.factories.petitions import make_organisation, make_petition
from tests.mailbox import Outbox, links_in
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
PHRASE = "une phrase à moi, assez longue"


def now() -> datetime:
    return product_clock.now()


def app_code(page: Page) -> str:
    """What the person's app shows, having been told the secret on the page."""
    secret = page.locator(".secret").inner_text().replace(" ", "")
    return pyotp.TOTP(secret).at(now())


def test_invited_by_mail_an_organiser_sets_up_both_proofs_and_signs_in_again(
    page: Page, live_server: LiveServer, outbox: Outbox
) -> None:
    with transaction():
        open_organisation(
            name="Collectif du quartier",
            language="fr",
            coordinator_email="new@example.org",
            actor="test",
            inviter="Palabre",
            now=now(),
        )
    link = next(each for each in links_in(outbox.last("new@example.org")) if "/invitation/" in each)
    page.goto(live_server.at(link))
    check_accessibility(page)
    expect(page.locator("h1")).to_contain_text("Collectif du quartier")
    page.get_by_label("Nom").fill("Étoile")
    page.get_by_label("Nouveau mot de passe").fill(PHRASE)
    press(page.locator("main").get_by_role("button"))
    check_accessibility(page)
    check_fits(page)
    used = app_code(page)
    page.get_by_label("Code").fill(used)
    page.get_by_role("button", name="Activer").click()
    codes = page.locator(".codes li").all_inner_texts()
    assert len(set(codes)) == 10
    check_accessibility(page)
    page.get_by_role("link", name="Je les ai").click()
    expect(page.locator("h1")).to_have_text("Bonjour Étoile")
    page.get_by_role("button", name="Se déconnecter").click()
    page.get_by_label("E-mail").fill("new@example.org")
    page.get_by_label("Mot de passe").fill(PHRASE)
    page.locator("main").get_by_role("button").click()
    page.get_by_label("Code").fill(used)
    page.locator("main").get_by_role("button").click()
    # Too old by then on a slow machine, which is refused in other words.
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_label("Code").fill(codes[0])
    page.locator("main").get_by_role("button").click()
    expect(page.locator("h1")).to_have_text("Bonjour Étoile")


def test_a_session_is_ended_from_another_browser(
    make_context: MakeContext, live_server: LiveServer
) -> None:
    account = make_account(now=now(), language="fr")
    pages = []
    for _browser in range(2):
        context = make_context()
        cookie = {"name": SESSION_COOKIE, "value": signed_in_token(account, now=now())}
        context.add_cookies([{**cookie, "url": live_server.url}])  # type: ignore[list-item]
        pages.append(context.new_page())
    here, there = pages
    there.goto(live_server.at("/workspace"))
    here.goto(live_server.at("/workspace/account"))
    here.locator("main").get_by_role("button", name=re.compile("Se déconnecter")).click()
    expect(here.locator("main")).not_to_contain_text("partout ailleurs")
    there.reload()
    expect(there).to_have_url(re.compile("/workspace/sign-in"))


def test_a_passkey_is_made_and_opens_the_door(
    browser: Browser, live_server: LiveServer, app: Flask
) -> None:
    """Web Authentication knows names of hosts only, hence localhost; the key is Chromium's own."""
    account = make_account(now=now(), has_factor=False, language="fr")
    origin = live_server.url.replace("127.0.0.1", "localhost")
    context = browser.new_context(base_url=origin, locale="fr-BE")
    page = context.new_page()
    devices = context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    key: dict[str, Any] = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
    }
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": key})
    _sign_in(page, account.email)
    page.goto("/workspace/account/passkeys")
    page.get_by_label("Comment vous l’appelez").fill("Mon ordinateur")
    page.get_by_role("button", name="Ajouter une clé d’accès").click()
    expect(page.locator(".codes li")).to_have_count(10)
    page.goto("/workspace/account/passkeys")
    expect(page.locator("main")).to_contain_text("Mon ordinateur")
    page.get_by_role("button", name="Se déconnecter").click()
    _sign_in(page, account.email)
    page.get_by_role("button", name="Utiliser une clé d’accès").click()
    expect(page.locator("h1")).to_have_text("Bonjour Palabre")
    db.session.rollback()
    [session] = queries.sessions_of(account.id, now=now())
    assert session.second_factor_at is not None
    context.close()


def _sign_in(page: Page, email: str) -> None:
    page.goto("/workspace/sign-in")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.locator("main").get_by_role("button").click()
    page.wait_for_url(re.compile(r"/workspace($|/sign-in/second-factor)"))


@pytest.mark.parametrize("language", ["fr", "nl", "en"])
def test_every_page_is_open_to_all_and_fits_a_phone(
    make_context: MakeContext, live_server: LiveServer, language: str
) -> None:
    make_petition()
    place = make_organisation("clear-criteria-lead")
    account = make_account(
        "Palabre",
        *OF_AN_ORGANISATION,
        organisation=place,
        is_administrator=True,
        language=language,
        now=now(),
    )
    other = make_account("Étoile", Role.EDITOR, organisation=place, now=now())
    context = make_context(color_scheme="dark" if language == "nl" else "light")
    token = signed_in_token(account, now=now())
    context.add_cookies([{"name": SESSION_COOKIE, "value": token, "url": live_server.url}])
    page = context.new_page()
    here = f"/workspace/organisations/{place.slug}"
    for path in (
        "/workspace", "/workspace/organisations", here, f"{here}/edit", f"{here}/people/{other.id}",
        "/workspace/permissions", "/workspace/audit", "/workspace/account",
        "/workspace/account/passkeys", "/workspace/account/password", "/workspace/account/end",
        "/workspace/administrators", "/workspace/open-organisation",
        "/workspace/petitions/clear-criteria/coalition", "/workspace/petitions/clear-criteria",
    ):  # fmt: skip
        for size in (DESKTOP, PHONE):
            page.set_viewport_size(size)  # type: ignore[arg-type]
            page.goto(live_server.at(path))
            check_fits(page)
        check_accessibility(page)
