"""The series of a petition as anybody may have it: sums of each hour and day, and of each region only
in steps that tell of no few people."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from campaign.petitions.rules.places import next_shown

Entry = tuple[datetime, str, int]


@dataclass(frozen=True)
class Change:
    """What one hour or day brought, and the total after it."""

    starts_at: datetime
    change: int
    total: int


@dataclass(frozen=True)
class RegionTotal:
    """The total of a region at the end of a day on which it could be shown anew."""

    starts_at: datetime
    region: str
    total: int


def changes_in_all(series: Iterable[Entry]) -> list[Change]:
    """The net change of each period over all regions, the oldest first, with its running total."""
    sums: defaultdict[datetime, int] = defaultdict(int)
    for starts_at, _region, change in series:
        sums[starts_at] += change
    total, changes = 0, []
    for starts_at in sorted(sums):
        total += sums[starts_at]
        changes.append(Change(starts_at, sums[starts_at], total))
    return changes


def totals_by_region(series: Iterable[Entry]) -> list[RegionTotal]:
    """The totals of regions on the days on which they may be shown (campaign/petitions/rules/places.py)."""
    days: defaultdict[datetime, list[tuple[str, int]]] = defaultdict(list)
    for starts_at, region, change in series:
        days[starts_at].append((region, change))
    true: defaultdict[str, int] = defaultdict(int)
    shown: dict[str, int] = {}
    totals = []
    for day in sorted(days):
        for region, change in days[day]:
            true[region] += change
        after = next_shown(shown, true)
        totals += [
            RegionTotal(day, region, after.get(region, 0))
            for region in sorted({*shown, *after})
            if after.get(region) != shown.get(region)
        ]
        shown = after
    return totals
