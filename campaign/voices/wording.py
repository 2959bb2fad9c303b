"""What who gives a voice agrees to, ready in every language."""

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from campaign.voices.rules import NoControllerError

FILE = Path(__file__).parents[1] / "content" / "consents.json"


@cache
def _ready() -> dict[str, str]:
    read: dict[str, str] = json.loads(FILE.read_text(encoding="utf-8"))["to_give_a_voice"]
    return read


def wordings(controllers: Sequence[str]) -> dict[str, str]:
    """By language, with the names of those who answer for the data. Raises NoControllerError."""
    if not controllers:
        raise NoControllerError
    names = ", ".join(controllers)
    return {language: body.format(controllers=names) for language, body in _ready().items()}
