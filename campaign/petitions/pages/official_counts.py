"""What organisers see of the official platform's counts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _

from campaign.accounts.queries import names_of_actors
from campaign.i18n.formats import BRUSSELS
from campaign.petitions.models import CountChange, OfficialCount, Petition
from campaign.petitions.queries.counts import official_readings
from campaign.petitions.queries.official_counts import (
    changes_of,
    counts_known_on,
    entered_counts,
    mark_of_counts,
    waiting_regions,
)
from campaign.petitions.rules.counting import rule_for
from campaign.petitions.rules.official_counts import ONLINE, has_platform, region_keys
from campaign.petitions.rules.paper import UNKNOWN
from campaign.thresholds.models import Instrument
from campaign.thresholds.rules.evaluation import ALL
from campaign.thresholds.rules.forecast import Reading

MOST_SHOWN = 200


@dataclass(frozen=True)
class RegionCount:
    """One region of the rule: its minimum, and the count that stands."""

    key: str
    name: str
    minimum: int | None
    standing: OfficialCount | None
    is_waiting: bool


@dataclass(frozen=True)
class CountChart:
    """How the count of one region grew; places are in hundredths of the drawing, from its top left."""

    name: str
    minimum: int | None
    top: int
    line: str
    dots: tuple[tuple[float, float], ...]
    minimum_y: float | None
    first: Reading
    last: Reading


@dataclass(frozen=True)
class CountsPage:
    """All of the page about official counts."""

    has_platform: bool
    platform_url: str
    regions: list[RegionCount]
    charts: list[CountChart]
    changes: Sequence[CountChange]
    entered: Sequence[OfficialCount]
    region_names: Mapping[str, str]
    names: Mapping[str, str]
    mark: str
    today: date


def names_of_regions(rule: Instrument, language: str) -> dict[str, str]:
    """What each place of a rule is called, the one total and the unknown included."""
    return {
        ALL: _("Total"),
        **{one.key: one.name.in_language(language) for one in rule.strata},
        UNKNOWN: _("region unknown"),
    }


def counts_page(petition: Petition, language: str, *, now: datetime) -> CountsPage:
    """The counts that stand, what waits, the chart and the history."""
    rule = rule_for(petition.instrument_id, petition.instrument_on, petition.goal)
    names, today = names_of_regions(rule, language), now.astimezone(BRUSSELS).date()
    known = counts_known_on(petition.id, ONLINE, today)
    waiting = waiting_regions(petition.id, ONLINE)
    minima: dict[str, int | None] = {one.key: one.minimum for one in rule.strata}
    minima = minima or {ALL: rule.total_minimum}
    changes, entered = changes_of(petition.id), entered_counts(petition.id, ONLINE, MOST_SHOWN)
    actors = {row.recorded_by for row in entered} | {row.approved_by for row in entered}
    actors |= {change.entered_by for change in changes} | {one.answered_by for one in changes}
    platform = next((one.url for one in rule.channels if one.key == ONLINE), None)
    return CountsPage(
        has_platform=has_platform(rule),
        platform_url=petition.official_url or platform or "",
        regions=[
            RegionCount(key, names[key], minima.get(key), known.get(key), key in waiting)
            for key in region_keys(rule)
        ],
        charts=_charts(petition.id, names, minima),
        changes=changes,
        entered=entered,
        region_names=names,
        names=names_of_actors(actors),
        mark=mark_of_counts(petition.id),
        today=today,
    )


def _charts(
    petition_id: int, names: Mapping[str, str], minima: Mapping[str, Any]
) -> list[CountChart]:
    known = official_readings(petition_id)
    charts = []
    for key, name in names.items():
        by_day = {one.on: one for one in known.get(key, []) if one.channel == ONLINE}
        if len(by_day) > 1:
            charts.append(_chart(name, minima.get(key), list(by_day.values())))
    return charts


def _chart(name: str, minimum: int | None, readings: list[Reading]) -> CountChart:
    first, last = readings[0], readings[-1]
    days = (last.on - first.on).days
    top = max(1, minimum or 0, *(one.count for one in readings))
    dots = tuple(
        (
            round(100 * (one.on - first.on).days / days, 2),
            round(100 - 100 * one.count / top, 2),
        )
        for one in readings
    )
    return CountChart(
        name=name,
        minimum=minimum,
        top=top,
        line=" ".join(f"{x},{y}" for x, y in dots),
        dots=dots,
        minimum_y=None if minimum is None else round(100 - 100 * minimum / top, 2),
        first=first,
        last=last,
    )
