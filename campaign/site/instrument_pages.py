"""What the pages about the instruments show, in the reader's language."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import url_for

from campaign.legal_facts.models import FactConfirmation
from campaign.legal_facts.pages import (
    ConfirmedFact,
    confirmed_facts,
    facts_waiting,
    open_questions,
)
from campaign.legal_facts.rules import facts_to_confirm
from campaign.legal_facts.vocabulary import LEVELS
from campaign.thresholds.models import Instrument
from campaign.thresholds.rules.choosing import level_of
from campaign.thresholds.rules.notice import last_day_to_submit


@dataclass(frozen=True)
class InstrumentPage:
    """One instrument, whole. Some names are those of a petition's tracker: one component shows both."""

    rule: Instrument
    title: str
    level: Any
    authority: str
    law: str
    who_may_sign: str
    author: str
    undocumented_counts: str
    undocumented_note: str
    channels: list[tuple[str, bool, str]]
    requested_fields: list[str]
    attribution_order: list[str]
    combination_note: str
    period_note: str
    checklist: list[str]
    gives: list[str]
    does_not_give: list[str]
    notes: list[str]
    open_questions: list[str]
    sources: list[tuple[str, str | None]]
    verified_on: date | None
    hand_over: str
    versions: list[Instrument]
    meeting_on: date | None
    submit_by: date | None
    confirmed: list[ConfirmedFact]
    waiting: list[Any]


def instrument_page(
    rule: Instrument,
    versions: tuple[Instrument, ...],
    language: str,
    *,
    confirmations: Mapping[str, FactConfirmation],
    meeting_on: date | None = None,
) -> InstrumentPage:
    """One version of one instrument; with the day of a meeting also the last day to hand in for it."""
    level = level_of(rule)
    texts = {
        name: [text.in_language(language) for text in getattr(rule, name)]
        for name in ("attribution_order", "checklist", "notes")
    }
    return InstrumentPage(
        rule=rule,
        title=rule.title.in_language(language),
        level=LEVELS[level] if level else "",
        authority=rule.authority_name.in_language(language),
        law=rule.law.in_language(language),
        who_may_sign=rule.signatory.who_may_sign.in_language(language),
        author=rule.author.in_language(language),
        undocumented_counts=rule.signatory.undocumented_signature_counts,
        undocumented_note=rule.signatory.undocumented_explanation.in_language(language),
        channels=[(c.how.in_language(language), c.counts, c.url or "") for c in rule.channels],
        requested_fields=[field.label.in_language(language) for field in rule.requested_fields],
        combination_note=rule.combination.explanation.in_language(language),
        period_note=rule.period.explanation.in_language(language),
        gives=[text.in_language(language) for text in rule.effect.gives],
        does_not_give=[text.in_language(language) for text in rule.effect.does_not_give],
        sources=[(source.label.in_language(language), source.url) for source in rule.sources],
        verified_on=rule.verified_on,
        hand_over=rule.submit_to.instructions.in_language(language) if rule.submit_to else "",
        versions=list(reversed(versions)),
        meeting_on=meeting_on,
        submit_by=_submit_by(rule, meeting_on),
        open_questions=open_questions(rule, confirmations, language),
        confirmed=confirmed_facts(rule, confirmations, language),
        waiting=facts_waiting(rule, confirmations),
        **texts,
    )


def _submit_by(rule: Instrument, meeting_on: date | None) -> date | None:
    if meeting_on is None or rule.notice is None:
        return None
    return last_day_to_submit(meeting_on, rule.notice)


def confirmed_as_json(
    rule: Instrument, confirmations: Mapping[str, FactConfirmation]
) -> Mapping[str, Any]:
    """What was confirmed in writing about a rule, and which facts wait, by the names of the file."""
    return {
        "confirmed": [
            {
                "fact": fact,
                "text": confirmations[fact].body,
                "confirmed_by": confirmations[fact].confirmed_by,
                "dated_on": confirmations[fact].dated_on.isoformat(),
                "document": confirmations[fact].document,
            }
            for fact in facts_to_confirm(rule)
            if fact in confirmations
        ],
        "to_be_confirmed": [fact for fact in facts_to_confirm(rule) if fact not in confirmations],
    }


def as_json(rule: Instrument, language: str) -> Mapping[str, Any]:
    """An instrument for other programs: numbers and dates as they are, texts in one language."""
    return {
        "id": rule.id,
        "version": rule.version.isoformat(),
        "title": rule.title.in_language(language),
        "authority": rule.authority_name.in_language(language),
        "kind": rule.kind,
        "is_offered": rule.is_offered,
        "law": rule.law.in_language(language),
        "total_minimum": rule.total_minimum,
        "strata": {stratum.key: stratum.minimum for stratum in rule.strata},
        "min_strata": rule.min_strata,
        "min_age": rule.signatory.min_age,
        "undocumented_signature_counts": rule.signatory.undocumented_signature_counts,
        "counting_channels": sorted(rule.counting_channels),
        "combination": rule.combination.status,
        "paper_rule": rule.paper_rule,
        "period_months": rule.period.months,
        "notice": {"days": rule.notice.days, "unit": rule.notice.unit} if rule.notice else None,
        "languages": list(rule.languages),
        "valid_from": rule.valid_from.isoformat() if rule.valid_from else None,
        "valid_to": rule.valid_to.isoformat() if rule.valid_to else None,
        "verified_on": rule.verified_on.isoformat() if rule.verified_on else None,
        "open_questions": [text.in_language(language) for text in rule.open_questions],
        "sources": [source.url for source in rule.sources if source.url],
        "url": url_for("instruments.page", instrument_id=rule.id, _external=True),
    }
