"""Facts of a rule that an authority confirmed in writing."""

from datetime import date
from typing import Any

import pytest
from flask import Flask

from campaign.core.db import transaction
from campaign.legal_facts.models import FactConfirmation
from campaign.legal_facts.operations import confirm_fact, undo_confirmation
from campaign.legal_facts.queries import confirmations_of, standing_confirmations
from campaign.legal_facts.rules import (
    IncompleteConfirmationError,
    NoSuchConfirmationError,
    NothingToConfirmError,
    UndoneWithoutReasonError,
    facts_to_confirm,
    question_key,
)
from campaign.thresholds.instruments import instrument
from tests.factories.petitions import NOON, make_petition
from tests.pages.client import CheckingClient, html_of

pytestmark = pytest.mark.usefixtures("app", "clock")
RULE = instrument("be-chamber-hearing", date(2026, 3, 2))
QUESTION = question_key(RULE.open_questions[0])
PAGE = "/en/instruments/be-chamber-hearing"


def confirm(fact: str = QUESTION, **changes: Any) -> FactConfirmation:
    """Through the operation."""
    said = {
        "body": "Collection may last twelve months.",
        "confirmed_by": "Petitions office of the Chamber",
        "dated_on": date(2026, 2, 20),
        "document": "https://example.org/letter.pdf",
        **changes,
    }
    with transaction():
        return confirm_fact(actor="account:1", rule=RULE, fact=fact, now=NOON, **said)


def test_a_confirmed_fact_is_told_with_its_source_and_is_open_no_more(
    client: CheckingClient,
) -> None:
    make_petition()
    question = RULE.open_questions[0].in_language("en")
    before = html_of(client.get(PAGE))
    assert question in before
    assert "Still to be confirmed in writing: How long signatures may be collected" in before
    confirm()
    confirm("period")
    for path in (PAGE, "/en/petitions/clear-criteria"):
        client.application.extensions["page_cache"].clear()
        page = html_of(client.get(path))
        told = page[page.index("Confirmed in writing") :]
        assert "Collection may last twelve months." in told
        assert "Petitions office of the Chamber" in told
        assert 'href="https://example.org/letter.pdf"' in told
        assert question not in page[: page.index("Confirmed in writing")]
    client.application.extensions["page_cache"].clear()
    assert "Still to be confirmed in writing" not in html_of(client.get(PAGE))
    told = client.get(f"{PAGE}.json").get_json()
    assert {row["fact"] for row in told["confirmed"]} == {QUESTION, "period"}
    assert QUESTION not in told["to_be_confirmed"]


def test_said_twice_it_is_kept_once_and_a_later_one_takes_its_place() -> None:
    first = confirm()
    assert confirm().id == first.id
    second = confirm(body="Six months.")
    assert standing_confirmations(RULE.id, RULE.version)[QUESTION].id == second.id
    with transaction():
        undo_confirmation(actor="account:2", confirmation_id=second.id, reason="Misread.", now=NOON)
    assert standing_confirmations(RULE.id, RULE.version)[QUESTION].id == first.id
    history = confirmations_of(RULE.id)
    assert [(one.id, one.undone_by, one.undone_reason) for one in history] == [
        (first.id, "", ""),
        (second.id, "account:2", "Misread."),
    ]


@pytest.mark.parametrize(
    ("fact", "changes", "refusal"),
    [
        ("total_minimum", {}, NothingToConfirmError),
        ("invented", {}, NothingToConfirmError),
        (QUESTION, {"body": " "}, IncompleteConfirmationError),
        (QUESTION, {"confirmed_by": ""}, IncompleteConfirmationError),
        (QUESTION, {"document": ""}, IncompleteConfirmationError),
        (QUESTION, {"document": "javascript:alert(1)"}, IncompleteConfirmationError),
        (QUESTION, {"dated_on": date(2026, 3, 3)}, IncompleteConfirmationError),
    ],
)
def test_what_nobody_could_check_is_refused(
    fact: str, changes: dict[str, Any], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        confirm(fact, **changes)
    assert confirmations_of(RULE.id) == []


def test_taking_back_needs_something_to_take_back_and_a_reason() -> None:
    found = confirm(document="File 2026/14")
    for number, reason, refusal in (
        (found.id, " ", UndoneWithoutReasonError),
        (found.id + 1, "why", NoSuchConfirmationError),
    ):
        with pytest.raises(refusal), transaction():
            undo_confirmation(actor="a", confirmation_id=number, reason=reason, now=NOON)


def test_the_rule_files_stay_and_another_version_is_not_touched() -> None:
    confirm()
    assert QUESTION in facts_to_confirm(RULE)
    older = instrument("be-chamber-hearing", date(2022, 3, 1))
    assert standing_confirmations(older.id, older.version) == {}


def test_the_commands_list_confirm_and_take_back(app: Flask) -> None:
    run = app.test_cli_runner()
    said = ["--text", "Twelve months.", "--by", "The office", "--on", "2026-02-20"]
    args = ["instruments", "confirm", RULE.id, RULE.version.isoformat(), "period", *said]
    done = run.invoke(args=[*args, "--document", "File 14"])
    assert done.exit_code == 0, done.output
    number = done.output.strip().removeprefix("#")
    listed = run.invoke(args=["instruments", "facts", RULE.id]).output
    assert "period (confirmed)" in listed
    assert f"{QUESTION} (waits)" in listed
    assert run.invoke(args=["instruments", "undo", number, "--reason", "Wrong."]).exit_code == 0
    assert run.invoke(args=["instruments", "undo", number, "--reason", "Wrong."]).exit_code == 1
    assert "taken back: Wrong." in run.invoke(args=["instruments", "facts", RULE.id]).output
