"""Reads rule files into instruments, and refuses a file that does not keep to docs/instrument-format.md."""

import json
from collections.abc import Mapping
from datetime import date
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType
from typing import Any

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

Written = dict[str, Any]


class InstrumentFileError(ValueError):
    """A rule file does not keep to the format; the message names the rule and what is wrong."""


def read_folder(folder: Path) -> Mapping[str, tuple[Instrument, ...]]:
    """Every rule file of a folder, by identifier, versions oldest first. Raises InstrumentFileError."""
    written = {path.stem: _read_file(path) for path in sorted(folder.glob("*.json"))}
    return MappingProxyType({key: _read_versions(key, written) for key in written})


def _read_file(path: Path) -> list[Written]:
    content = json.loads(path.read_text(encoding="utf-8"))
    if content.get("id") != path.stem:
        raise InstrumentFileError(f"{path.name}: the id must be the file's name")
    if not content.get("versions"):
        raise InstrumentFileError(f"{path.name}: no version")
    return list(content["versions"])


def _read_versions(
    instrument_id: str, written: Mapping[str, list[Written]]
) -> tuple[Instrument, ...]:
    found = []
    for version in written[instrument_id]:
        complete = _complete(version, written)
        try:
            found.append(_instrument(instrument_id, complete))
        except (KeyError, TypeError, ValueError) as wrong:
            raise InstrumentFileError(
                f"{instrument_id} {version.get('version')}: {wrong!r}"
            ) from wrong
    found.sort(key=lambda rule: rule.version)
    _check_no_overlap(found)
    return tuple(found)


def _complete(version: Written, written: Mapping[str, list[Written]], depth: int = 0) -> Written:
    """Lays a version over the latest version of the rule it is based on (a commune over its region's template)."""
    base = version.get("based_on")
    if base is None:
        return version
    if base not in written or depth > 3:
        raise InstrumentFileError(f"based_on {base!r}: no such rule, or a circle")
    template = _complete(written[base][-1], written, depth + 1)
    return {**template, **version}


def _check_no_overlap(found: list[Instrument]) -> None:
    for earlier, later in pairwise(found):
        if (
            earlier.valid_to is None
            or later.valid_from is None
            or earlier.valid_to >= later.valid_from
        ):
            raise InstrumentFileError(
                f"{later.id}: versions {earlier.version} and {later.version} overlap"
            )


def _instrument(instrument_id: str, written: Written) -> Instrument:
    strata = tuple(_stratum(row) for row in written["strata"] or ())
    wanted = written.get("min_strata")
    rule = Instrument(
        id=instrument_id,
        version=date.fromisoformat(written["version"]),
        kind=Kind(written["kind"]),
        is_offered=_yes_or_no(written.get("is_offered", True)),
        total_minimum=written["total_minimum"],
        strata=strata,
        min_strata=len(strata) if wanted is None else wanted,
        signatory=_signatory(written["signatory"]),
        channels=tuple(_channel(row) for row in written["channels"]),
        combination=_combination(written["combination"]),
        paper_rule=PaperRule(written["paper_rule"]),
        period=_period(written["period"]),
        notice=_notice(written.get("notice")),
        age_statement=_age_statement(written.get("age_statement")),
        submit_to=_submission(written.get("submit_to")),
        **_descriptions(written),
        **_provenance(written),
    )
    _check_numbers(rule)
    _check_places(rule, listed=written["strata"] is not None)
    if not rule.is_offered and not rule.notes:
        raise ValueError("a rule that is not offered says why in its notes")
    return rule


def _descriptions(written: Written) -> dict[str, Any]:
    """What the rule is called and says in words."""
    return {
        "title": _text(written["title"]),
        "authority_key": written["authority"]["key"],
        "authority_name": _text(written["authority"]["name"]),
        "law": _text(written["law"]["name"]),
        "article": written["law"].get("article"),
        "author": _text(written["author"]),
        "attribution_order": _texts(written.get("attribution_order", [])),
        "requested_fields": tuple(
            RequestedField(row["key"], _text(row["label"])) for row in written["requested_fields"]
        ),
        "effect": Effect(
            _texts(written["effect"]["gives"]), _texts(written["effect"]["does_not_give"])
        ),
        "checklist": _texts(written.get("checklist", [])),
        "languages": tuple(written["languages"]),
        "notes": _texts(written["notes"]),
        "open_questions": _texts(written["open_questions"]),
    }


