"""What tallies mean under an instrument: met, not met, or not to be known yet.

Only channels the instrument counts are looked at. A surplus in one stratum never helps another; a signature whose
stratum is unknown is never placed by guess.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from campaign.thresholds.models import Combination, Instrument, Kind, PaperRule

PAPER = "official_paper"
ALL = "ALL"
TOTAL = "total"


class Verdict(StrEnum):
    MET = "met"
    NOT_MET = "not_met"
    UNDETERMINED = "undetermined"
    NO_THRESHOLD = "no_threshold"


class RuleNotInForceError(ValueError):
    """The version of the instrument given did not apply on the day given."""


@dataclass(frozen=True)
class Tally:
    """So many signatures of one stratum through one channel."""

    stratum: str
    channel: str
    count: int


@dataclass(frozen=True)
class StratumResult:
    """One stratum. Always: online + paper_received == counted + surplus + not_added.

    `counted` are the signatures that bring this stratum closer, at most its minimum. `surplus` is beyond the minimum
    and helps no other stratum. `not_added` are signatures of the other way of signing when the two may not, or may
    perhaps not, be added together.
    """

    key: str
    minimum: int
    online: int
    paper_received: int
    paper_counted: int
    counted: int
    missing: int
    surplus: int
    reached: bool
    not_added: int = 0


@dataclass(frozen=True)
class Evaluation:
    """The state of a petition under one version of a rule.

    `total_missing` is what is missing for certain reach, counting nothing doubtful; `missing_at_least` is what is
    missing even if every doubt helps. They are equal when nothing is in doubt. `collected` is everything received
    through counting channels, `unassigned` the part of it whose stratum is not known.
    """

    instrument_id: str
    instrument_version: date
    verdict: Verdict
    total_minimum: int | None
    total_counted: int
    total_missing: int
    strata: tuple[StratumResult, ...]
    unassigned: int
    collected: int
    own_form_counts: bool
    kind: Kind
    min_strata: int
    missing_at_least: int
    combination: Combination
    combination_in_doubt: bool

    @property
    def strata_reached(self) -> int:
        """How many strata have reached their minimum."""
        return sum(1 for result in self.strata if result.reached)

    @property
    def some_strata_suffice(self) -> bool:
        """Whether only some of several places must reach their minimum (7 of 27: Regulation (EU)
        2019/788, art. 3). What a place has beyond its minimum then still counts in the total."""
        return 0 < self.min_strata < len(self.strata)

    @property
    def places_unlisted(self) -> bool:
        """Whether signatures must come from several places that our source does not list: then the
        number alone never says that the rule is met."""
        return self.min_strata > 0 and [result.key for result in self.strata] == [ALL]


@dataclass(frozen=True)
class _Count:
    """One way of counting: both ways of signing together, or one of them alone."""

    strata: tuple[StratumResult, ...]
    missing: int
    missing_at_least: int


def evaluate(rule: Instrument, tallies: Iterable[Tally], on: date) -> Evaluation:
    """Says where tallies stand under this version of a rule on a day it was in force.

    Raises RuleNotInForceError when the version did not apply that day, ValueError on a negative tally.
    Source of the Belgian Chamber's rules: laws of 2 May 2019, 16 November 2022 and 29 November 2022.
    """
    if not rule.in_force_on(on):
        raise RuleNotInForceError(f"{rule.id}, version {rule.version}, did not apply on {on}")
    online, paper = _received(rule, tallies)
    certain, at_least, together = _bounds(rule, online, paper)
    verdict = _verdict(rule, certain.missing, at_least)
    both = (*online.items(), *paper.items())
    collected = sum(count for _, count in both)
    return Evaluation(
        instrument_id=rule.id,
        instrument_version=rule.version,
        verdict=verdict,
        total_minimum=rule.total_minimum,
        total_counted=collected
        if rule.total_minimum is None
        else rule.total_minimum - certain.missing,
        total_missing=certain.missing,
        strata=certain.strata,
        unassigned=sum(count for key, count in both if key not in _keys(rule)),
        collected=collected,
        own_form_counts="own_form" in rule.counting_channels,
        kind=rule.kind,
        min_strata=rule.min_strata,
        missing_at_least=at_least,
        combination=rule.combination.status,
        combination_in_doubt=verdict is Verdict.UNDETERMINED
        and certain.missing > 0
        and together.missing == 0,
    )


def _bounds(
    rule: Instrument, online: Mapping[str, int], paper: Mapping[str, int]
) -> tuple[_Count, int, _Count]:
    """The count that claims nothing doubtful, the fewest missing if every doubt helps, and the count of both together.

    Where the law is unclear about adding online and paper, only the better of the two alone is certain, and both
    together are possible.
    """
    together = _count(rule, online, paper)
    if rule.combination.status is Combination.ALLOWED:
        return together, together.missing_at_least, together
    alone = (
        _count(rule, online, paper, use_paper=False),
        _count(rule, online, paper, use_online=False),
    )
    certain = min(alone, key=lambda count: count.missing)
    possible = (together,) if rule.combination.status is Combination.UNCLEAR else alone
    return certain, min(count.missing_at_least for count in possible), together


def _received(rule: Instrument, tallies: Iterable[Tally]) -> tuple[dict[str, int], dict[str, int]]:
    """Signatures by stratum, online and on paper, from the channels that count; a rule without strata has only ALL."""
    online: dict[str, int] = {}
    paper: dict[str, int] = {}
    for tally in tallies:
        if tally.count < 0:
            raise ValueError(f"a tally cannot be negative: {tally}")
        if tally.channel not in rule.counting_channels:
            continue
        key = tally.stratum if rule.strata else ALL
        side = paper if tally.channel == PAPER else online
        side[key] = side.get(key, 0) + tally.count
    return online, paper


def _keys(rule: Instrument) -> tuple[str, ...]:
    return rule.stratum_keys or (ALL,)


def _minima(rule: Instrument) -> tuple[tuple[str, int], ...]:
    if rule.total_minimum is None:
        return ()
    return tuple((stratum.key, stratum.minimum) for stratum in rule.strata) or (
        (ALL, rule.total_minimum),
    )


def _count(
    rule: Instrument,
    online: Mapping[str, int],
    paper: Mapping[str, int],
    *,
    use_online: bool = True,
    use_paper: bool = True,
) -> _Count:
    """Counts with both ways of signing, or with one of them set aside.

    The number missing is the fewest signatures that would meet the rule: the cheapest `min_strata` strata brought to
    their minimum, and the total. Signatures of unknown stratum could at best replace as many missing ones.
    """
    minima = _minima(rule)
    results = tuple(
        _stratum_result(
            rule, key, minimum, (online.get(key, 0), paper.get(key, 0)), (use_online, use_paper)
        )
        for key, minimum in minima
    )
    if rule.total_minimum is None:
        return _Count(results, 0, 0)
    used = [side for side, wanted in ((online, use_online), (paper, use_paper)) if wanted]
    keys = _keys(rule)
    placed = sum(count for side in used for key, count in side.items() if key in keys)
    unplaced = sum(count for side in used for key, count in side.items() if key not in keys)
    cheapest = sorted(result.missing for result in results)[: rule.min_strata]
    missing = max(rule.total_minimum - placed, sum(cheapest), 0)
    return _Count(results, missing, max(missing - unplaced, 0))


def _stratum_result(
    rule: Instrument, key: str, minimum: int, received: tuple[int, int], used: tuple[bool, bool]
) -> StratumResult:
    online, paper = (count if wanted else 0 for count, wanted in zip(received, used, strict=True))
    needed_on_paper = max(minimum - online, 0)
    paper_counted = (
        min(paper, needed_on_paper) if rule.paper_rule is PaperRule.ONLY_AS_NEEDED else paper
    )
    counted = min(minimum, online + paper_counted)
    return StratumResult(
        key=key,
        minimum=minimum,
        online=received[0],
        paper_received=received[1],
        paper_counted=paper_counted,
        counted=counted,
        missing=minimum - counted,
        surplus=online + paper - counted,
        reached=counted == minimum,
        not_added=sum(received) - online - paper,
    )


def _verdict(rule: Instrument, missing: int, missing_at_least: int) -> Verdict:
    if rule.total_minimum is None:
        return Verdict.NO_THRESHOLD
    if missing == 0:
        # Places that nobody has listed cannot be counted: the number alone does not meet the rule.
        return Verdict.MET if rule.strata_are_listed else Verdict.UNDETERMINED
    return Verdict.NOT_MET if missing_at_least > 0 else Verdict.UNDETERMINED


def thresholds_reached(evaluation: Evaluation) -> frozenset[str]:
    """Keys of the strata whose minimum is reached, and 'total' when the whole rule is met.

    A rule without strata has only 'total', so that one crossing is not told twice.
    """
    reached = {result.key for result in evaluation.strata if result.reached and result.key != ALL}
    if evaluation.verdict is Verdict.MET:
        reached.add(TOTAL)
    return frozenset(reached)


def crossings(
    before: frozenset[str], after: frozenset[str]
) -> tuple[frozenset[str], frozenset[str]]:
    """What was crossed and what was un-crossed between two states given by `thresholds_reached`."""
    return after - before, before - after
