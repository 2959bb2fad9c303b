"""Instruments: the dated legal rules a petition relies on. The file format is described in docs/instrument-format.md."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path

from campaign.thresholds.models import (
    AgeStatement,
    Channel,
    Combination,
    CombinationRule,
    Confidence,
    Effect,
    Instrument,
    Kind,
    LocalText,
    Notice,
    NoticeUnit,
    OfficialForm,
    PaperRule,
    Period,
    RequestedField,
    Signatory,
    Source,
    Stratum,
    Submission,
)
from campaign.thresholds.reading import InstrumentFileError, read_folder

__all__ = [
    "AgeStatement",
    "Channel",
    "Combination",
    "CombinationRule",
    "Confidence",
    "Effect",
    "Instrument",
    "InstrumentFileError",
    "Kind",
    "LocalText",
    "NoVersionInForceError",
    "Notice",
    "NoticeUnit",
    "OfficialForm",
    "PaperRule",
    "Period",
    "RequestedField",
    "Signatory",
    "Source",
    "Stratum",
    "Submission",
    "UnknownInstrumentError",
    "instrument",
    "load_instruments",
    "may_own_form_count",
    "newer_version_from",
    "versions",
    "with_goal",
]

RULES_FOLDER = Path(__file__).parent / "data"


class UnknownInstrumentError(LookupError):
    """No rule file has this identifier."""


class NoVersionInForceError(LookupError):
    """The instrument exists, but none of its versions was in force on the date asked."""


@cache
def load_instruments(folder: Path = RULES_FOLDER) -> Mapping[str, tuple[Instrument, ...]]:
    """Every version of every instrument by identifier, oldest first. Read once per folder.

    Raises InstrumentFileError when a file does not keep to the format.
    """
    return read_folder(folder)


def versions(instrument_id: str) -> tuple[Instrument, ...]:
    """All versions of an instrument, oldest first. Raises UnknownInstrumentError."""
    try:
        return load_instruments()[instrument_id]
    except KeyError:
        raise UnknownInstrumentError(instrument_id) from None


def instrument(instrument_id: str, on: date) -> Instrument:
    """The version in force on that day. Raises UnknownInstrumentError, NoVersionInForceError."""
    for version in reversed(versions(instrument_id)):
        if version.in_force_on(on):
            return version
    raise NoVersionInForceError(f"{instrument_id} had no version in force on {on.isoformat()}")


def newer_version_from(rule: Instrument) -> date | None:
    """The first day of the newest version when it is newer than this one, else None: a petition
    keeps the version it opened under and says so."""
    newest = versions(rule.id)[-1]
    return newest.valid_from if newest.version > rule.version else None


def with_goal(rule: Instrument, goal: int | None) -> Instrument:
    """The same rule with the organisers' own goal as its number; only a rule of kind 'own_goal' takes one.

    Raises ValueError for another kind of rule, or a goal that is not positive. None leaves it without a number.
    """
    if goal is None:
        return rule
    if rule.kind is not Kind.OWN_GOAL:
        raise ValueError(f"{rule.id} has its number from the law, not from the organisers")
    if goal < 1:
        raise ValueError("a goal is at least one signature")
    return replace(rule, total_minimum=goal)


def may_own_form_count(rule: Instrument) -> bool:
    """Does a signature on our own form count for this rule? The rule's channels say it."""
    return "own_form" in rule.counting_channels