def _provenance(written: Written) -> dict[str, Any]:
    """Where the rule is known from, when it applied, and how sure each fact is."""
    levels = written.get("confidence", {})
    return {
        "sources": tuple(Source(_text(row["label"]), row["url"]) for row in written["sources"]),
        "valid_from": _date(written["valid_from"]),
        "valid_from_status": _known(written["valid_from_status"], ("known", "to_be_verified")),
        "valid_to": _date(written["valid_to"]),
        "verified_on": _date(written["verified_on"]),
        "confidence": tuple((fact, Confidence(level)) for fact, level in levels.items()),
    }


def _check_numbers(rule: Instrument) -> None:
    minima = sorted(stratum.minimum for stratum in rule.strata)
    if len(set(rule.stratum_keys)) != len(rule.strata):
        raise ValueError("two strata have the same key")
    if any(minimum < 1 for minimum in minima) or (
        rule.total_minimum is not None and rule.total_minimum < 1
    ):
        raise ValueError("a minimum is at least one signature; write null when there is none")
    if rule.total_minimum is not None and sum(minima[: rule.min_strata]) > rule.total_minimum:
        raise ValueError("the strata that must be reached ask for more than the total")


def _check_places(rule: Instrument, *, listed: bool) -> None:
    if not listed and rule.min_strata < 1:
        raise ValueError("strata null: places we cannot list; min_strata says how many are needed")
    if listed and not 0 <= rule.min_strata <= len(rule.strata):
        raise ValueError("min_strata asks for more strata than there are")
    if rule.total_minimum is None and (rule.strata or not listed):
        raise ValueError("a rule with strata has a total")


def _text(written: Any) -> LocalText:
    if not isinstance(written, Mapping):
        raise TypeError(f"a text is written by language: {written!r}")
    if not written or not all(words.strip() for words in written.values()):
        raise ValueError(f"an empty text: {written!r}")
    return LocalText(tuple(written.items()))


def _texts(written: list[Mapping[str, str]]) -> tuple[LocalText, ...]:
    return tuple(_text(one) for one in written)


def _date(written: str | None) -> date | None:
    return None if written is None else date.fromisoformat(written)


def _known(value: str, allowed: tuple[str, ...]) -> str:
    if value not in allowed:
        raise ValueError(f"{value!r} is not one of {', '.join(allowed)}")
    return value


def _yes_or_no(written: Any) -> bool:
    if not isinstance(written, bool):
        raise TypeError(f"true or false is written, not {written!r}")
    return written


def _positive(written: Any, what: str) -> int:
    if not isinstance(written, int) or isinstance(written, bool) or written < 1:
        raise ValueError(f"{what} is a whole number from 1 up, not {written!r}")
    return written


def _stratum(written: Written) -> Stratum:
    age, form = written.get("min_age"), written.get("form")
    return Stratum(
        written["key"],
        written["minimum"],
        _text(written["name"]),
        None if age is None else _positive(age, "min_age"),
        None if form is None else OfficialForm(form["key"], Confidence(form["confidence"])),
    )


def _signatory(written: Written) -> Signatory:
    return Signatory(
        min_age=written["min_age"],
        residence=written["residence"],
        nationality=written["nationality"],
        who_may_sign=_text(written["who_may_sign"]),
        undocumented_signature_counts=_known(
            written["undocumented_signature_counts"], ("yes", "no", "unclear")
        ),
        undocumented_explanation=_text(written["undocumented_explanation"]),
        confidence=Confidence(written["confidence"]),
    )


def _channel(written: Written) -> Channel:
    key = _known(written["key"], ("official_platform", "official_paper", "own_form", "partner"))
    return Channel(
        key,
        bool(written["counts"]),
        written["url"],
        _text(written["how"]),
        Confidence(written["confidence"]),
    )


def _combination(written: Written) -> CombinationRule:
    return CombinationRule(
        Combination(written["status"]),
        _text(written["explanation"]),
        Confidence(written["confidence"]),
    )


def _period(written: Written) -> Period:
    return Period(
        written["months"],
        _known(written["status"], ("known", "to_be_verified")),
        _text(written["explanation"]),
    )


def _notice(written: Written | None) -> Notice | None:
    if written is None:
        return None
    return Notice(
        _positive(written["days"], "days"),
        NoticeUnit(written["unit"]),
        Confidence(written["confidence"]),
    )


def _age_statement(written: Written | None) -> AgeStatement | None:
    return None if written is None else AgeStatement(written["min_age"], _text(written["text"]))


def _submission(written: Written | None) -> Submission | None:
    if written is None:
        return None
    return Submission(
        written["address"], written["email"], written["url"], _text(written["instructions"])
    )
