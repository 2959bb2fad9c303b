"""An update in two languages: tried on oneself, sent, paused, gone on with, done; a signatory who has
had enough stops the mails with one click."""

from collections.abc import Iterator
from email.message import EmailMessage

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from campaign.accounts.permissions import Role
from campaign.core import clock as product_clock
from campaign.core.db import transaction
from campaign.outbox.delivery import Delivery
from campaign.petitions import mails
from campaign.petitions.mails.updates import KIND
from campaign.petitions.operations import sending, updates
from tests.factories.petitions import make_petition, signatures
from tests.factories.updates import make_update, say_yes, schedule, work
from tests.journeys.test_an_organiser_stops_false_signatures import officer_page
from tests.mail_server import MailServer, delivery_to, running_mail_server
from tests.mailbox import Outbox, links_in, text_of
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


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    with running_mail_server() as server:
        yield server


@pytest.fixture
def delivery(app: Flask, mail_server: MailServer) -> Iterator[Delivery]:
    """A worker's delivery to that server."""
    made = delivery_to(mail_server, app, lambda: True)
    yield made
    made.close()


def arrive(delivery: Delivery, mail_server: MailServer) -> None:
    """Everything that waits leaves, and is forgotten here."""
    while delivery.deliver_batch():
        pass
    mail_server.accepted.clear()


def write_in_two_languages(desk: Page) -> str:
    """From the petition's page to a draft with two texts; its address."""
    press(desk.get_by_role("link", name="Nouvelles par mail"))
    expect(desk.locator("main")).to_contain_text("Aucune encore")
    press(desk.get_by_role("button", name="Commencer un brouillon"))
    own = desk.url.partition("?")[0]
    for language, subject in (("Français", "La commission écoute"), ("Nederlands", "Men luistert")):
        press(desk.get_by_role("link", name=language))
        desk.get_by_label("Objet").fill(subject)
        desk.get_by_label("Texte").fill("**Mardi** à dix heures.\n\n- [Lire](https://example.org)")
        press(desk.get_by_role("button", name="Enregistrer"))
        expect(desk.locator("main strong").first).to_have_text("Mardi")
        press(desk.get_by_role("link", name="Retour à la nouvelle"))
    expect(desk.locator("main")).to_contain_text("Elle atteint 6 personnes")
    return own


def try_on_oneself(desk: Page, outbox: Outbox) -> None:
    """The trial goes to one's own mailbox and to no other."""
    press(desk.get_by_role("button", name="M’envoyer un essai"))
    trials = outbox.mails(kind=KIND)
    assert [mail["To"] for mail in trials] == ["palabre@example.org"] * 2, "one for each language"
    assert "essai" in text_of(trials[0])


def stop_by_the_link(visitor: Page, server: LiveServer, mail: EmailMessage) -> None:
    """Somebody presses the link at the foot of the mail, then the button."""
    link = next(each for each in links_in(mail) if "/unsubscribe/" in each)
    visitor.goto(server.at("/" + link.split("/", 3)[3]))
    press(visitor.locator("main form button"))
    expect(visitor.locator("h1")).to_be_visible()


def test_from_the_first_word_to_the_last_mail_and_two_who_stop(
    make_context: MakeContext, live_server: LiveServer, delivery: Delivery,
    mail_server: MailServer, outbox: Outbox, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """Behaviours 75 to 80."""
    monkeypatch.setattr(sending, "WAITING_AT_MOST", 4)
    now = product_clock.now()
    lead = make_petition(updates=True, opens_at=now, closes_at=None).carriers[0].organisation_id
    for number in range(6):
        say_yes(f"p{number}@example.org", now=now, language="nl" if number % 2 else "fr")
    arrive(delivery, mail_server)

    desk = officer_page(make_context, live_server, Role.COORDINATOR, java_script_enabled=False)
    desk.goto(live_server.at(HUB))
    own = write_in_two_languages(desk)
    try_on_oneself(desk, outbox)
    arrive(delivery, mail_server)

    desk.locator("[name=is_public]").check(force=True)
    press(desk.get_by_role("button", name="Faire partir"))
    expect(desk.locator("main")).to_contain_text("Elle part le")
    work(product_clock.now())
    delivery.deliver_batch(limit=2)
    desk.goto(own)
    expect(desk.get_by_role("progressbar")).to_be_visible()
    press(desk.get_by_role("button", name="Mettre en pause"))
    assert delivery.deliver_batch() == 0

    visitor = make_context(java_script_enabled=False, viewport=PHONE).new_page()
    stop_by_the_link(visitor, live_server, mail_server.mails()[0])
    stop = mails.unsubscribe_token(signatures()[-1].ref, lead)
    one_click = visitor.request.post(
        live_server.at(f"/fr/unsubscribe/{stop}"), form={"List-Unsubscribe": "One-Click"}
    )
    assert one_click.status == 200

    press(desk.get_by_role("button", name="Continuer"))
    for _turn in range(4):
        work(product_clock.now())
        while delivery.deliver_batch():
            pass
    desk.goto(own)
    expect(desk.locator("h1 + .tag")).to_have_text("envoyée")
    expect(desk.locator("main")).to_contain_text("Acceptés par le serveur de mail")
    recipients = mail_server.recipients
    assert len(recipients) == len(set(recipients)) == 5, "nobody twice, and not the one who stopped"
    visitor.goto(live_server.at("/fr/petitions/clear-criteria/updates"))
    expect(visitor.locator("h2").first).to_have_text("La commission écoute")


@pytest.mark.parametrize("language", ["fr", "nl", "en"])
def test_every_page_is_open_to_all_and_fits_a_phone(
    make_context: MakeContext, live_server: LiveServer, language: str
) -> None:
    now = product_clock.now()
    make_petition(updates=True, opens_at=now, closes_at=None)
    for number in range(2):
        say_yes(f"p{number}@example.org", now=now)
    sent, draft = make_update(), make_update({"fr": ("Objet", "Appelez le 0470 00 00 00.")})
    schedule(sent, at=now, is_public=True, now=now)
    work(now)
    with transaction():
        updates.pause(sent, actor="test", now=now)
    scheme = "dark" if language == "nl" else "light"
    page = officer_page(
        make_context, live_server, Role.COORDINATOR, language=language, color_scheme=scheme
    )
    own = f"{HUB}/updates"
    public = "ar" if language == "en" else language
    for path in (
        own, f"{own}/{sent}", f"{own}/{draft}", f"{own}/{draft}/fr", f"{own}/{draft}/ar",
        f"/{public}/petitions/clear-criteria/updates",
    ):  # fmt: skip
        for size in (DESKTOP, PHONE):
            page.set_viewport_size(size)  # type: ignore[arg-type]
            page.goto(live_server.at(path))
            check_fits(page)
        check_accessibility(page)
