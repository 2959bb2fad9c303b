"""The commands about organisers."""

import dataclasses

import pytest
from flask import Flask

from campaign.accounts import queries
from campaign.accounts.operations.demonstrating import demonstrate_organiser
from campaign.accounts.permissions import OF_AN_ORGANISATION
from campaign.core.db import transaction
from tests.factories.accounts import password_hash
from tests.factories.petitions import NOON, make_organisation
from tests.mailbox import Outbox

pytestmark = pytest.mark.usefixtures("clock")


def test_the_first_administrator_is_invited_by_a_command(app: Flask, outbox: Outbox) -> None:
    run = app.test_cli_runner()
    command = ["organisers", "invite-administrator", "first@example.org", "--language", "nl"]
    assert run.invoke(args=command).exit_code == 0
    assert [letter.recipient for letter in outbox.letters()] == ["first@example.org"]
    assert "waiting already" in run.invoke(args=command).output
    assert run.invoke(args=[*command[:2], "nobody"]).exit_code == 1


@pytest.mark.parametrize("command", [["code"], ["demonstrate", "--password-file", __file__]])
def test_the_demonstration_organiser_is_never_made_in_production(
    app: Flask, monkeypatch: pytest.MonkeyPatch, command: list[str]
) -> None:
    production = dataclasses.replace(app.extensions["portevoix_config"], environment="production")
    monkeypatch.setitem(app.extensions, "portevoix_config", production)
    done = app.test_cli_runner().invoke(args=["organisers", *command])
    assert done.exit_code == 1
    assert "nothing in production" in done.output


def test_the_demonstration_organiser_has_every_role_once(app: Flask) -> None:
    place = make_organisation()
    for _time in range(2):
        with transaction():
            account = demonstrate_organiser(
                place.id, password_hash=password_hash(), language="fr", now=NOON
            )
    roles = [grant.role for grant in queries.grants_of(account) if grant.organisation_id]
    assert roles == list(OF_AN_ORGANISATION)
    assert account.has_second_factor
