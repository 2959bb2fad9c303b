"""What a page shows of confirmed facts, and of those that still wait."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from campaign.legal_facts.models import FactConfirmation
from campaign.legal_facts.rules import QUESTION, facts_to_confirm, question_key
from campaign.legal_facts.vocabulary import FACTS
from campaign.thresholds.models import Instrument


@dataclass(frozen=True)
class ConfirmedFact:
    """A fact with the words of the office that confirmed it; `address` where the document has one."""

    fact: str
    label: Any
    body: str
    confirmed_by: str
    dated_on: date
    document: str
    address: str


def confirmed_facts(
    rule: Instrument, confirmations: Mapping[str, FactConfirmation], language: str
) -> list[ConfirmedFact]:
    """What was confirmed about this version, in the order of its file."""
    questions = {question_key(one): one.in_language(language) for one in rule.open_questions}
    return [
        ConfirmedFact(
            fact=fact,
            label=questions[fact] if fact in questions else FACTS.get(fact, fact),
            body=found.body,
            confirmed_by=found.confirmed_by,
            dated_on=found.dated_on,
            document=found.document,
            address=found.document if found.document.startswith("http") else "",
        )
        for fact in facts_to_confirm(rule)
        if (found := confirmations.get(fact)) is not None
    ]


def open_questions(
    rule: Instrument, confirmations: Mapping[str, FactConfirmation], language: str
) -> list[str]:
    """The questions of this version that nobody has answered in writing."""
    return [
        question.in_language(language)
        for question in rule.open_questions
        if question_key(question) not in confirmations
    ]


def facts_waiting(rule: Instrument, confirmations: Mapping[str, FactConfirmation]) -> list[Any]:
    """The marked facts of this version that wait for a written confirmation."""
    return [
        FACTS.get(fact, fact)
        for fact in facts_to_confirm(rule)
        if fact not in confirmations and not fact.startswith(QUESTION)
    ]
