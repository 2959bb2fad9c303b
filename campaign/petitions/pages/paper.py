"""What organisers see of the ledger of paper."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from campaign.accounts.queries import names_of_actors
from campaign.i18n.formats import BRUSSELS
from campaign.i18n.languages import LANGUAGES
from campaign.petitions.models import PaperBatch, PaperEntry, Petition
from campaign.petitions.operations.counting import evaluate
from campaign.petitions.operations.paper import sealable
from campaign.petitions.pages.official_counts import names_of_regions
from campaign.petitions.queries.paper import (
    batches_of,
    entries_of,
    figures_in_force,
    figures_of,
    next_number,
    paper_before_ledger,
)
from campaign.petitions.rules import paper as rules
from campaign.petitions.rules.counting import rule_for
from campaign.petitions.rules.paper import ACTS, BatchFigures, Figures, RegionTotals
from campaign.petitions.rules.sealing import canonical
from campaign.petitions.vocabulary import BATCH_ACTS, BATCH_STATES, SPOILED_REASONS
from campaign.thresholds.models import PaperRule
from campaign.thresholds.rules.evaluation import StratumResult


@dataclass(frozen=True)
class BatchLine:
    """One batch in the list."""

    batch: PaperBatch
    state_label: Any
    valid: int | None
    spoiled: int | None
    accepted: int | None
    refused: int | None


@dataclass(frozen=True)
class RegionLine:
    """The paper of one region, and what the rule makes of it: `added` of it count."""

    name: str
    totals: RegionTotals
    added: int | None
    minimum: int | None
    missing: int | None


@dataclass(frozen=True)
class LedgerPage:
    """All of the page about paper."""

    is_kept: bool
    only_as_needed: bool
    lines: list[BatchLine]
    regions: list[RegionLine]
    next_number: int
    today: date


@dataclass(frozen=True)
class EntryLine:
    """One thing that happened to a batch, with its numbers in words."""

    entry: PaperEntry
    act: Any
    numbers: list[tuple[Any, int]]


@dataclass(frozen=True)
class BatchPage:
    """All of the page about one batch."""

    line: BatchLine
    figures: Figures
    accepted: Mapping[str, int] | None
    regions: list[tuple[str, str]]
    valid_by_region: list[tuple[str, int]]
    spoiled_by_reason: list[tuple[Any, int]]
    entries: list[EntryLine]
    names: Mapping[str, str]
    canonical: str
    may: frozenset[str]
    languages: list[tuple[str, str]]
    today: date


def ledger_page(petition: Petition, language: str, *, now: datetime) -> LedgerPage:
    """Every batch, and what their lines come to."""
    rule = rule_for(petition.instrument_id, petition.instrument_on, petition.goal)
    names = names_of_regions(rule, language)
    found = figures_in_force(petition.id)
    totals = rules.totals_by_region(
        found, rules.paper_regions(rule), paper_before_ledger(petition.id)
    )
    results = {one.key: one for one in evaluate(petition).strata}
    by_number = {one.number: one for one in found}
    return LedgerPage(
        is_kept=rules.counts_paper(rule) and petition.state not in rules.CLOSED_TO_PAPER,
        only_as_needed=rule.paper_rule is PaperRule.ONLY_AS_NEEDED,
        lines=[_line(batch, by_number[batch.number]) for batch in batches_of(petition.id)],
        regions=[
            _region(names.get(key, key), region, results.get(key))
            for key, region in totals.items()
            if key in results or region.counted or len(totals) == 1
        ],
        next_number=next_number(petition.id),
        today=now.astimezone(BRUSSELS).date(),
    )


def _region(name: str, totals: RegionTotals, result: StratumResult | None) -> RegionLine:
    if result is None:
        return RegionLine(name, totals, None, None, None)
    return RegionLine(name, totals, result.paper_counted, result.minimum, result.missing)


def _line(batch: PaperBatch, found: BatchFigures) -> BatchLine:
    valid = found.figures.valid_total if found.is_counted else None
    accepted = None if found.accepted is None else sum(found.accepted.values())
    return BatchLine(
        batch=batch,
        state_label=BATCH_STATES[batch.state],
        valid=valid,
        spoiled=found.figures.spoiled_total if found.is_counted else None,
        accepted=accepted,
        refused=None if accepted is None or valid is None else valid - accepted,
    )


def batch_page(petition: Petition, batch: PaperBatch, language: str, *, now: datetime) -> BatchPage:
    """One batch: its figures, what may be done next, and everything that happened to it."""
    rule = rule_for(petition.instrument_id, petition.instrument_on, petition.goal)
    names = names_of_regions(rule, language)
    found = next(one for one in figures_in_force(petition.id) if one.number == batch.number)
    entries = entries_of(batch.id)
    is_sealed = bool(batch.seal)
    return BatchPage(
        line=_line(batch, found),
        figures=found.figures,
        accepted=found.accepted,
        regions=[(key, names.get(key, key)) for key in rules.paper_regions(rule)],
        valid_by_region=[(names.get(key, key), n) for key, n in found.figures.valid.items()],
        spoiled_by_reason=[(SPOILED_REASONS[key], n) for key, n in found.figures.spoiled.items()],
        entries=_entries(entries, names),
        names=names_of_actors({entry.actor for entry in entries}),
        canonical=canonical(sealable(petition, batch, found.figures)) if is_sealed else "",
        may=frozenset(act for act, (before, _after) in ACTS.items() if batch.state in before),
        languages=[(each.code, each.name) for each in LANGUAGES],
        today=now.astimezone(BRUSSELS).date(),
    )


def _entries(entries: Sequence[PaperEntry], names: Mapping[str, str]) -> list[EntryLine]:
    numbers = figures_of(entry.id for entry in entries)
    lines = []
    for entry in entries:
        kinds = numbers.get(entry.id, {})
        words: list[tuple[Any, int]] = [
            (names.get(key, key), count)
            for kind in (rules.VALID, rules.ACCEPTED)
            for key, count in kinds.get(kind, {}).items()
        ]
        words += [(SPOILED_REASONS[key], n) for key, n in kinds.get(rules.SPOILT, {}).items()]
        lines.append(EntryLine(entry, BATCH_ACTS[entry.act], words))
    return lines
