"""The whole of it, by one person who has never been here: an organisation is opened, a petition written
in two languages and published, paper and an official count entered, an update sent, a list taken away.
Without JavaScript, and through every page on the way."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from campaign.core import clock as product_clock
from campaign.outbox.delivery import Delivery
from campaign.petitions import jobs
from tests.factories.accounts import SESSION_COOKIE, make_account, signed_in_token
from tests.factories.exports import sheets_of
from tests.factories.updates import work
from tests.journeys.test_an_organisation_writes_to_those_who_said_yes import (
    arrive,
    delivery,
    mail_server,
)
from tests.journeys.test_an_organiser_comes_in import PHRASE, app_code
from tests.mail_server import MailServer
from tests.mailbox import Outbox, links_in
from tests.pages.browser import LiveServer, MakeContext, press
from tests.pages.petitions import SigningVisitor

__all__ = ["delivery", "mail_server"]
pytestmark = pytest.mark.browser
SLUG = "une-ecole-pour-chaque-enfant"
HUB = f"/workspace/petitions/{SLUG}"
MAILBOX = "new@example.org"


def button(page: Page, name: str) -> None:
    press(page.get_by_role("button", name=name, exact=True))


def link(page: Page, name: str) -> None:
    press(page.get_by_role("link", name=name).first)


def administrator(make_context: MakeContext, server: LiveServer) -> Page:
    account = make_account("Balafon", is_administrator=True, language="fr", now=product_clock.now())
    context = make_context(java_script_enabled=False)
    token = signed_in_token(account, now=product_clock.now())
    context.add_cookies([{"name": SESSION_COOKIE, "value": token, "url": server.url}])
    return context.new_page()


def open_organisation(page: Page, server: LiveServer) -> None:
    page.goto(server.at("/workspace"))
    link(page, "Ouvrir une organisation")
    page.get_by_label("Nom").fill("Collectif du quartier")
    page.get_by_label("E-mail").fill(MAILBOX)
    page.get_by_label("Langue").select_option("fr")
    button(page, "L’ouvrir et envoyer l’invitation")


def come_in(page: Page, server: LiveServer, outbox: Outbox) -> None:
    """From the mail to the workspace, with both proofs."""
    invitation = next(each for each in links_in(outbox.last(MAILBOX)) if "/invitation/" in each)
    page.goto(server.at(invitation))
    page.get_by_label("Nom").fill("Étoile")
    page.get_by_label("Nouveau mot de passe").fill(PHRASE)
    press(page.locator("main").get_by_role("button"))
    page.get_by_label("Code").fill(app_code(page))
    press(page.get_by_role("button", name="Activer"))
    press(page.get_by_role("link", name="Je les ai"))
    expect(page.locator("h1")).to_have_text("Bonjour Étoile")


def take_every_role(page: Page) -> None:
    """Alone at first, one gives oneself the roles that the evening needs."""
    link(page, "1 personne ici")
    press(page.locator("main").get_by_role("link", name="Étoile"))
    for role in ("Rédaction", "Protection des données"):
        page.get_by_label(re.compile(role)).check(force=True)
    button(page, "Enregistrer")


def write(page: Page, server: LiveServer) -> None:
    """A petition in French and Dutch, handed in."""
    page.goto(server.at("/workspace/petitions/new/be-chamber-hearing"))
    page.get_by_label("Titre").fill("Une école pour chaque enfant")
    page.get_by_label("Langue dans laquelle vous écrivez").select_option("fr")
    button(page, "Continuer")
    page.get_by_label("Titre court").fill("Écoles")
    page.get_by_label("La demande, en une phrase").fill("Nous demandons une école pour chacun.")
    page.get_by_label("Lettre à l’autorité").fill("**Nous vivons ici.**")
    button(page, "Enregistrer")
    link(page, "Nederlands")
    page.get_by_label("Titre", exact=True).fill("Een school voor elk kind")
    page.get_by_label("Titre court").fill("Scholen")
    page.get_by_label("La demande, en une phrase").fill("Wij vragen een school voor elk kind.")
    page.get_by_label("Lettre à l’autorité").fill("Wij wonen hier.")
    page.get_by_label("Elle dit ce que dit l’original aujourd’hui").check()
    button(page, "Enregistrer et continuer")
    page.get_by_label("Thème").select_option("study")
    last = (product_clock.now() + timedelta(days=120)).date()
    page.get_by_label("Dernier jour").fill(last.isoformat())
    button(page, "Enregistrer et continuer")
    page.goto(server.at(f"{HUB}/edit"))
    button(page, "Envoyer à la modération")
    expect(page.locator("main")).to_contain_text("Elle attend la modération")


def let_it_open(page: Page, server: LiveServer) -> None:
    page.goto(server.at(f"/workspace/moderation/{SLUG}"))
    button(page, "Je la relis")
    page.get_by_label("L’ouvrir").check()
    button(page, "Voir d’abord les mails")
    button(page, "Décider sans mail")  # nobody has given an address for the organisation yet


def sign(make_context: MakeContext, server: LiveServer, outbox: Outbox, email: str) -> None:
    """Somebody signs in Dutch, says yes to the mails and confirms."""
    visitor = SigningVisitor(
        make_context(java_script_enabled=False).new_page(), server, language="nl", slug=SLUG
    )
    visitor.open_petition()
    visitor.fill_in(email=email)
    visitor.page.locator("input[name^=updates_][value=yes]").check()
    visitor.press_review()
    visitor.press_send()
    visitor.press_confirm(next(one for one in links_in(outbox.last(email)) if "/confirm/" in one))
    jobs.fold_tallies(product_clock.now())


def count(page: Page, server: LiveServer) -> None:
    """A batch of paper goes out, comes back and is counted; the platform's numbers are entered."""
    page.goto(server.at(f"{HUB}/paper"))
    page.get_by_label("Où il va").fill("Marché de Namur")
    button(page, "L’inscrire au registre")
    page.get_by_label("Quel jour").first.fill(product_clock.now().date().isoformat())
    button(page, "Noter qu’il est revenu")
    page.get_by_label("Wallonie").fill("45")
    button(page, "Sceller le comptage")
    page.goto(server.at(f"{HUB}/counts"))
    page.get_by_label("Flandre").fill("120")
    page.get_by_label("Où vous l’avez lu").fill("Page de la pétition, à la Chambre")
    button(page, "Encoder les chiffres")


