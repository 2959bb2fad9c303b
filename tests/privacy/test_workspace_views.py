"""The report of what is erased, for organisers."""

from datetime import timedelta

import pytest

from campaign.accounts.permissions import Role
from campaign.privacy import jobs
from campaign.privacy.pages import forgotten_by, retention_page
from campaign.privacy.retention import RULES, UNCONFIRMED
from tests.factories.accounts import make_account, sign_in_as
from tests.factories.petitions import NOON, make_organisation, make_petition, sign, signatures
from tests.pages.client import CheckingClient
from tests.pages.forms import text_of_page

pytestmark = pytest.mark.usefixtures("app", "clock")
PAGE = "/workspace/retention"


def test_it_says_what_is_due_and_erases_nothing_by_being_read(client: CheckingClient) -> None:
    make_petition(opens_at=NOON - timedelta(days=40))
    sign(now=NOON - timedelta(days=15))
    sign_in_as(client, make_account("Palabre", Role.OFFICER, organisation=make_organisation()))
    page = text_of_page(client.get(PAGE))
    assert "None yet." in page
    assert "Nothing was erased for more than 48 hours" in page
    assert "Awa" not in page
    assert len(signatures()) == 1
    due = {line.name: line.due for line in retention_page(NOON).lines}
    assert due[UNCONFIRMED] == 1
    assert sum(due.values()) == 1


def test_after_a_run_it_says_what_was_erased_and_when(client: CheckingClient) -> None:
    make_petition(opens_at=NOON - timedelta(days=40))
    sign(now=NOON - timedelta(days=15))
    jobs.forget_all(NOON)
    sign_in_as(client, make_account("Palabre", Role.COORDINATOR, organisation=make_organisation()))
    page = text_of_page(client.get(PAGE))
    assert "Begun 2 March 2026 11:00, ended 2 March 2026 11:00." in page
    assert "48 hours." not in page.split("What each rule erases")[0]
    line = next(each for each in retention_page(NOON).lines if each.name == UNCONFIRMED)
    assert (line.in_last_run, line.in_thirty_days, line.due) == (1, 1, 0)
    jobs.forget_all(NOON + timedelta(hours=2))
    line = next(
        each for each in retention_page(NOON + timedelta(hours=2)).lines if each.name == UNCONFIRMED
    )
    assert (line.in_last_run, line.in_thirty_days) == (0, 1)


def test_each_rule_says_what_it_erases() -> None:
    for rule in RULES:
        assert forgotten_by(rule.name), rule.name


@pytest.mark.parametrize("role", [Role.MEMBER, Role.EDITOR, Role.MODERATOR])
def test_others_are_refused(client: CheckingClient, role: Role) -> None:
    sign_in_as(client, make_account("Palabre", role, organisation=make_organisation()))
    assert client.get(PAGE).status_code == 403
    assert PAGE not in text_of_page(client.get("/workspace"))
