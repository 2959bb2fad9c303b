"""The pages of accounts."""

import pytest

from campaign.accounts.permissions import Role
from tests.factories.accounts import PASSWORD, code_of, make_account, sign_in_as
from tests.factories.petitions import NOON, make_organisation, make_petition
from tests.pages.client import CheckingClient
from tests.pages.forms import form_to, text_of_page

pytestmark = pytest.mark.usefixtures("clock")


def test_every_page_of_the_workspace_opens_for_a_coordinator_and_administrator(
    client: CheckingClient,
) -> None:
    make_petition()
    organisation = make_organisation("clear-criteria-lead")
    account = make_account(
        "Palabre",
        *[r for r in Role if r != "administrator"],
        organisation=organisation,
        is_administrator=True,
    )
    other = make_account("Djiguiya", Role.MEMBER, organisation=organisation)
    sign_in_as(client, account)
    opened = 0
    for rule in client.application.url_map.iter_rules():
        if not rule.rule.startswith("/workspace") or "GET" not in rule.methods:
            continue
        if "token" in rule.arguments or rule.endpoint == "accounts.challenge":
            continue
        path = rule.rule.replace("<slug>", organisation.slug).replace("<int:number>", str(other.id))
        response = client.get(path)
        print(path, response.status_code)
        assert response.status_code in {200, 303}, path
        assert response.headers["Cache-Control"] == "no-store"
        opened += 1
    assert opened > 10


def test_sign_in(client: CheckingClient) -> None:
    account = make_account()
    response = client.get("/workspace")
    assert response.status_code == 303
    page = client.get(response.headers["Location"])
    response = form_to(page, "sign-in").send(client, email="palabre@example.org", password=PASSWORD)
    assert response.status_code == 303, text_of_page(response)
    page = client.get(response.headers["Location"])
    response = form_to(page, "second-factor").send(client, code=code_of(account, NOON))
    assert response.headers["Location"] == "/workspace"
    assert "Palabre" in text_of_page(client.get("/workspace"))
