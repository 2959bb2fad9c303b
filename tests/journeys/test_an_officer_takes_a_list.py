"""A data officer asks for a list of those who said yes and takes it away; who is in it reads so; and two
people in two browsers close an organisation in an emergency."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from campaign.accounts.models import Account
from campaign.accounts.permissions import OF_AN_ORGANISATION, Role
from campaign.core import clock as product_clock
from campaign.petitions import jobs, mails
from campaign.petitions.queries.petitions import petition_by_slug
from tests.factories.accounts import PASSWORD, SESSION_COOKIE, make_account, signed_in_token
from tests.factories.exports import ask, lead, make_yes, prepare, sheets_of
from tests.factories.petitions import make_confirmed, make_petition, signatures
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
HUB = "/workspace/petitions/clear-criteria"


def browser_of(
    account: Account, make_context: MakeContext, live_server: LiveServer, **settings: object
) -> Page:
    """A browser in which somebody signed in a while ago: a dangerous act asks again."""
    context = make_context(**settings)
    signed_in = product_clock.now() - timedelta(minutes=30)
    token = signed_in_token(account, now=signed_in)
    context.add_cookies([{"name": SESSION_COOKIE, "value": token, "url": live_server.url}])
    return context.new_page()


def make_people() -> None:
    now = product_clock.now()
    make_petition(
        updates=True, opens_at=now - timedelta(days=1), closes_at=now + timedelta(days=30)
    )
    for number in range(3):
        make_yes(f"yes{number}@example.org", now=now)
    make_confirmed(email="no@example.org", now=now)


def confirm_again(page: Page) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text("Est-ce toujours vous\u202f?")
    page.locator("input[type=password]").fill(PASSWORD)


@pytest.mark.parametrize("has_javascript", [True, False])
def test_a_list_is_asked_for_prepared_taken_and_told(
    make_context: MakeContext, live_server: LiveServer, tmp_path: Path, has_javascript: bool
) -> None:
    make_people()
    officer = make_account("Palabre", Role.OFFICER, organisation=lead(), language="fr")
    page = browser_of(officer, make_context, live_server, java_script_enabled=has_javascript)
    page.goto(live_server.at(HUB))
    press(page.get_by_role("link", name=re.compile("Ceux qui ont dit oui")))
    expect(page.locator("main")).to_contain_text("3 personnes disent oui")
    page.get_by_label("À quoi sert la liste").fill("Notre bulletin, une fois par mois.")
    press(page.get_by_role("button", name="Préparer la liste"))
    confirm_again(page)
    press(page.get_by_role("button", name="Continuer"))
    expect(page.get_by_role("progressbar")).to_be_visible()
    jobs.advance_exports(product_clock.now())
    if not has_javascript:
        press(page.get_by_role("link", name="Voir où il en est maintenant"))
    expect(page.get_by_role("button", name="Classeur (.xlsx)")).to_be_visible()
    with page.expect_download() as taking:
        page.get_by_role("button", name="Classeur (.xlsx)").click()
    taken = taking.value
    assert "clear-criteria_clear-criteria-lead_said-yes-to-mails" in taken.suggested_filename
    taken.save_as(tmp_path / "list.xlsx")
    lines, removals = sheets_of((tmp_path / "list.xlsx").read_bytes()).values()
    assert {line[3] for line in lines} == {f"yes{number}@example.org" for number in range(3)}
    assert removals == []
    own, other = signatures()[0], signatures()[3]
    visitor = make_context().new_page()
    visitor.goto(live_server.at(f"/fr/signature/{mails.rights_token(own.ref)}"))
    expect(visitor.locator("main")).to_contain_text("The clear-criteria-lead")
    expect(visitor.locator("main")).to_contain_text("Notre bulletin, une fois par mois.")
    check_accessibility(visitor)
    visitor.goto(live_server.at(f"/fr/signature/{mails.rights_token(other.ref)}"))
    expect(visitor.locator("main")).not_to_contain_text("Qui a votre nom et votre adresse")


def test_two_people_in_two_browsers_close_an_organisation(
    make_context: MakeContext, live_server: LiveServer
) -> None:
    make_people()
    first = make_account("Palabre", Role.COORDINATOR, organisation=lead(), language="fr")
    second = make_account("Étoile", Role.OFFICER, organisation=lead(), language="fr")
    one = browser_of(first, make_context, live_server)
    other = browser_of(second, make_context, live_server, viewport=PHONE)
    one.goto(live_server.at("/workspace"))
    press(one.get_by_role("link", name="En cas d’urgence"))
    expect(one.get_by_role("heading", level=1)).to_have_text("En cas d’urgence")
    one.get_by_label("Quoi fermer").select_option(label="The clear-criteria-lead")
    one.get_by_label("Que s’est-il passé").fill("Un ordinateur avec nos accès a été volé.")
    press(one.get_by_role("button", name="Demander à une deuxième personne"))
    confirm_again(one)
    press(one.get_by_role("button", name="Continuer"))
    expect(one.locator("main")).to_contain_text("Attend une deuxième personne")
    expect(one.get_by_role("button", name=re.compile("Confirmer"))).to_have_count(0)
    other.goto(live_server.at("/workspace/emergencies"))
    expect(other.locator("main")).to_contain_text("Un ordinateur avec nos accès a été volé.")
    press(other.get_by_role("button", name=re.compile("Confirmer")))
    confirm_again(other)
    press(other.get_by_role("button", name="Continuer"))
    expect(other.locator("main")).to_contain_text("L’organisation est cachée au public.")
    found = other.request.get(live_server.at("/fr/petitions/clear-criteria"))
    assert found.status == 404
    check_accessibility(other)
    check_fits(other)


@pytest.mark.parametrize("language", ["fr", "nl", "en"])
def test_every_page_is_open_to_all_and_fits_a_phone(
    make_context: MakeContext, live_server: LiveServer, language: str
) -> None:
    make_people()
    account = make_account(
        "Palabre",
        *OF_AN_ORGANISATION,
        organisation=lead(),
        language=language,
        is_administrator=True,
    )
    number = ask(account.actor, now=product_clock.now()).id
    prepare(product_clock.now())
    assert petition_by_slug("clear-criteria") is not None
    theme = "dark" if language == "nl" else "light"
    page = browser_of(account, make_context, live_server, color_scheme=theme)
    for path in (
        f"{HUB}/exports", f"{HUB}/exports/{number}", "/workspace/emergencies",
        "/workspace/audit", "/workspace/account/mails", "/workspace/administrators",
        "/workspace/organisations/clear-criteria-lead/held",
    ):  # fmt: skip
        for size in (DESKTOP, PHONE):
            page.set_viewport_size(size)  # type: ignore[arg-type]
            page.goto(live_server.at(path))
            check_fits(page)
        check_accessibility(page)
