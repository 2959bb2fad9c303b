"""What a page shows of the doors one may knock on, of confirmed facts, and of those that still wait."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import url_for

from campaign.legal_facts.models import FactConfirmation
from campaign.legal_facts.queries import facts_confirmed
from campaign.legal_facts.rules import QUESTION, facts_to_confirm, question_key
from campaign.legal_facts.vocabulary import FACTS, LEVELS, PAPERS, REASONS
from campaign.thresholds.instruments import NoVersionInForceError, instrument, load_instruments
from campaign.thresholds.models import Instrument
from campaign.thresholds.rules.choosing import Answers, Door, doors, level_of


@dataclass(frozen=True)
class DoorLine:
    """One instrument in the list."""

    instrument_id: str
    title: str
    url: str
    level: Any
    authority: str
    total_minimum: int | None
    is_number_unknown: bool
    strata: list[tuple[str, int]]
    who_may_sign: str
    papers: str
    papers_label: Any
    in_favour: list[Any]
    against: list[Any]
    is_verified: bool


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


def rules_in_force(today: date) -> list[Instrument]:
    """The version in force today of every instrument that an authority stands behind."""
    found = []
    for instrument_id in load_instruments():
        try:
            rule = instrument(instrument_id, today)
        except NoVersionInForceError:
            continue
        if level_of(rule) is not None:
            found.append(rule)
    return found


def door_lines(answers: Answers, language: str, *, today: date) -> list[DoorLine]:
    """The list, what fits best first."""
    return [_line(door, language) for door in doors(rules_in_force(today), answers)]


def _line(door: Door, language: str) -> DoorLine:
    rule = door.rule
    papers = rule.signatory.undocumented_signature_counts
    return DoorLine(
        instrument_id=rule.id,
        title=rule.title.in_language(language),
        url=url_for("instruments.page", instrument_id=rule.id),
        level=LEVELS[door.level],
        authority=rule.authority_name.in_language(language),
        total_minimum=rule.total_minimum,
        is_number_unknown=rule.is_number_unknown,
        strata=[(each.name.in_language(language), each.minimum) for each in rule.strata],
        who_may_sign=rule.signatory.who_may_sign.in_language(language),
        papers=papers,
        papers_label=PAPERS[papers],
        in_favour=[REASONS[reason] for reason in door.in_favour],
        against=[REASONS[reason] for reason in door.against],
        is_verified=rule.verified_on is not None,
    )


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
