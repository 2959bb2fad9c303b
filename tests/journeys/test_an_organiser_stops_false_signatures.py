"""A data officer sees a burst, counts what a check would take, looks, starts it, and gives all back."""

import re
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from campaign.accounts.permissions import OF_AN_ORGANISATION, Role
from campaign.core import clock as product_clock
from campaign.core.db import db, transaction
from campaign.partners.queries import organisation_by_slug
from campaign.petitions import jobs
from campaign.petitions.models import Burst, Signature
from campaign.petitions.operations import blocking
from tests.factories.accounts import SESSION_COOKIE, make_account, signed_in_token
from tests.factories.checks import make_check, make_robots, work
from tests.factories.petitions import (
    make_confirmed,
    make_petition,
    queued_kinds,
    signatures,
)
from tests.pages.browser import (
    DESKTOP,
    PHONE,
    LiveServer,
    MakeContext,
    check_accessibility,
    check_fits,
)

pytestmark = pytest.mark.browser
PUBLIC = "/fr/petitions/clear-criteria"
ABUSE = "/workspace/petitions/clear-criteria/abuse"


def now() -> datetime:
    return product_clock.now()


def make_attack() -> None:
    """People over the last days, then eight robots within a few minutes; noticed as the worker does it
    for the many that a burst takes in life."""
    moment = now()
    petition = make_petition(
        opens_at=moment - timedelta(days=10), closes_at=moment + timedelta(days=9)
    )
    for number, code in enumerate(["9000", "4000", "1000"] * 2):
        make_confirmed(
            email=f"t{number}@example.org", postal_code=code, now=moment - timedelta(days=2)
        )
    make_robots(8, now=moment - timedelta(minutes=5))
    with transaction():
        db.session.add(
            Burst(
                petition_id=petition.id,
                kind="domain",
                subject="robots.example",
                starts_at=moment - timedelta(minutes=10),
                ends_at=moment + timedelta(minutes=1),
                measured=8,
                expected=1,
                action="harder_sum",
                action_until=moment + timedelta(hours=1),
                noticed_at=moment,
                explanation="",
            )
        )
    jobs.fold_tallies(moment)


def officer_page(
    make_context: MakeContext, live_server: LiveServer, *roles: Role, **settings: object
) -> Page:
    """A browser in which the data officer has signed in."""
    place = organisation_by_slug("clear-criteria-lead")
    language = str(settings.pop("language", "fr"))
    is_administrator = bool(settings.pop("is_administrator", False))
    account = make_account(
        "Palabre",
        *(roles or (Role.OFFICER,)),
        organisation=place,
        is_administrator=is_administrator,
        language=language,
        now=now(),
    )
    context = make_context(**settings)
    token = signed_in_token(account, now=now())
    context.add_cookies([{"name": SESSION_COOKIE, "value": token, "url": live_server.url}])
    return context.new_page()


def public_count(page: Page, live_server: LiveServer) -> int:
    answer = page.request.get(live_server.at(f"{PUBLIC}/count.json"))
    found: int = answer.json()["support"]
    return found


def test_a_burst_is_noticed_counted_looked_at_refused_and_given_back(
    make_context: MakeContext, live_server: LiveServer
) -> None:
    """Behaviours 66 to 71."""
    make_attack()
    mails = queued_kinds()
    page = officer_page(make_context, live_server)
    assert public_count(page, live_server) == 14
    page.goto(live_server.at("/workspace"))
    page.get_by_role("link", name="Fausses signatures").click()
    expect(page.locator("main")).to_contain_text("1 affluence à regarder")
    page.get_by_role("link", name=re.compile("Affluences et contrôles")).click()
    expect(page.locator("main")).to_contain_text("robots.example")
    check_accessibility(page)
    page.get_by_role("link", name=re.compile("Remplir un contrôle")).click()
    expect(page.get_by_label("Domaine de mail")).to_have_value("robots.example")
    page.get_by_label("Pourquoi, sans nommer personne").fill(
        "beaucoup de pareilles, en dix minutes"
    )
    page.get_by_role("button", name="Compter ce que cela trouverait").click()
    expect(page.get_by_role("progressbar")).to_be_visible()
    check_accessibility(page)
    work(now())
    # the page sees by itself that the worker is done
    expect(page.locator("main")).to_contain_text("Il trouve 8 signatures.")
    expect(page.locator("table")).to_contain_text("Flandre")
    assert public_count(page, live_server) == 14
    page.get_by_role("button", name="Montrer les premières").click()
    expect(page.locator("tbody tr")).to_have_count(9)
    expect(page.locator("main")).to_contain_text("r…@robots.example")
    expect(page.locator("main")).not_to_contain_text("Exemple")
    check_accessibility(page)
    page.get_by_role("button", name="Ne plus les compter").click()
    expect(page.get_by_role("progressbar")).to_be_visible()
    work(now())
    expect(page.locator("main")).to_contain_text("8 signatures ne comptent plus.")
    check_accessibility(page)
    assert public_count(page, live_server) == 6
    assert {s.state for s in signatures() if s.email and "robots" in s.email} == {"invalidated"}
    page.get_by_role("button", name="Les rendre toutes").click()
    expect(page.get_by_role("progressbar")).to_be_visible()
    work(now())
    expect(page.locator("main")).to_contain_text("Toutes sont redevenues")
    assert public_count(page, live_server) == 14
    assert queued_kinds() == mails


def test_a_person_is_answered_without_javascript(
    make_context: MakeContext, live_server: LiveServer
) -> None:
    make_attack()
    page = officer_page(make_context, live_server, java_script_enabled=False, viewport=PHONE)
    page.goto(live_server.at("/workspace/abuse"))
    page.get_by_role("link", name=re.compile("Répondre à une personne")).click()
    page.get_by_label("E-mail").fill("t1@example.org")
    page.get_by_role("button", name="Trouver").click()
    expect(page.locator("main")).to_contain_text("1 signature trouvée")
    check_fits(page)
    page.get_by_role("checkbox").check(force=True)
    page.get_by_role("button", name="La personne le demande").click()
    expect(page.locator("main")).to_contain_text("ne peut être défait")
    page.get_by_role("button", name="Retirer et effacer").click()
    expect(page.locator("body")).to_contain_text("Retirée, comme la personne l’a demandé")
    db.session.rollback()
    taken = db.session.scalars(db.select(Signature).where(Signature.state == "withdrawn")).all()
    assert [each.email for each in taken] == [None]


@pytest.mark.parametrize("language", ["fr", "nl", "en"])
def test_every_page_is_open_to_all_and_fits_a_phone(
    make_context: MakeContext, live_server: LiveServer, language: str
) -> None:
    make_attack()
    check = make_check(now=now())
    with transaction():
        blocking.block("@robots.example", reason="robots", now=now(), actor="test")
    page = officer_page(
        make_context,
        live_server,
        *OF_AN_ORGANISATION,
        is_administrator=True,
        language=language,
        color_scheme="dark" if language == "nl" else "light",
    )
    for path in (
        "/workspace/abuse", ABUSE, f"{ABUSE}/{check}",
        "/workspace/petitions/clear-criteria/signatures", "/workspace/domains",
    ):  # fmt: skip
        for size in (DESKTOP, PHONE):
            page.set_viewport_size(size)  # type: ignore[arg-type]
            page.goto(live_server.at(path))
            check_fits(page)
        check_accessibility(page)
