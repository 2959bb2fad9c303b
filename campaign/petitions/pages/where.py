"""The page that shows where the support for a petition comes from."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from math import sqrt

from campaign.geography.rules import REGIONS, commune_name, province_name, region_of_area, shapes
from campaign.petitions.models import Petition
from campaign.petitions.pages.cards import REGION_ORDER, PetitionCard, cards_for
from campaign.petitions.queries.places import edition_of, places_counted_at
from campaign.petitions.rules.places import JOINED, area_of

# Of the drawing, which is 1000 wide: the largest dot leaves its neighbours' numbers readable.
LARGEST_DOT, SMALLEST_DOT, NUMBER_FITS = 62, 12, 44
FIRST_COMMUNES = 20


@dataclass(frozen=True)
class Dot:
    """A circle whose area is a number of people; its number stands in it, or to its right."""

    x: int
    y: int
    radius: int
    count: int
    is_number_inside: bool


@dataclass(frozen=True)
class ShownPlace:
    """A place with its number, None where it is not shown; `within` is what it lies in: a name, or the
    key of a region."""

    name: str
    within: str
    count: int | None


@dataclass(frozen=True)
class WherePage:
    """Map, tables, and what is in neither: `rest` are those of other places, or not shown yet."""

    card: PetitionCard
    counted_at: datetime | None
    view_box: str
    outlines: list[str]
    dots: list[Dot]
    areas: list[ShownPlace]
    communes: list[ShownPlace]
    shown_count: int
    rest: int


def where_page(petition: Petition, language: str, *, now: datetime) -> WherePage:
    """What may be shown of the places of a petition."""
    card = cards_for([petition], language, now=now)[0]
    edition = edition_of(petition.id)
    drawing = shapes()
    areas = sorted(drawing["centres"], key=lambda area: _order(area, language))
    shown_count = sum(edition.areas.values())
    return WherePage(
        card=card,
        counted_at=places_counted_at(petition.id),
        view_box=drawing["view_box"],
        outlines=[*drawing["provinces"].values(), drawing["regions"]["BRU"]],
        dots=_dots(edition.areas, drawing["centres"]),
        areas=[
            ShownPlace(_area_name(area, language), region_of_area(area), edition.areas.get(area))
            for area in areas
        ],
        communes=[
            ShownPlace(_commune_name(place, language), _area_name(area_of(place), language), count)
            for place, count in sorted(
                edition.communes.items(),
                key=lambda pair: (-pair[1], _commune_name(pair[0], language)),
            )
        ],
        shown_count=shown_count,
        rest=max(card.support_count - shown_count, 0),
    )


def _order(area: str, language: str) -> tuple[int, str]:
    return REGION_ORDER.index(region_of_area(area)), _area_name(area, language)


def _area_name(area: str, language: str) -> str:
    """A province by name; Brussels by its key, for which the page has its word."""
    return area if area in REGIONS else province_name(area, language)


def _commune_name(place: str, language: str) -> str:
    return " / ".join(commune_name(refnis, language) for refnis in place.split(JOINED))


def _dots(counts: Mapping[str, int], centres: dict[str, list[int]]) -> list[Dot]:
    """The largest first, so that a small one is never under a large one."""
    most = max(counts.values(), default=0)
    dots = []
    for area, count in sorted(counts.items(), key=lambda pair: -pair[1]):
        radius = max(round(LARGEST_DOT * sqrt(count / most)), SMALLEST_DOT)
        x, y = centres[area]
        dots.append(Dot(x, y, radius, count, radius >= NUMBER_FITS and count < 1000))
    return dots
