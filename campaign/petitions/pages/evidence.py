"""The evidence on an organiser's screen: every number, none hidden."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from campaign.petitions.exports import Evidence
from campaign.petitions.pages.handing_off import DayBar
from campaign.petitions.rules.handing_off import (
    Rate,
    Told,
    by_browser,
    by_day,
    by_step,
    overall,
)
from campaign.petitions.vocabulary import BROWSER_NAMES, OFFICIAL_CHANNELS, STEPS
from campaign.thresholds.handoffs import Way


@dataclass(frozen=True)
class WayEvidence:
    """What was said of one official channel."""

    channel: str
    label: Any
    total: Rate
    days: list[DayBar]
    steps: list[tuple[Any, Rate]]
    browsers: list[tuple[Any, Rate]]


@dataclass(frozen=True)
class EvidenceShown:
    """All channels between two days, both included."""

    first: date
    last: date
    ways: list[WayEvidence]


def evidence_shown(evidence: Evidence) -> EvidenceShown:
    """The evidence, drawn."""
    ways = [
        _way(way, evidence.about(way), evidence.last, evidence.day_count)
        for way in evidence.hand_off.ways
    ]
    return EvidenceShown(evidence.first, evidence.last, ways)


def _way(way: Way, told: list[Told], last: date, day_count: int) -> WayEvidence:
    width = 100 / day_count
    return WayEvidence(
        channel=way.channel,
        label=OFFICIAL_CHANNELS[way.channel],
        total=overall(told),
        days=[
            DayBar(date.fromisoformat(rate.key), round(place * width, 3), round(width, 3), rate)
            for place, rate in enumerate(by_day(told, last, day_count))
        ],
        steps=[
            (STEPS.get(rate.key, rate.key), rate)
            for rate in by_step(told, way.step_keys)
            if rate.failed
        ],
        browsers=[(BROWSER_NAMES[rate.key], rate) for rate in by_browser(told)],
    )
