"""Carrying a petition together: each organisation by its own yes."""

import pytest

from campaign.accounts.permissions import Role
from campaign.core.db import db, transaction
from campaign.petitions.models import CoalitionInvitation
from campaign.petitions.operations.coalition import (
    accept_to_carry,
    ask_to_carry,
    decline_to_carry,
    leave_coalition,
)
from campaign.petitions.queries.coalition import carrying_organisation_ids, part_of
from campaign.petitions.rules.coalition import AlreadyAskedError, AnsweredError, LastCarrierError
from tests.factories.accounts import make_account, sign_in_as
from tests.factories.petitions import NOON, make_organisation, make_petition
from tests.pages.client import CheckingClient
from tests.pages.forms import form_to, forms_in, text_of_page

pytestmark = pytest.mark.usefixtures("app", "clock")
SLUG = "clear-criteria"


def test_an_organisation_carries_a_petition_by_its_own_yes_only() -> None:
    petition, partner = make_petition(), make_organisation("partner")
    lead = petition.carriers[0].organisation_id
    with transaction():
        question = ask_to_carry(petition, partner, actor="test", now=NOON)
    assert carrying_organisation_ids(SLUG) == {lead}
    with pytest.raises(AlreadyAskedError), transaction():
        ask_to_carry(petition, partner, actor="test", now=NOON)
    with transaction():
        accept_to_carry(question, actor="test", now=NOON)
    assert carrying_organisation_ids(SLUG) == {lead, partner.id}
    with pytest.raises(AnsweredError), transaction():
        decline_to_carry(question, actor="test", now=NOON)


def test_a_no_changes_nothing_and_one_may_be_asked_again() -> None:
    petition, partner = make_petition(), make_organisation("partner")
    for _time in range(2):
        with transaction():
            question = ask_to_carry(petition, partner, actor="test", now=NOON)
        with transaction():
            decline_to_carry(question, actor="test", now=NOON)
    assert part_of(petition.id, partner.id) is None


def test_who_answers_for_the_data_cannot_leave() -> None:
    petition = make_petition()
    with pytest.raises(LastCarrierError), transaction():
        leave_coalition(petition, petition.carriers[0], actor="test", now=NOON)


def test_a_coordinator_asks_and_the_other_one_answers(client: CheckingClient) -> None:
    make_petition()
    lead, partner = make_organisation(f"{SLUG}-lead"), make_organisation("partner")
    asker = make_account("Asker", Role.COORDINATOR, organisation=lead)
    other = make_account("Other", Role.COORDINATOR, organisation=partner)
    address = f"/workspace/petitions/{SLUG}/coalition"
    sign_in_as(client, other)
    assert client.get(address).status_code == 403
    sign_in_as(client, asker)
    form = next(each for each in forms_in(client.get(address)) if "organisation" in each.names)
    sent = form.send(client, organisation="partner")
    assert sent.status_code == 303
    assert "no answer yet" in text_of_page(client.get(address))
    number = db.session.scalar(db.select(CoalitionInvitation.id))
    form = form_to(client.get("/workspace"), "sign-out")
    taken = client.post(
        f"/workspace/coalition/{number}",
        data={"answer": "yes", "form_key": form.fields["form_key"]},
    )
    assert taken.status_code == 403, "nobody answers for another organisation"
    sign_in_as(client, other)
    form = form_to(client.get("/workspace"), "/coalition/")
    assert form.send(client, button=("answer", "yes")).status_code == 303
    assert client.get(address).status_code == 200
