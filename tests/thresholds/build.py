"""Small rules for tests, made by changing one real rule: what is not named here stays as the law has it."""

from dataclasses import replace
from datetime import date
from typing import Any

from campaign.thresholds.instruments import Combination, Instrument, LocalText, Stratum, instrument
from campaign.thresholds.rules import Evaluation, Tally, evaluate

TODAY = date(2026, 11, 23)
IN_MY_NAME_CLOSED = date(2022, 5, 17)


def chamber(on: date = TODAY, **changes: Any) -> Instrument:
    return replace(instrument("be-chamber-hearing", on), **changes)


def chamber_where_combining_is(status: Combination) -> Instrument:
    rule = chamber()
    return replace(rule, combination=replace(rule.combination, status=status))


def strata(**minima: int) -> tuple[Stratum, ...]:
    return tuple(
        Stratum(key, minimum, LocalText((("fr", key),))) for key, minimum in minima.items()
    )


def online(**counts: int) -> list[Tally]:
    return [Tally(stratum, "official_platform", count) for stratum, count in counts.items()]


def paper(**counts: int) -> list[Tally]:
    return [Tally(stratum, "official_paper", count) for stratum, count in counts.items()]


def own_form(**counts: int) -> list[Tally]:
    return [Tally(stratum, "own_form", count) for stratum, count in counts.items()]


def judged(rule: Instrument, *tallies: list[Tally]) -> Evaluation:
    on = TODAY if rule.in_force_on(TODAY) else IN_MY_NAME_CLOSED
    return evaluate(rule, [tally for some in tallies for tally in some], on)
