"""Where volunteers help most: the places whose missing signatures keep the whole from being reached."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf

from campaign.thresholds.rules.evaluation import ALL, Evaluation, StratumResult, Verdict
from campaign.thresholds.rules.forecast import Forecast


@dataclass(frozen=True)
class Lack:
    """A place and what it lacks; `days` is how long its pace of the last weeks takes for that, None
    where no pace is known or nothing comes."""

    stratum: str
    missing: int
    days: int | None


@dataclass(frozen=True)
class WhereToHelp:
    """The places in the order in which help counts most.

    Each of `lacks` must reach its minimum when `is_choice` is False; else they are the nearest ones,
    as many as are still needed, and others would do. `anywhere` more may come from any place.
    """

    lacks: tuple[Lack, ...]
    is_choice: bool
    anywhere: int


def where_to_help(evaluation: Evaluation, forecasts: Mapping[str, Forecast]) -> WhereToHelp | None:
    """Where help counts most, or None where a rule knows no places, nothing is missing, or nobody
    knows where signatures come from.

    Where all places are needed, the one that needs longest at its pace decides the outcome and comes
    first; without a pace for each, the one that lacks most. Where k of n suffice, only the nearest are
    worth the way.
    """
    if evaluation.verdict is not Verdict.NOT_MET or len(evaluation.strata) < 2:
        return None
    if evaluation.unassigned and evaluation.unassigned == evaluation.collected:
        return None
    lacking = [result for result in evaluation.strata if result.missing and result.key != ALL]
    is_choice = evaluation.some_strata_suffice
    ordered = _nearest_first(lacking, forecasts)
    if is_choice:
        wanted = ordered[: max(evaluation.min_strata - evaluation.strata_reached, 0)]
    else:
        wanted = ordered[::-1]
    anywhere = evaluation.total_missing - sum(lack.missing for lack in wanted)
    return WhereToHelp(tuple(wanted), is_choice, max(anywhere, 0))


def _nearest_first(lacking: list[StratumResult], forecasts: Mapping[str, Forecast]) -> list[Lack]:
    """By the days that each still takes when every one has a pace, else by what each lacks."""
    lacks = [_lack(result, forecasts.get(result.key)) for result in lacking]
    if all(result.key in forecasts for result in lacking):
        return sorted(
            lacks, key=lambda lack: (inf if lack.days is None else lack.days, lack.missing)
        )
    return sorted(lacks, key=lambda lack: lack.missing)


def _lack(result: StratumResult, found: Forecast | None) -> Lack:
    has_pace = found is not None and found.pace_month > 0
    days = -(-result.missing // found.pace_month) if found is not None and has_pace else None
    return Lack(result.key, result.missing, None if days is None else int(days))
