"""Paper and official counts in a real browser: a batch goes out, comes back and is counted; a large
count waits for a second person; the public page shows each apart; the pack is taken away."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from campaign.accounts.permissions import Role
from campaign.core import clock as product_clock
from campaign.core.db import transaction
from campaign.petitions.operations.counting import record_official_count
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
SLUG = "clear-criteria"
HERE = f"/workspace/petitions/{SLUG}"


def somebody(
    make_context: MakeContext, live_server: LiveServer, name: str, role: Role, **settings: object
) -> Page:
    """A browser in which this person has signed in."""
    language = str(settings.pop("language", "fr"))
    account = make_account(
        name,
        role,
        organisation=make_organisation(f"{SLUG}-lead"),
        language=language,
        now=product_clock.now(),
    )
    token = signed_in_token(account, now=product_clock.now())
    context = make_context(**settings)
    context.add_cookies([{"name": SESSION_COOKIE, "value": token, "url": live_server.url}])
    return context.new_page()


def a_petition() -> None:
    """Open for a month, with an official count of last week."""
    now = product_clock.now()
    make_petition(
        opens_at=now - timedelta(days=30),
        closes_at=now + timedelta(days=60),
        is_demonstration=False,
    )
    petition = petition_by_slug(SLUG)
    assert petition is not None
    with transaction():
        record_official_count(
            petition=petition,
            channel="official_platform",
            stratum="VLG",
            count=9_000,
            as_of=(now - timedelta(days=7)).date(),
            source_label="Page de la pétition",
            actor="test",
            now=now,
        )


def day(days_ago: int) -> str:
    return (product_clock.now() - timedelta(days=days_ago)).date().isoformat()


def test_paper_and_official_counts_are_entered_approved_and_shown_apart(
    make_context: MakeContext, live_server: LiveServer, tmp_path: Path
) -> None:
    a_petition()
    page = somebody(
        make_context, live_server, "Palabre", Role.COORDINATOR, java_script_enabled=False
    )
    page.goto(live_server.at(HERE))
    press(page.get_by_role("link", name="Papier", exact=True))
    page.get_by_label("Parti le").fill(day(6))
    page.get_by_label("Où il va").fill("Marché de Namur")
    page.get_by_label("Qui l’a").fill("une bénévole")
    press(page.get_by_role("button", name="L’inscrire au registre"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Lot 1")
    page.get_by_label("Quel jour").first.fill(day(2))
    press(page.get_by_role("button", name="Noter qu’il est revenu"))
    page.get_by_label("Flandre").fill("320")
    page.get_by_label("Wallonie").fill("45")
    page.get_by_label("la signature manque").fill("4")
    press(page.get_by_role("button", name="Sceller le comptage"))
    expect(page.get_by_role("heading", name="Sceau")).to_be_visible()

    page.goto(live_server.at(HERE))
    press(page.get_by_role("link", name="Chiffres officiels"))
    page.get_by_label("Flandre").fill("14 400")
    page.get_by_label("Bruxelles").fill("120")
    page.get_by_label("Où vous l’avez lu").fill("Page de la pétition, à la Chambre")
    press(page.get_by_role("button", name="Encoder les chiffres"))
    expect(page.locator("main")).to_contain_text("de 9\u202f000 à 14\u202f400")
    expect(page.get_by_role("button", name=re.compile("approuver"))).to_have_count(0)

    visitor = make_context(java_script_enabled=False).new_page()
    visitor.goto(live_server.at(f"/fr/petitions/{SLUG}"))
    expect(visitor.locator("#tracker")).not_to_contain_text("14\u202f400")

    second = somebody(make_context, live_server, "Étoile", Role.OFFICER, java_script_enabled=False)
    second.goto(live_server.at(f"{HERE}/counts"))
    press(second.get_by_role("button", name=re.compile("C’est juste")))
    expect(second.locator("main")).to_contain_text("approuvé par Étoile")
    visitor.goto(live_server.at(f"/fr/petitions/{SLUG}?again"))
    expect(visitor.locator("#tracker")).to_contain_text("14\u202f400")
    expect(visitor.locator("#tracker")).to_contain_text("320")
    expect(visitor.locator("main")).to_contain_text("pas encore contrôlé par l’autorité")

    second.goto(live_server.at(f"{HERE}/hand-over"))
    for name, ending in (("PDF, à imprimer et signer", "pdf"), ("CSV, avec chaque sceau", "csv")):
        with second.expect_download() as taken:
            second.get_by_role("button", name=name).click()
        assert re.fullmatch(rf"{SLUG}-.*-fr\.{ending}", taken.value.suggested_filename)
        taken.value.save_as(tmp_path / ending)
    assert (tmp_path / "pdf").read_bytes().startswith(b"%PDF")
    table = (tmp_path / "csv").read_text()
    assert "VLG,official_paper,added_by_the_rule,100" in table
    assert "14720" not in table, "nothing is added"


@pytest.mark.parametrize(("language", "scheme"), [("fr", "light"), ("nl", "dark"), ("en", "light")])
def test_its_pages_are_open_to_all_and_fit_a_phone(
    make_context: MakeContext, live_server: LiveServer, language: str, scheme: str
) -> None:
    a_petition()
    page = somebody(
        make_context, live_server, "Palabre", Role.COORDINATOR, language=language,
        color_scheme=scheme,
    )  # fmt: skip
    page.goto(live_server.at(f"{HERE}/paper"))
    page.locator("#place").fill("Namur")
    press(page.locator("main form button"))
    for path in ("counts", "paper", "paper/1", "hand-over", "stages", "stages?stage=hearing"):
        page.goto(live_server.at(f"{HERE}/{path}"))
        for size in (DESKTOP, PHONE):
            page.set_viewport_size(size)  # type: ignore[arg-type]
            check_fits(page)
        check_accessibility(page)
    page.goto(live_server.at(f"{HERE}/paper/1"))
    page.keyboard.press("Tab")
    expect(page.locator("a.skip")).to_be_focused()
