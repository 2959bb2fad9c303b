"""How one signs at the authority itself: each official channel's needs and steps, as dated files.

The words for the keys are the site's (campaign/petitions/vocabulary.py); the files say which apply, how
sure that is, and where it was read. Format: docs/instrument-format.md, "How one signs there".
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from campaign.thresholds.models import Confidence, Instrument, LocalText

FOLDER = Path(__file__).parent / "data" / "handoffs"
ONLINE, PAPER = "official_platform", "official_paper"
NEEDS = frozenset({
    "eid", "itsme", "itsme_card", "standard_browser", "log_in_unknown", "by_email", "two_sheets",
    "page_one_blank", "by_hand", "register_number", "return_petitioner", "return_authority",
    "form_unknown",
})  # fmt: skip
ONLINE_STEPS = frozenset({
    "open", "log_in", "card", "itsme", "franceconnect", "account", "find", "sign", "confirmation",
})  # fmt: skip
PAPER_STEPS = frozenset({"get_form", "fill_in", "hand_in"})


class HandOffFileError(ValueError):
    """A file says something we have no words for, or calls a thing sourced without its source."""


@dataclass(frozen=True)
class Known:
    """One thing to have, to do or to mind, how sure it is, and where it was read."""

    key: str
    confidence: Confidence
    source: str | None

    @property
    def is_to_be_verified(self) -> bool:
        """Nobody could read it in a source: whoever relies on it checks first."""
        return self.confidence is Confidence.TO_BE_VERIFIED


@dataclass(frozen=True)
class Way:
    """One official channel: what it needs, and its steps in order. On paper also where the form is
    asked for (an address by language), its page, and who takes it back: "petitioner" or "authority"."""

    channel: str
    url: str | None
    needs: tuple[Known, ...]
    steps: tuple[Known, ...]
    request_from: LocalText | None = None
    form_url: str | None = None
    return_to: str = "authority"

    @property
    def step_keys(self) -> tuple[str, ...]:
        """The steps' keys, in order."""
        return tuple(step.key for step in self.steps)


@dataclass(frozen=True)
class HandOff:
    """The official channels of one instrument. `verified_on` None: nobody has checked them yet."""

    instrument_id: str
    verified_on: date | None
    ways: tuple[Way, ...]

    def way(self, channel: str) -> Way | None:
        """The way of this channel, where the instrument has it."""
        return next((way for way in self.ways if way.channel == channel), None)


def hand_off_for(rule: Instrument) -> HandOff:
    """How one signs for this rule. Only channels that count for it; what no file tells of is to be
    verified. No way at all where our own form counts, or no channel is known."""
    written = _written().get(rule.id)
    ways = []
    for channel in rule.channels:
        if channel.counts and channel.key in {ONLINE, PAPER}:
            part = written.get(channel.key) if written else None
            ways.append(
                _way(channel.key, channel.url, part) if part else _unknown(channel.key, channel.url)
            )
    return HandOff(
        rule.id,
        date.fromisoformat(written["verified_on"]) if written and written["verified_on"] else None,
        tuple(sorted(ways, key=lambda way: way.channel != ONLINE)),
    )


@cache
def _written() -> Mapping[str, Mapping[str, Any]]:
    found = {}
    for path in sorted(FOLDER.glob("*.json")):
        content = json.loads(path.read_text(encoding="utf-8"))
        if content["id"] != path.stem:
            raise HandOffFileError(f"{path.name}: the id must be the file's name")
        found[path.stem] = {
            "verified_on": content["verified_on"],
            ONLINE: content["online"],
            PAPER: content["paper"],
        }
    return MappingProxyType(found)


def _way(channel: str, url: str | None, part: Mapping[str, Any]) -> Way:
    request_from = part.get("request_from")
    return Way(
        channel,
        url,
        needs=tuple(_known(one, NEEDS) for one in part["needs"]),
        steps=tuple(
            _known(one, ONLINE_STEPS if channel == ONLINE else PAPER_STEPS) for one in part["steps"]
        ),
        request_from=LocalText(tuple(request_from.items())) if request_from else None,
        form_url=part.get("form_url"),
        return_to=part.get("return_to", "authority"),
    )


def _known(written: Mapping[str, Any], allowed: frozenset[str]) -> Known:
    if written["key"] not in allowed:
        raise HandOffFileError(f"no words for {written['key']!r}")
    confidence = Confidence(written["confidence"])
    if confidence is Confidence.SOURCED and not written["source"]:
        raise HandOffFileError(f"{written['key']}: sourced, and no source")
    return Known(written["key"], confidence, written["source"])


def _unknown(channel: str, url: str | None) -> Way:
    if channel == PAPER:
        needs = _to_verify("form_unknown", "return_authority")
        return Way(channel, url, needs, _to_verify("get_form", "fill_in", "hand_in"))
    steps = _to_verify("open", "log_in", "find", "sign", "confirmation")
    return Way(channel, url, _to_verify("log_in_unknown"), steps)


def _to_verify(*keys: str) -> tuple[Known, ...]:
    return tuple(Known(key, Confidence.TO_BE_VERIFIED, None) for key in keys)
