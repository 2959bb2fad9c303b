"""The hand-over pack: what was collected, region by region and channel by channel, how it was counted,
the sealed list of batches, a letter to the authority, and the checklist of the instrument.

Official online, official paper and support stand apart and are never added here. Nothing of a signatory
is in it: numbers only.
"""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import gettext as _

from campaign.core.spreadsheet import no_formula
from campaign.petitions.models import OfficialCount, PaperBatch, Petition
from campaign.petitions.operations.counting import evaluate
from campaign.petitions.operations.paper import sealable
from campaign.petitions.queries.counts import support_by_stratum
from campaign.petitions.queries.official_counts import counts_known_on, waiting_counts
from campaign.petitions.queries.paper import batches_of, figures_in_force, paper_before_ledger
from campaign.petitions.rules.counting import rule_for
from campaign.petitions.rules.official_counts import ONLINE, region_keys
from campaign.petitions.rules.paper import (
    UNKNOWN,
    BatchFigures,
    RegionTotals,
    paper_regions,
    totals_by_region,
)
from campaign.petitions.rules.sealing import canonical, list_text, seal
from campaign.petitions.vocabulary import NEEDS
from campaign.thresholds.handoffs import PAPER, hand_off_for
from campaign.thresholds.models import Confidence, Instrument
from campaign.thresholds.rules.evaluation import ALL, Evaluation, StratumResult

COLUMNS = (
    *("kind", "batch", "place", "channel", "figure", "count"),
    *("as_of", "source", "source_url", "seal", "canonical"),
)


@dataclass(frozen=True)
class PackRegion:
    """One region: what each channel shows, apart, and what the rule makes of them."""

    key: str
    name: str
    online: OfficialCount | None
    paper: RegionTotals
    result: StratumResult | None


@dataclass(frozen=True)
class PackBatch:
    """A batch whose figures stand, with the text its seal is over."""

    batch: PaperBatch
    found: BatchFigures
    text: str


@dataclass(frozen=True)
class Pack:
    """All that is handed over. `unsettled` are batches out, lost or not counted; `waiting` the counts
    that a second person has yet to approve: neither is in the numbers."""

    petition: Petition
    rule: Instrument
    language: str
    evaluation: Evaluation
    regions: list[PackRegion]
    batches: list[PackBatch]
    list_seal: str
    support: int
    unsettled: int
    waiting: int
    made_at: datetime

    @property
    def has_paper(self) -> bool:
        """Whether any batch stands."""
        return bool(self.batches)

    @property
    def valid_total(self) -> int:
        """All valid lines on paper."""
        return sum(one.found.figures.valid_total for one in self.batches)

    @property
    def list_text(self) -> str:
        """The text that the seal of the list is over."""
        return list_text((one.batch.number, one.batch.seal) for one in self.batches)


def pack_of(petition: Petition, language: str, *, today: date, now: datetime) -> Pack:
    """Everything as it stands now, in one language."""
    rule = rule_for(petition.instrument_id, petition.instrument_on, petition.goal)
    evaluation = evaluate(petition)
    found = figures_in_force(petition.id)
    by_number = {one.number: one for one in found}
    batches = sorted(batches_of(petition.id), key=lambda batch: batch.number)
    standing = [
        _batch(petition, batch, by_number[batch.number])
        for batch in batches
        if by_number[batch.number].is_counted
    ]
    seals = [(one.batch.number, one.batch.seal) for one in standing]
    return Pack(
        petition=petition,
        rule=rule,
        language=language,
        evaluation=evaluation,
        regions=_regions(petition, rule, evaluation, found, language, today),
        batches=standing,
        list_seal=seal(list_text(seals)),
        support=sum(support_by_stratum([petition.id])[petition.id].values()),
        unsettled=len(batches) - len(standing),
        waiting=waiting_counts([petition.id]).get(petition.id, 0),
        made_at=now,
    )


def _batch(petition: Petition, batch: PaperBatch, found: BatchFigures) -> PackBatch:
    return PackBatch(batch, found, canonical(sealable(petition, batch, found.figures)))


