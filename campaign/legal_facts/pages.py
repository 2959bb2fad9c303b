"""What a page shows of confirmed facts, and of those that still wait."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import url_for

from campaign.legal_facts.models import FactConfirmation
from campaign.legal_facts.queries import facts_confirmed
from campaign.legal_facts.rules import QUESTION, facts_to_confirm, question_key
from campaign.legal_facts.vocabulary import FACTS
from campaign.thresholds.instruments import load_instruments
from campaign.thresholds.models import Instrument
from campaign.thresholds.rules.choosing import level_of


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


@dataclass(frozen=True)
class RuleLine:
    """One version of a rule in the list: how many of its facts wait, and how many were confirmed."""

    version: date
    address: str
    title: str
    authority: str
    valid_from: date | None
    valid_to: date | None
    waiting: int
    confirmed: int


@dataclass(frozen=True)
class FactLine:
    """A fact of a rule that its file leaves open, with the confirmation that stands, if any."""

    fact: str
    label: Any
    confirmation: FactConfirmation | None


def rule_lines(language: str) -> list[RuleLine]:
    """Every version of every rule; what waits most comes first, then by title, the newest first."""
    known = facts_confirmed()
    lines = []
    for versions in load_instruments().values():
        for rule in versions:
            marked = set(facts_to_confirm(rule))
            confirmed = marked & known.get((rule.id, rule.version), set())
            lines.append(
                RuleLine(
                    version=rule.version,
                    address=url_for(
                        "legal_facts_workspace.rule_page",
                        instrument_id=rule.id,
                        version=rule.version.isoformat(),
                    ),
                    title=rule.title.in_language(language),
                    authority=rule.authority_name.in_language(language),
                    valid_from=rule.valid_from,
                    valid_to=rule.valid_to,
                    waiting=len(marked) - len(confirmed),
                    confirmed=len(confirmed),
                )
            )
    lines.sort(key=lambda line: line.version, reverse=True)
    return sorted(lines, key=lambda line: (-line.waiting, line.title))


def public_address(rule: Instrument, language: str) -> str:
    """The public page of this version, which no authority stands behind for some rules: then empty."""
    if level_of(rule) is None:
        return ""
    version = rule.version.isoformat()
    return url_for("instruments.page", lang=language, instrument_id=rule.id, version=version)


def fact_label(rule: Instrument, fact: str, language: str) -> Any:
    """A fact in words: its name, or the question itself."""
    questions = {question_key(one): one.in_language(language) for one in rule.open_questions}
    return questions.get(fact) or FACTS.get(fact, fact)


def fact_lines(
    rule: Instrument, confirmations: Mapping[str, FactConfirmation], language: str
) -> list[FactLine]:
    """The open facts of this version: those that wait first, each in the order of its file."""
    lines = [
        FactLine(fact, fact_label(rule, fact, language), confirmations.get(fact))
        for fact in facts_to_confirm(rule)
    ]
    return sorted(lines, key=lambda line: line.confirmation is not None)


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
