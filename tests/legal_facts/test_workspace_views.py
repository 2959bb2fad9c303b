"""Entering what an office wrote, and taking it back, on the organisers' pages."""

from datetime import date

import pytest
from flask import Flask

from campaign.accounts.models import Account
from campaign.accounts.permissions import Role
from campaign.audit.queries import entries_about
from campaign.core.db import db, transaction
from campaign.legal_facts.models import FactConfirmation
from campaign.legal_facts.operations import confirm_fact, undo_confirmation
from campaign.legal_facts.rules import NoSuchConfirmationError, facts_to_confirm
from campaign.thresholds.instruments import instrument, load_instruments
from tests.factories.accounts import make_account, sign_in_as
from tests.factories.petitions import NOON, make_organisation
from tests.pages.client import CheckingClient
from tests.pages.forms import form_to, forms_in, links_of, text_of_page
from tests.petitions.threads import at_once, failures

pytestmark = pytest.mark.usefixtures("clock")
RULE = instrument("be-chamber-hearing", NOON.date())
PAGE = f"/workspace/instruments/{RULE.id}/{RULE.version}"
PUBLIC = f"/en/instruments/{RULE.id}"
FACTS = facts_to_confirm(RULE)
SAID = {
    "fact": FACTS[0],
    "body": "Collection may last twelve months.",
    "confirmed_by": "Petitions office of the Chamber",
    "dated_on": "2026-02-20",
    "document": "https://example.org/letter.pdf",
}


def coordinator(client: CheckingClient, *roles: Role) -> Account:
    """Sign in somebody with these roles, a coordinator unless told."""
    account = make_account(
        "Palabre", *(roles or (Role.COORDINATOR,)), organisation=make_organisation()
    )
    sign_in_as(client, account)
    return account


def kept() -> list[FactConfirmation]:
    """Every confirmation."""
    return list(db.session.scalars(db.select(FactConfirmation).order_by(FactConfirmation.id)))


def test_the_list_has_every_version_and_leads_to_its_page(client: CheckingClient) -> None:
    coordinator(client)
    response = client.get("/workspace/instruments")
    links = links_of(response)
    for versions in load_instruments().values():
        for rule in versions:
            assert f"/workspace/instruments/{rule.id}/{rule.version}" in links
    assert client.get(PAGE).status_code == 200


def test_what_was_entered_is_read_by_visitors_and_waits_no_more(client: CheckingClient) -> None:
    account = coordinator(client)
    form = form_to(client.get(f"{PAGE}?fact={FACTS[-1]}"), PAGE)
    assert form.fields["fact"] == FACTS[-1], "the fact whose link was followed"
    response = form.send(client, **SAID)
    assert response.status_code == 303
    page = text_of_page(client.get(response.headers["Location"]))
    assert "Saved." in page
    assert page.count("waits") == len(FACTS) - 1
    assert "Entered by Palabre" in page
    assert SAID["body"] in text_of_page(client.get(PUBLIC))
    [entry] = entries_about(f"instrument:{RULE.id}")
    assert (entry.act, entry.actor) == ("instrument.fact_confirmed", account.actor)


@pytest.mark.parametrize(
    "wrong",
    [{"body": ""}, {"confirmed_by": "  "}, {"dated_on": "2026-03-03"}, {"dated_on": "soon"},
     {"document": "ftp:letter"}, {"document": ""}, {"fact": "weather"},
     {"body": "x" * 2_001}],
)  # fmt: skip
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    client: CheckingClient, wrong: dict[str, str]
) -> None:
    coordinator(client)
    typed = {**SAID, **wrong}
    response = form_to(client.get(PAGE), PAGE).send(client, **typed)
    assert response.status_code == 422
    assert "Please correct this first" in text_of_page(response)
    shown = form_to(response, PAGE).fields
    for name in ("body", "confirmed_by", "dated_on", "document"):
        assert shown[name].strip() == typed[name].strip()
    assert kept() == []


