"""An organiser's afternoon, in a real browser: from the overview to one petition, a margin that
visitors read, what an office wrote about a rule, and the evidence taken away."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from campaign.accounts.permissions import Role
from campaign.core import clock as product_clock
from campaign.core.db import db, transaction
from campaign.petitions.models import OfficialAnswer, Petition
from campaign.petitions.operations.counting import record_official_count
from campaign.petitions.queries.petitions import petition_by_slug
from campaign.thresholds.instruments import instrument
from tests.factories.accounts import SESSION_COOKIE, make_account, signed_in_token
from tests.factories.petitions import NOON, make_organisation, make_petition
from tests.pages.browser import (
    DESKTOP,
    PHONE,
    LiveServer,
    MakeContext,
    check_accessibility,
    check_fits,
)

pytestmark = pytest.mark.browser
SLUG = "clear-criteria"
RULE = instrument("be-chamber-hearing", NOON.date())
WHY = "À Namur, un tiers des formulaires étaient illisibles."


def a_petition_under_way() -> Petition:
    """Open for forty days, counted every other week, with answers about the official platform."""
    now = product_clock.now()
    petition = make_petition(opens_at=now - timedelta(days=40), closes_at=now + timedelta(days=90))
    with transaction():
        for days, share in ((36, 1), (22, 2), (8, 4), (1, 5)):
            for stratum, count in (("VLG", 1000), ("WAL", 100), ("BRU", 300)):
                record_official_count(
                    petition=petition_by_slug(SLUG),  # type: ignore[arg-type]
                    channel="official_platform",
                    stratum=stratum,
                    count=count * share,
                    as_of=(now - timedelta(days=days)).date(),
                    actor="test",
                    now=now,
                )
        for step, browser, count in (("", "firefox", 2), ("itsme", "safari", 1)):
            db.session.add(
                OfficialAnswer(
                    petition_id=petition.id,
                    day=(now - timedelta(days=2)).date(),
                    channel="official_platform",
                    step=step,
                    browser=browser,
                    language="fr",
                    count=count,
                )
            )
    return petition


def coordinator(context: BrowserContext, live_server: LiveServer, language: str) -> Page:
    """A page of a browser in which a coordinator has signed in."""
    account = make_account(
        "Palabre",
        Role.COORDINATOR,
        organisation=make_organisation(f"{SLUG}-lead"),
        language=language,
        now=product_clock.now(),
    )
    token = signed_in_token(account, now=product_clock.now())
    context.add_cookies([{"name": SESSION_COOKIE, "value": token, "url": live_server.url}])
    return context.new_page()


def test_a_coordinator_plans_confirms_and_takes_evidence_away(
    make_context: MakeContext, live_server: LiveServer, tmp_path: Path
) -> None:
    a_petition_under_way()
    page = coordinator(make_context(java_script_enabled=False), live_server, "fr")
    page.goto(live_server.at("/workspace"))
    page.get_by_role("link", name="Clear criteria (fr)", exact=True).click()
    expect(page.locator("main")).to_contain_text("Wallonie")
    page.get_by_role("link", name="La marge").click()
    page.get_by_label("Marge, en pour cent").fill("300")
    page.get_by_label("Pourquoi").fill(WHY)
    page.get_by_role("button", name="Fixer la marge").click()
    expect(page.get_by_role("alert")).to_contain_text("de 0 à 100")
    expect(page.get_by_label("Pourquoi")).to_have_value(WHY)
    page.get_by_label("Marge, en pour cent").fill("35")
    page.get_by_role("button", name="Fixer la marge").click()
    expect(page.get_by_role("table", name="Marges jusqu’ici")).to_contain_text("Palabre")
    page.goto(live_server.at(f"/fr/petitions/{SLUG}"))
    expect(page.locator("#tracker")).to_contain_text(WHY)

    page.goto(live_server.at("/workspace"))
    page.get_by_role("link", name="Règles légales").click()
    page.locator(f"main a[href$='{RULE.id}/{RULE.version}']").click()
    page.get_by_role("link", name="Combien de temps on peut collecter").click()
    page.get_by_label("Ce que le service a écrit").fill("Douze mois.")
    page.get_by_label("Quel service").fill("Greffe de la Chambre")
    page.get_by_label("Date du document").fill("2026-02-20")
    page.get_by_label("Le document").fill("Lettre 2026/12")
    page.get_by_role("button", name="Encoder la confirmation").click()
    expect(page.locator("main")).to_contain_text("confirmé par écrit")
    page.get_by_role("link", name="La page que voient les visiteurs").click()
    expect(page.locator("main")).to_contain_text("Douze mois.")
    expect(page.locator("main")).to_contain_text("Greffe de la Chambre")

    page.goto(live_server.at(f"/workspace/petitions/{SLUG}"))
    page.get_by_role("link", name="Preuves").click()
    page.get_by_role("button", name="Afficher").click()
    expect(page.locator("main")).to_contain_text("Safari")
    for name, ending in (("PDF, à remettre", "pdf"), ("CSV, pour un tableur", "csv")):
        with page.expect_download() as taken:
            page.get_by_role("button", name=name).click()
        assert re.fullmatch(rf"{SLUG}-.*\.{ending}", taken.value.suggested_filename)
        taken.value.save_as(tmp_path / ending)
    assert (tmp_path / "pdf").read_bytes().startswith(b"%PDF")
    assert "safari" in (tmp_path / "csv").read_text()


@pytest.mark.parametrize(("language", "scheme"), [("fr", "light"), ("nl", "dark"), ("en", "light")])
def test_its_pages_are_open_to_all_and_fit_a_phone(
    make_context: MakeContext, live_server: LiveServer, language: str, scheme: str
) -> None:
    a_petition_under_way()
    page = coordinator(make_context(color_scheme=scheme), live_server, language)
    here = f"/workspace/petitions/{SLUG}"
    rule = f"/workspace/instruments/{RULE.id}/{RULE.version}"
    for path in (
        here, f"{here}/margin", f"{here}/evidence", "/workspace/instruments", rule,
        "/workspace/retention",
    ):  # fmt: skip
        page.goto(live_server.at(path))
        _check(page)
    page.goto(live_server.at(f"{here}/margin"))
    page.get_by_role("textbox").first.fill("")
    page.evaluate("document.querySelector('main form').noValidate = true")
    page.locator("main form button").click()
    expect(page.get_by_role("alert")).to_be_visible()
    _check(page)
    page.goto(live_server.at(f"{here}/evidence"))
    page.locator("main form button").click()
    expect(page.locator("main")).to_contain_text("Safari")
    page.locator("summary").click()
    _check(page)


def _check(page: Page) -> None:
    for size in (DESKTOP, PHONE):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        check_fits(page)
    check_accessibility(page)