def tell(page: Page, server: LiveServer, waiting: Delivery, mails: MailServer) -> None:
    """One update, sent to who said yes."""
    arrive(waiting, mails)
    page.goto(server.at(f"{HUB}/updates"))
    press(page.get_by_role("button", name=re.compile("Commencer un brouillon")))
    own = page.url.partition("?")[0]
    link(page, "Français")
    page.get_by_label("Objet").fill("La commission écoute")
    page.get_by_label("Texte").fill("**Mardi** à dix heures.")
    button(page, "Enregistrer")
    page.goto(own)
    press(page.get_by_role("button", name="Faire partir"))
    work(product_clock.now())
    while waiting.deliver_batch():
        pass
    work(product_clock.now())
    assert mails.recipients == ["yes@example.org"]


def take_list(page: Page, server: LiveServer, folder: Path) -> None:
    page.goto(server.at(f"{HUB}/exports"))
    page.get_by_label("À quoi sert la liste").fill("Notre bulletin, une fois par mois.")
    button(page, "Préparer la liste")
    jobs.advance_exports(product_clock.now())
    press(page.get_by_role("link", name="Voir où il en est maintenant"))
    with page.expect_download() as taking:
        page.get_by_role("button", name="Classeur (.xlsx)").click()
    taking.value.save_as(folder / "list.xlsx")
    lines, removals = sheets_of((folder / "list.xlsx").read_bytes()).values()
    assert ([line[3] for line in lines], removals) == (["yes@example.org"], [])


def test_somebody_new_runs_a_whole_campaign(
    make_context: MakeContext,
    live_server: LiveServer,
    outbox: Outbox,
    delivery: Delivery,
    mail_server: MailServer,
    tmp_path: Path,
) -> None:
    platform = administrator(make_context, live_server)
    open_organisation(platform, live_server)
    desk = make_context(java_script_enabled=False).new_page()
    come_in(desk, live_server, outbox)
    take_every_role(desk)
    write(desk, live_server)
    let_it_open(platform, live_server)
    sign(make_context, live_server, outbox, "yes@example.org")
    count(desk, live_server)
    visitor = make_context(java_script_enabled=False).new_page()
    visitor.goto(live_server.at(f"/fr/petitions/{SLUG}"))
    expect(visitor.locator("#tracker")).to_contain_text("120")
    expect(visitor.locator("#tracker")).to_contain_text("45")
    tell(desk, live_server, delivery, mail_server)
    take_list(desk, live_server, tmp_path)