def test_pressed_twice_it_is_kept_once(client: CheckingClient) -> None:
    coordinator(client)
    form = form_to(client.get(PAGE), PAGE)
    for _press in range(2):
        assert form.send(client, **SAID).status_code == 303
    assert len(kept()) == 1


def test_taken_back_with_its_reason_it_waits_again_and_stays_in_the_history(
    client: CheckingClient,
) -> None:
    coordinator(client)
    form_to(client.get(PAGE), PAGE).send(client, **SAID)
    form = form_to(client.get(PAGE), "/undo")
    name = next(each for each in form.names if each.endswith("reason"))
    refused = form.send(client, **{name: " "})
    assert refused.status_code == 422
    assert "Say why the confirmation is taken back" in text_of_page(refused)
    long = form.send(client, **{name: "y" * 301})
    assert form_to(long, "/undo").fields[name] == "y" * 301
    assert kept()[0].undone_at is None
    assert form.send(client, **{name: "It was about another rule."}).status_code == 303
    page = client.get(PAGE)
    assert "It was about another rule." in text_of_page(page)
    assert text_of_page(page).count("waits") == len(FACTS)
    assert not [each for each in forms_in(page) if "/undo" in each.action]
    assert SAID["body"] not in text_of_page(client.get(PUBLIC))
    again = form.send(client, **{name: "Twice."})
    assert again.status_code == 404
    assert kept()[0].undone_reason == "It was about another rule."


def test_entered_by_three_at_once_it_is_kept_once(app: Flask) -> None:
    def act() -> None:
        with transaction():
            confirm_fact(
                actor="test", rule=RULE, now=NOON, **SAID | {"dated_on": date(2026, 2, 20)}
            )

    assert not failures(at_once(app, [act, act, act]))
    assert len(kept()) == 1


def test_taken_back_by_two_at_once_it_is_taken_back_once(
    client: CheckingClient, app: Flask
) -> None:
    coordinator(client)
    form_to(client.get(PAGE), PAGE).send(client, **SAID)
    number = kept()[0].id

    def act(reason: str) -> None:
        with transaction():
            undo_confirmation(actor="test", confirmation_id=number, reason=reason, now=NOON)

    refused = failures(at_once(app, [lambda: act("one"), lambda: act("two")]))
    assert [type(each) for each in refused] == [NoSuchConfirmationError]
    told = [entry.act for entry in entries_about(f"instrument:{RULE.id}")]
    assert told.count("instrument.confirmation_undone") == 1


def test_a_confirmation_of_another_rule_is_not_there(client: CheckingClient) -> None:
    coordinator(client)
    form_to(client.get(PAGE), PAGE).send(client, **SAID)
    key = forms_in(client.get(PAGE))[0].fields["form_key"]
    number = kept()[0].id
    for other in (
        f"/workspace/instruments/{RULE.id}/2019-06-05",
        "/workspace/instruments/be-senate/x",
    ):
        path = f"{other}/confirmations/{number}/undo"
        sent = {"form_key": key, f"of-{number}-reason": "because"}
        assert client.post(path, data=sent).status_code == 404
    assert client.post(f"{PAGE}/confirmations/999/undo", data={"form_key": key}).status_code == 404
    assert kept()[0].undone_at is None


def test_others_are_refused_and_strange_addresses_are_not_there(client: CheckingClient) -> None:
    coordinator(client, Role.MEMBER, Role.EDITOR, Role.MODERATOR, Role.OFFICER)
    key = forms_in(client.get("/workspace"))[0].fields["form_key"]
    for path in ("/workspace/instruments", PAGE):
        assert client.get(path).status_code == 403
    assert client.post(PAGE, data={"form_key": key, **SAID}).status_code == 403
    assert kept() == []
    sign_in_as(client, make_account("Chief", organisation=None, is_administrator=True))
    assert client.get(PAGE).status_code == 200
    for path in ("nowhere/2023-01-29", f"{RULE.id}/2023-01-30", f"{RULE.id}/x"):
        assert client.get(f"/workspace/instruments/{path}").status_code == 404