def _regions(
    petition: Petition,
    rule: Instrument,
    evaluation: Evaluation,
    found: list[BatchFigures],
    language: str,
    today: date,
) -> list[PackRegion]:
    online = counts_known_on(petition.id, ONLINE, today)
    paper = totals_by_region(found, paper_regions(rule), paper_before_ledger(petition.id))
    names = {one.key: one.name.in_language(language) for one in rule.strata}
    names |= {ALL: _("Total"), UNKNOWN: _("region unknown")}
    results = {result.key: result for result in evaluation.strata}
    keys = [*region_keys(rule), *(key for key in paper if key not in region_keys(rule))]
    return [
        PackRegion(
            key,
            names.get(key, key),
            online.get(key),
            paper.get(key, RegionTotals(key)),
            results.get(key),
        )
        for key in keys
        if key in region_keys(rule) or paper[key].counted
    ]


def checklist(pack: Pack) -> list[tuple[str, bool]]:
    """What to look at before handing over: each line, and whether its fact is known. Those of the
    instrument first, then what its paper asks, where it goes, and what nobody could find out."""
    rule, language = pack.rule, pack.language
    lines = [(text.in_language(language), True) for text in rule.checklist]
    way = hand_off_for(rule).way(PAPER)
    if way is not None and pack.has_paper:
        lines += [(str(NEEDS[one.key]), not one.is_to_be_verified) for one in way.needs]
    if rule.submit_to is not None:
        is_known = rule.confidence_in("submit_to") is not Confidence.TO_BE_VERIFIED
        lines.append((rule.submit_to.instructions.in_language(language), is_known))
    lines += [(text.in_language(language), False) for text in rule.open_questions]
    return lines


def pack_csv(pack: Pack) -> str:
    """The numbers and seals as a table (RFC 4180), one figure a line, each with its channel; described in
    docs/paper-seal.md. Texts are never formulas."""
    written = io.StringIO()
    table = csv.DictWriter(written, COLUMNS, restval="", lineterminator="\r\n")
    table.writeheader()
    for row in _rows(pack):
        table.writerow(row)
    return written.getvalue()


def _rows(pack: Pack) -> Iterator[dict[str, object]]:
    for region in pack.regions:
        yield from _region_rows(region)
    yield {
        "kind": "support",
        "place": "all",
        "channel": "own_form",
        "figure": "confirmed",
        "count": pack.support,
        "as_of": pack.made_at.date().isoformat(),
        "source": no_formula(_("given on this site; it does not enter the count of the law")),
    }
    for one in pack.batches:
        yield from _batch_rows(one)
    yield {
        "kind": "list_seal",
        "figure": "sha256",
        "count": len(pack.batches),
        "seal": pack.list_seal,
    }


def _region_rows(region: PackRegion) -> Iterator[dict[str, object]]:
    if region.online is not None:
        yield {
            "kind": "official_count",
            "place": region.key,
            "channel": ONLINE,
            "figure": "read",
            "count": region.online.count,
            "as_of": region.online.as_of.isoformat(),
            "source": no_formula(region.online.source_label),
            "source_url": no_formula(region.online.source_url),
        }
    paper = {"kind": "paper", "place": region.key, "channel": PAPER}
    for figure in ("counted", "handed_over", "accepted", "refused"):
        yield paper | {"figure": figure, "count": getattr(region.paper, figure)}
    if region.result is not None:
        yield paper | {"figure": "added_by_the_rule", "count": region.result.paper_counted}
        rule: dict[str, object] = {"kind": "rule", "place": region.key}
        yield rule | {"figure": "minimum", "count": region.result.minimum}
        yield rule | {"figure": "missing", "count": region.result.missing}


def _batch_rows(one: PackBatch) -> Iterator[dict[str, object]]:
    row: dict[str, object] = {"batch": one.batch.number, "channel": PAPER}
    for key, count in one.found.figures.valid.items():
        yield row | {"kind": "batch", "place": key, "figure": "valid", "count": count}
    for reason, count in one.found.figures.spoiled.items():
        yield row | {"kind": "batch", "figure": f"spoiled:{reason}", "count": count}
    for key, count in (one.found.accepted or {}).items():
        yield row | {"kind": "batch", "place": key, "figure": "accepted", "count": count}
    yield row | {
        "kind": "batch_seal",
        "figure": "sha256",
        "seal": one.batch.seal,
        "canonical": one.text,
    }
