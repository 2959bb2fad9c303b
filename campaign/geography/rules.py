"""Where in Belgium a postal code lies: commune, province and the region whose quota it counts for.

Tables in `data/` (sources: `data/ATTRIBUTION.md`), as of 1 January 2025, read on first use.
"""

import json
import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from flask_babel import lazy_gettext

from campaign.core.errors import RefusedError

TABLES_FOLDER = Path(__file__).parent / "data"
REGIONS = ("VLG", "WAL", "BRU")

# The language whose place names a reader knows when there is no name in the reader's own.
NAMES_FROM = {"ar": "fr", "bm": "fr"}

_WRITTEN_POSTAL_CODE = re.compile(r"(?:BE?-?)?([0-9]{4})", re.IGNORECASE)


class UnknownPostalCode(RefusedError):
    """Not a Belgian postal code: not four digits, or four digits that no commune has."""

    code = "unknown_postal_code"
    message = lazy_gettext(
        "This is not a Belgian postal code. It has 4 digits, for example 1050 or 9000."
    )


class SpecialPostalCode(RefusedError):
    """A postal code of an institution or a company, where nobody has a home."""

    code = "special_postal_code"
    message = lazy_gettext(
        "This postal code belongs to an institution or a company. Please give the postal code of your home."
    )


@dataclass(frozen=True)
class Place:
    """A postal code and what it tells. `province` is None in Brussels; the region key is 'VLG', 'WAL' or 'BRU'."""

    postal_code: str
    refnis_codes: tuple[str, ...]
    province: str | None
    region: str

    def commune_name(self, language: str) -> str:
        """The commune in that language, else its local name; several communes are joined with ' / '."""
        return " / ".join(commune_name(refnis, language) for refnis in self.refnis_codes)


def check_belgian_postal_code(text: str) -> Place:
    """The place of a postal code as a person typed it.

    Spaces, digits of other scripts and a leading 'B-' or 'BE-' are understood.
    Raises UnknownPostalCode, or SpecialPostalCode for a code where nobody lives.
    """
    written = _WRITTEN_POSTAL_CODE.fullmatch(with_european_digits(text))
    if written is None:
        raise UnknownPostalCode
    postal_code = written[1]
    if postal_code in special_postal_codes():
        raise SpecialPostalCode
    place = place_of(postal_code)
    if place is None:
        raise UnknownPostalCode
    return place


def place_of(postal_code: str) -> Place | None:
    """The place of four digits as stored, or None when no commune has them."""
    refnis_codes = _table("postal_codes").get(postal_code)
    if refnis_codes is None:
        return None
    # A postal code never crosses the border of a province (a test checks the whole table).
    commune = _table("communes")[refnis_codes[0]]
    return Place(postal_code, tuple(refnis_codes), commune.get("province"), commune["region"])


@cache
def special_postal_codes() -> frozenset[str]:
    """The codes the post gives to institutions, companies and mail sorting, not to homes.

    Parliaments, the European institutions, NATO and SHAPE, broadcasters, business parks. Three of
    them (1804, 1931, 7010) have a commune in Statbel's table and are refused all the same.
    """
    return frozenset(_table("special_postal_codes"))


def region_of(postal_code: str) -> str | None:
    """'VLG', 'WAL' or 'BRU', or None when no commune has this postal code."""
    place = place_of(postal_code)
    return place.region if place else None


def commune_name(refnis: str, language: str) -> str:
    """The name of a commune by REFNIS code. Raises KeyError for a code that is not in force."""
    names = _table("communes")[refnis]
    known_language = NAMES_FROM.get(language, language)
    return str(names.get(known_language, names["name"]))


def area_of_commune(refnis: str) -> str:
    """The province of a commune by REFNIS code, 'BRU' in Brussels, which has none. Raises KeyError
    for a code that is not in force."""
    commune = _table("communes")[refnis]
    return str(commune.get("province", commune["region"]))


def region_of_area(area: str) -> str:
    """The region key of a province by REFNIS code, or of Brussels ('BRU'). Raises KeyError."""
    return area if area in REGIONS else str(_table("provinces")[area]["region"])


def province_name(refnis: str, language: str) -> str:
    """The name of a province by REFNIS code ('10000' is Antwerp). Raises KeyError for another code."""
    return _name_in(_table("provinces")[refnis], language)


def region_name(key: str, language: str) -> str:
    """The name of a region by key. Raises KeyError for another key."""
    return _name_in(_table("regions")[key], language)


def province_codes() -> tuple[str, ...]:
    """The REFNIS codes of the ten provinces."""
    return tuple(_table("provinces"))


def country_codes() -> tuple[str, ...]:
    """ISO 3166-1 alpha-2 codes and XK, sorted; their names come from Babel where they are shown."""
    return tuple(_table("countries"))


def shapes() -> dict[str, Any]:
    """`view_box`, the SVG paths of `regions` by key and `provinces` by REFNIS code (fill-rule evenodd),
    and the `centres` of the provinces and of Brussels."""
    return dict(_table("shapes"))


def with_european_digits(text: str) -> str:
    """Without spaces and invisible marks, digits of any script (Arabic, N'Ko, full width…) written 0 to 9."""
    kept = (sign for sign in text if not sign.isspace() and unicodedata.category(sign) != "Cf")
    return "".join(str(unicodedata.decimal(sign)) if sign.isdecimal() else sign for sign in kept)


def _name_in(names: dict[str, str], language: str) -> str:
    return names.get(language) or names[NAMES_FROM.get(language, "en")]


@cache
def _table(name: str) -> Any:
    return json.loads((TABLES_FOLDER / f"{name}.json").read_text(encoding="utf-8"))
