"""What who signs agrees to, ready in every language, for petitions written in the workspace."""

import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from campaign.thresholds.models import Instrument

FILE = Path(__file__).parents[1] / "content" / "consents.json"


@cache
def _ready() -> Mapping[str, Any]:
    read: Mapping[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    return read


def to_sign(controllers: Sequence[str], authority: str, rule: Instrument) -> dict[str, str]:
    """By language, with the names of those who answer for the data and to whom it is handed over."""
    names = ", ".join(controllers)
    return {
        language: body.format(controllers=names, target=_target(authority, rule, language))
        for language, body in _ready()["to_sign"].items()
    }


def to_be_written_to(organisation_name: str) -> dict[str, str]:
    """An organisation's own question by language: whether it may write about what follows."""
    return {
        language: question.format(organisation=organisation_name)
        for language, question in _ready()["updates"].items()
    }


def _target(authority: str, rule: Instrument, language: str) -> str:
    known = _ready()["authorities"]
    if authority in known:
        return str(known[authority][language])
    return str(known["other"][language].format(name=rule.authority_name.in_language(language)))
