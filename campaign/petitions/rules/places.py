"""Which numbers of places may be shown, so that nobody can work out where a few people live.

Places are looked at in editions, one a night at most. A number is shown, or changed, only when it is
far enough from what was shown before; and what is held back can be worked out neither from the total,
which everybody knows at any time, nor from two editions. docs/decisions/0014 says why.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from campaign.geography.rules import area_of_commune, place_of, region_of_area
from campaign.petitions.rules.counting import SMALLEST_SHOWN

JOINED = "+"
Counts = Mapping[str, int]


@dataclass(frozen=True)
class Edition:
    """What may be shown of one petition, by region key, by area and by commune.

    An area is a province by its REFNIS code, or 'BRU'. A commune is its REFNIS code; a postal code
    that lies in two communes makes one place of both ('21004+21009').
    """

    regions: Counts = field(default_factory=dict)
    areas: Counts = field(default_factory=dict)
    communes: Counts = field(default_factory=dict)


def next_shown(shown: Counts, true: Counts) -> dict[str, int]:
    """The numbers to show of places whose true total is known; `shown` is what was shown last.

    A change of 1 to 4 people since then, up or down, is held back, and so are the next smallest ones
    while it could be worked out from the total. A place that has fallen below five is not shown any
    more; it and one where nobody signed look alike.
    """
    kept = {place: count for place, count in shown.items() if true.get(place, 0) >= SMALLEST_SHOWN}
    changes = {
        place: change
        for place in sorted({*kept, *true})
        if (change := true.get(place, 0) - kept.get(place, 0))
    }
    renewed = changes.keys() - _held_back(changes)
    return kept | {place: true[place] for place in renewed}


def _held_back(changes: Counts) -> set[str]:
    by_size = sorted(changes, key=lambda place: abs(changes[place]))
    hidden = [place for place in by_size if abs(changes[place]) < SMALLEST_SHOWN]
    if not hidden:
        return set()
    while not _is_safe([changes[place] for place in hidden]) and len(hidden) < len(by_size):
        hidden.append(by_size[len(hidden)])
    return set(hidden)


def _is_safe(hidden: Sequence[int]) -> bool:
    """Whether the sum of these changes, which can be known, tells none of them: at least five people,
    in at least two places that move the way of the sum, and not one person each."""
    together = abs(sum(hidden))
    same_way = [abs(change) for change in hidden if change * sum(hidden) > 0]
    return together >= SMALLEST_SHOWN and len(same_way) > 1 and sum(same_way) > len(same_way)


def next_edition(before: Edition, regions: Counts, postal_codes: Counts) -> Edition:
    """The edition that follows `before`, from the true numbers by region and by Belgian postal code.

    An area may change only where its region has just been shown exactly, a commune only where its
    area has: otherwise the parts would tell of the whole what is held back of it.
    """
    communes = _summed(postal_codes, _commune_of)
    areas = _summed(communes, area_of)
    shown_regions = next_shown(before.regions, regions)
    renewed = {key for key, count in shown_regions.items() if count != before.regions.get(key)}
    shown_areas = _parts(before.areas, areas, renewed, region_of_area)
    renewed = {key for key, count in shown_areas.items() if count != before.areas.get(key)}
    return Edition(shown_regions, shown_areas, _parts(before.communes, communes, renewed, area_of))


def area_of(commune: str) -> str:
    """The area in which a commune, or two of one postal code, lies."""
    return area_of_commune(commune.split(JOINED, maxsplit=1)[0])


def _parts(
    shown: Counts, true: Counts, wholes: set[str], whole_of: Callable[[str], str]
) -> dict[str, int]:
    """The next numbers of the parts of `wholes`; all others stay as they were shown."""
    after = {part: count for part, count in shown.items() if whole_of(part) not in wholes}
    for whole in wholes:
        after |= next_shown(
            *({part: n for part, n in counts.items() if whole_of(part) == whole}
              for counts in (shown, true))
        )  # fmt: skip
    return after


def _summed(counts: Counts, whole_of: Callable[[str], str]) -> dict[str, int]:
    sums: defaultdict[str, int] = defaultdict(int)
    for part, count in counts.items():
        sums[whole_of(part)] += count
    return {whole: count for whole, count in sums.items() if whole}


def _commune_of(postal_code: str) -> str:
    place = place_of(postal_code)
    return JOINED.join(place.refnis_codes) if place else ""
