"""Postal code → commune → province → region, against the ranges of the Belgian post and the known exceptions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.geography import rules
from campaign.geography.rules import (
    SpecialPostalCode,
    UnknownPostalCode,
    check_belgian_postal_code,
    place_of,
    region_of,
)

ALL_POSTAL_CODES = sorted(rules._table("postal_codes"))

# First and last postal code, province (REFNIS; None in Brussels), region.
RANGES = [
    (1000, 1299, None, "BRU"),
    (1300, 1499, "20002", "WAL"),
    (1500, 1999, "20001", "VLG"),
    (2000, 2999, "10000", "VLG"),
    (3000, 3499, "20001", "VLG"),
    (3500, 3999, "70000", "VLG"),
    (4000, 4999, "60000", "WAL"),
    (5000, 5999, "90000", "WAL"),
    (6000, 6599, "50000", "WAL"),
    (6600, 6999, "80000", "WAL"),
    (7000, 7999, "50000", "WAL"),
    (8000, 8999, "30000", "VLG"),
    (9000, 9999, "40000", "VLG"),
]
PROVINCE_OUT_OF_RANGE = {"2070": "40000"}  # Zwijndrecht, in East Flanders since 1 January 2025

FACILITY_COMMUNES = {
    "1620": ("23098", "VLG"), "1950": ("23099", "VLG"), "1630": ("23100", "VLG"), "1640": ("23101", "VLG"),
    "1780": ("23102", "VLG"), "1970": ("23103", "VLG"), "1547": ("23009", "VLG"), "8957": ("33016", "VLG"),
    "8587": ("34043", "VLG"), "9600": ("45041", "VLG"), "3717": ("73028", "VLG"), "3790": ("73109", "VLG"),
    "7780": ("57097", "WAL"), "7700": ("57096", "WAL"), "7880": ("51019", "WAL"), "7850": ("51067", "WAL"),
    "4960": ("63049", "WAL"), "4950": ("63080", "WAL"),
}  # fmt: skip
GERMAN_SPEAKING_COMMUNES = {
    "4700": ("63023", "Eupen"), "4720": ("63040", "Kelmis"), "4710": ("63048", "Lontzen"), "4730": ("63061", "Raeren"),
    "4770": ("63001", "Amel"), "4760": ("63012", "Büllingen"), "4790": ("63087", "Burg-Reuland"),
    "4750": ("63013", "Bütgenbach"), "4780": ("63067", "Sankt Vith"),
}  # fmt: skip


def expected_area(postal_code: str) -> tuple[str | None, str]:
    for first, last, province, region in RANGES:
        if first <= int(postal_code) <= last:
            return PROVINCE_OUT_OF_RANGE.get(postal_code, province), region
    raise AssertionError(f"{postal_code} lies in no range")


def test_every_postal_code_lies_in_the_region_and_province_of_its_range() -> None:
    found = {code: (place_of(code).province, place_of(code).region) for code in ALL_POSTAL_CODES}
    assert len(found) == 1149
    assert found == {code: expected_area(code) for code in ALL_POSTAL_CODES}


def test_the_communes_sharing_a_postal_code_lie_in_one_province() -> None:
    communes = rules._table("communes")
    shared = {code for code, refnis in rules._table("postal_codes").items() if len(refnis) > 1}
    assert shared == {"1040", "1050", "1804"}
    for code in shared:
        areas = {
            (communes[refnis].get("province"), communes[refnis]["region"])
            for refnis in place_of(code).refnis_codes
        }
        assert len(areas) == 1


def test_there_are_565_communes_285_flemish_261_walloon_19_of_brussels_and_each_has_a_postal_code() -> (
    None
):
    communes = rules._table("communes")
    regions = [commune["region"] for commune in communes.values()]
    assert (len(communes), *(regions.count(key) for key in rules.REGIONS)) == (565, 285, 261, 19)
    assert {refnis for codes in rules._table("postal_codes").values() for refnis in codes} == set(
        communes
    )


@pytest.mark.parametrize(("postal_code", "expected"), FACILITY_COMMUNES.items())
def test_language_facilities_never_change_the_region_a_commune_counts_for(
    postal_code: str, expected: tuple[str, str]
) -> None:
    place = check_belgian_postal_code(postal_code)
    assert (place.refnis_codes, place.region) == ((expected[0],), expected[1])


@pytest.mark.parametrize(("postal_code", "expected"), GERMAN_SPEAKING_COMMUNES.items())
def test_the_german_speaking_communes_count_for_wallonia_and_are_named_in_german(
    postal_code: str, expected: tuple[str, str]
) -> None:
    place = check_belgian_postal_code(postal_code)
    assert (place.refnis_codes, place.region, place.commune_name("de")) == (
        (expected[0],),
        "WAL",
        expected[1],
    )


def test_zwijndrecht_moved_to_east_flanders_in_2025_and_still_counts_for_flanders() -> None:
    place = check_belgian_postal_code("2070")
    assert (place.province, place.region) == ("40000", "VLG")
    assert place.commune_name("nl") == "Beveren-Kruibeke-Zwijndrecht"
    assert place.refnis_codes == place_of("9120").refnis_codes


@pytest.mark.parametrize("postal_code", sorted(rules.special_postal_codes()))
def test_a_postal_code_where_nobody_lives_is_refused_by_name(postal_code: str) -> None:
    with pytest.raises(SpecialPostalCode):
        check_belgian_postal_code(postal_code)


@pytest.mark.parametrize(
    "text", ["", "105", "10500", "1300a", "abcd", "0000", "1299", "9993", "١٠٥", "75011", "²000"]
)
def test_what_is_not_a_belgian_postal_code_is_refused(text: str) -> None:
    with pytest.raises(UnknownPostalCode):
        check_belgian_postal_code(text)


@pytest.mark.parametrize(
    "text",
    [
        "1050",
        " 1050 ",
        "10 50",
        "1050\u00a0",
        "١٠٥٠",
        "۱۰۵۰",
        "１０５０",
        "߁߀߅߀",
        "\u200f١٠٥٠",
        "B-1050",
        "be 1050",
    ],
)
def test_a_postal_code_is_understood_however_it_was_typed(text: str) -> None:
    place = check_belgian_postal_code(text)
    assert (place.postal_code, place.region, place.province) == ("1050", "BRU", None)


@given(st.text(max_size=12))
def test_any_text_gives_a_place_or_a_named_refusal(text: str) -> None:
    try:
        place = check_belgian_postal_code(text)
    except (UnknownPostalCode, SpecialPostalCode):
        return
    assert place.region == expected_area(place.postal_code)[1]


def test_only_a_known_postal_code_has_a_region() -> None:
    assert (region_of("9000"), region_of("4000"), region_of("1000"), region_of("1299")) == (
        "VLG",
        "WAL",
        "BRU",
        None,
    )


def test_a_commune_is_named_in_the_readers_language_or_as_its_people_call_it() -> None:
    names = {
        language: place_of("2000").commune_name(language)
        for language in ("fr", "nl", "de", "en", "ar", "bm")
    }
    assert names == {
        "fr": "Anvers",
        "nl": "Antwerpen",
        "de": "Antwerpen",
        "en": "Antwerp",
        "ar": "Anvers",
        "bm": "Anvers",
    }
    assert place_of("7000").commune_name("nl") == "Bergen"
    assert place_of("7000").commune_name("en") == "Mons"
    assert place_of("1050").commune_name("fr") == "Bruxelles / Ixelles"


def test_provinces_and_regions_have_a_name_in_every_language() -> None:
    for language in ("fr", "nl", "de", "en", "ar", "bm"):
        assert all(rules.province_name(code, language) for code in rules.province_codes())
        assert all(rules.region_name(key, language) for key in rules.REGIONS)
    assert rules.province_name("10000", "bm") == "Anvers"
    assert rules.region_name("VLG", "nl") == "Vlaams Gewest"


def test_countries_are_iso_codes_without_unions_or_pseudo_codes() -> None:
    codes = rules.country_codes()
    assert len(codes) == 250
    assert list(codes) == sorted(codes)
    assert {"BE", "ML", "FR", "XK"} <= set(codes)
    assert not {"EU", "UN", "ZZ"} & set(codes)


def test_every_province_and_region_has_a_shape_and_all_of_them_stay_small() -> None:
    drawing = rules.shapes()
    assert set(drawing["regions"]) == set(rules.REGIONS)
    assert set(drawing["provinces"]) == set(rules.province_codes())
    assert (rules.TABLES_FOLDER / "shapes.json").stat().st_size < 20_000
