"""The one sentence a person would say about an evaluation, as a code and its numbers; templates put it into words."""

from collections.abc import Mapping
from dataclasses import dataclass

from campaign.thresholds.models import Combination, Kind
from campaign.thresholds.rules.evaluation import ALL, Evaluation, StratumResult, Verdict

Values = Mapping[str, int | str]


@dataclass(frozen=True)
class Summary:
    """`code` names the sentence, `values` its numbers and stratum keys. See templates/components/threshold_sentence.html."""

    code: str
    values: Values


def summary(evaluation: Evaluation) -> Summary:
    """Chooses the sentence. Codes: no_threshold, nothing_yet, own_goal, own_goal_met, met, missing, missing_between,
    total_enough_but, too_few_strata, some_strata, combination_not_allowed, unknown_split,
    unknown_combination, places_not_listed.
    """
    if evaluation.total_minimum is None:
        return Summary("no_threshold", {"collected": evaluation.collected})
    numbers: dict[str, int | str] = {
        "collected": evaluation.collected,
        "total_minimum": evaluation.total_minimum,
    }
    if evaluation.kind is Kind.OWN_GOAL:
        return _own_goal(evaluation, numbers)
    if evaluation.verdict is Verdict.MET:
        set_aside = sum(result.not_added for result in evaluation.strata)
        return Summary("met", {**numbers, "collected": evaluation.collected - set_aside})
    if evaluation.collected == 0:
        return Summary("nothing_yet", numbers)
    if evaluation.verdict is Verdict.UNDETERMINED:
        return _undetermined(evaluation, numbers)
    return _not_met(evaluation, numbers)


def _undetermined(evaluation: Evaluation, numbers: dict[str, int | str]) -> Summary:
    if evaluation.places_unlisted and evaluation.total_missing == 0:
        return Summary("places_not_listed", {**numbers, "min_strata": evaluation.min_strata})
    return Summary(
        "unknown_combination" if evaluation.combination_in_doubt else "unknown_split", numbers
    )


def _own_goal(evaluation: Evaluation, numbers: dict[str, int | str]) -> Summary:
    code = "own_goal_met" if evaluation.verdict is Verdict.MET else "own_goal"
    return Summary(code, {**numbers, "missing": evaluation.total_missing})


def _not_met(evaluation: Evaluation, numbers: dict[str, int | str]) -> Summary:
    missing = evaluation.total_missing
    if evaluation.missing_at_least != missing:
        return Summary(
            "missing_between", {"at_least": evaluation.missing_at_least, "at_most": missing}
        )
    if evaluation.collected >= (evaluation.total_minimum or 0):
        return _not_met_despite_the_total(evaluation, {**numbers, "total_missing": missing})
    if evaluation.some_strata_suffice:
        return Summary(
            "some_strata",
            {
                "missing": missing,
                "reached": evaluation.strata_reached,
                "min_strata": evaluation.min_strata,
            },
        )
    worst = _worst(evaluation)
    return Summary(
        "missing", {"missing": missing, "worst_stratum": worst.key, "worst_missing": worst.missing}
    )


def _not_met_despite_the_total(evaluation: Evaluation, numbers: dict[str, int | str]) -> Summary:
    worst = _worst(evaluation)
    if evaluation.combination is Combination.NOT_ALLOWED and any(
        result.not_added for result in evaluation.strata
    ):
        return Summary("combination_not_allowed", {**numbers, "missing": evaluation.total_missing})
    if evaluation.some_strata_suffice:
        return Summary(
            "too_few_strata",
            {**numbers, "reached": evaluation.strata_reached, "min_strata": evaluation.min_strata},
        )
    lacking = sum(1 for result in evaluation.strata if result.missing)
    return Summary(
        "total_enough_but",
        {**numbers, "stratum": worst.key, "missing": worst.missing, "strata_lacking": lacking},
    )


def _worst(evaluation: Evaluation) -> StratumResult:
    """The stratum that lacks most; when only some strata are needed no single one is to blame, so the whole."""
    if evaluation.strata and evaluation.min_strata >= len(evaluation.strata):
        return max(evaluation.strata, key=lambda result: result.missing)
    missing = evaluation.total_missing
    return StratumResult(ALL, missing, 0, 0, 0, 0, missing, 0, reached=False)
