"""Numbers of places: small ones stay hidden, also to who knows the total and looks twice."""

from collections import defaultdict
from collections.abc import Iterable
from itertools import product
from operator import ge

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaign.petitions.rules.counting import SMALLEST_SHOWN
from campaign.petitions.rules.places import Edition, area_of, next_edition, next_shown

PLACES = ("A", "B", "C")
Night = tuple[int, ...]
Shown = tuple[tuple[str, int], ...]
Looks = tuple[Shown, int, Shown, int]
counts = st.dictionaries(st.sampled_from("ABCDEF"), st.integers(0, 40), max_size=6)


def vector(values: Iterable[int]) -> dict[str, int]:
    """Numbers of the three places."""
    return dict(zip(PLACES, values, strict=True))


def test_a_place_of_a_few_people_is_not_shown_and_neither_is_what_tells_its_number() -> None:
    assert next_shown({}, {"A": 30, "B": 20, "C": 3, "D": 9}) == {"A": 30, "B": 20}
    assert next_shown({}, {"A": 30, "B": 20, "C": 9}) == {"A": 30, "B": 20, "C": 9}
    assert next_shown({}, {"A": 3}) == {}


def test_one_more_person_changes_no_number() -> None:
    shown = next_shown({}, {"A": 30, "B": 20})
    assert next_shown(shown, {"A": 31, "B": 20}) == shown
    assert next_shown(shown, {"A": 31, "B": 25}) == shown, (
        "A's person would be the rest of the total"
    )
    assert next_shown(shown, {"A": 35, "B": 26}) == {"A": 35, "B": 26}


def test_leaving_is_held_back_as_joining_is() -> None:
    shown = {"A": 30, "B": 20}
    assert next_shown(shown, {"A": 29, "B": 20}) == shown
    assert next_shown(shown, {"A": 20, "B": 20}) == {"A": 20, "B": 20}
    assert next_shown(shown, {"B": 20}) == {"B": 20}


@settings(max_examples=300)
@given(st.lists(counts, min_size=1, max_size=6))
def test_no_number_moves_by_fewer_than_five_people_ever(history: list[dict[str, int]]) -> None:
    shown: dict[str, int] = {}
    for true in history:
        after = next_shown(shown, true)
        assert all(count >= SMALLEST_SHOWN for count in after.values())
        for place in {*shown, *after}:
            step = abs(after.get(place, 0) - shown.get(place, 0))
            assert step == 0 or step >= SMALLEST_SHOWN
        held_back = {place: true.get(place, 0) - after.get(place, 0) for place in {*true, *after}}
        left = [abs(change) for change in held_back.values() if change]
        renewed = [place for place in after if after[place] != shown.get(place)]
        assert len(left) != 1 or not renewed, "the rest of the total would be this one"
        shown = after


def test_whoever_knows_every_total_and_every_edition_learns_no_small_number() -> None:
    """Every history of two nights with up to twelve people in three places: what is shown, and the
    total of each night, fit several histories, and these never agree on 1 to 4 people. Two cases are
    told by the total alone, whatever is shown: somebody leaves the only place there is, and all there
    are have come from the places shown."""
    nights = [true for true in product(range(13), repeat=3) if sum(true) <= 12]
    first = {true: next_shown({}, vector(true)) for true in nights}
    seen: defaultdict[Looks, list[tuple[Night, Night]]] = defaultdict(list)
    for one, shown in first.items():
        for two in nights:
            after = next_shown(shown, vector(two))
            seen[tuple(shown.items()), sum(one), tuple(after.items()), sum(two)].append((one, two))
    for (_shown, _total, last, total), histories in seen.items():
        is_all_shown = total == sum(count for _place, count in last)
        if is_all_shown or not any(all(map(ge, two, one)) for one, two in histories):
            continue
        for place in range(3):
            for known in (
                {one[place] for one, _two in histories},
                {two[place] for _one, two in histories},
                {abs(two[place] - one[place]) for one, two in histories},
            ):
                assert len(known) > 1 or not 0 < min(known) < SMALLEST_SHOWN, histories[:3]


def test_a_commune_is_told_only_together_with_its_province() -> None:
    postal_codes = {"9000": 40, "9300": 12, "8000": 3, "1050": 9, "1000": 20}
    edition = next_edition(Edition(), {"VLG": 55, "BRU": 29, "ABROAD": 8}, postal_codes)
    assert edition.regions == {"VLG": 55, "BRU": 29, "ABROAD": 8}
    assert edition.areas == {"BRU": 29}, (
        "West Flanders has three people; so East Flanders is silent"
    )
    assert edition.communes == {"21004": 20, "21004+21009": 9}
    assert area_of("21004+21009") == "BRU"


def test_a_region_of_a_few_people_has_no_parts() -> None:
    edition = next_edition(
        Edition(), {"VLG": 4, "WAL": 6, "BRU": 50}, {"9000": 4, "4000": 6, "1000": 50}
    )
    assert (edition.regions, edition.areas) == ({"BRU": 50}, {"BRU": 50})


def test_an_edition_of_the_same_numbers_is_the_same() -> None:
    true = ({"VLG": 55, "WAL": 80}, {"9000": 40, "8000": 15, "4000": 80})
    edition = next_edition(Edition(), *true)
    assert next_edition(edition, *true) == edition
    assert edition.communes == {"44021": 40, "31005": 15, "62063": 80}


@pytest.mark.parametrize("postal_code", ["0000", "9999x"])
def test_a_postal_code_that_no_commune_has_is_left_out(postal_code: str) -> None:
    assert next_edition(Edition(), {"VLG": 9}, {postal_code: 9}).communes == {}


@settings(max_examples=100)
@given(
    st.lists(
        st.dictionaries(st.sampled_from(["9000", "9300", "8000", "4000", "1000", "1050"]),
                        st.integers(0, 30)), min_size=1, max_size=4)
)  # fmt: skip
def test_parts_never_exceed_the_steps_of_their_whole(history: list[dict[str, int]]) -> None:
    region_of = {"9": "VLG", "8": "VLG", "4": "WAL", "1": "BRU"}
    edition = Edition()
    for postal_codes in history:
        regions: defaultdict[str, int] = defaultdict(int)
        for code, count in postal_codes.items():
            regions[region_of[code[0]]] += count
        after = next_edition(edition, regions, postal_codes)
        for shown, whole_shown, whole_of in (
            ((edition.communes, after.communes), (edition.areas, after.areas), area_of),
        ):
            for part in {*shown[0], *shown[1]}:
                if shown[0].get(part) != shown[1].get(part):
                    whole = whole_of(part)
                    assert whole_shown[0].get(whole) != whole_shown[1].get(whole)
        edition = after
