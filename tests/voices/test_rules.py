"""What is taken of a voice, the code, and what is told of numbers."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.voices.rules import (
    carried_at_least,
    grouped,
    monday_of,
    picked,
    read_code,
    read_voice,
    shown_count,
    with_check_digits,
)

LANGUAGES = ("fr", "ar", "bm")
GOOD = {"pseudonym": "Big river", "words": "I live here.", "language": "fr", "consent": "y"}
CODES = st.integers(0, 10**18 - 1).map(lambda number: with_check_digits(f"{number:018}"))


def faults(**changes: str) -> dict[str, str]:
    spoken, found = read_voice({**GOOD, **changes}, LANGUAGES)
    assert (spoken is None) == bool(found)
    return {name: fault.code for name, fault in found.items()}


def test_a_pseudonym_and_an_agreement_are_enough() -> None:
    spoken, found = read_voice({"suggested": "Blue door", "consent": "y"}, LANGUAGES)
    assert not found
    assert spoken is not None
    assert (spoken.pseudonym, spoken.words, spoken.may_be_carried) == ("Blue door", "", False)


def test_what_is_typed_wins_over_what_is_chosen() -> None:
    spoken, _found = read_voice({**GOOD, "suggested": "Blue door"}, LANGUAGES)
    assert spoken is not None
    assert spoken.pseudonym == "Big river"


def test_a_language_that_is_not_ours_is_another_one() -> None:
    """A rare language would tell where somebody comes from."""
    spoken, _found = read_voice({**GOOD, "language": "ti"}, LANGUAGES)
    assert spoken is not None
    assert spoken.language == "und"


@pytest.mark.parametrize(
    ("changes", "refused"),
    [
        ({"pseudonym": ""}, {"pseudonym": "no_pseudonym"}),
        ({"pseudonym": "Awa Exemple"}, {"pseudonym": "real_name"}),
        ({"pseudonym": "x" * 31}, {"pseudonym": "too_long"}),
        ({"pseudonym": "call 0470123456"}, {"pseudonym": "leads_to_somebody"}),
        ({"words": "x" * 401}, {"words": "too_long"}),
        ({"words": "me@example.org"}, {"words": "leads_to_somebody"}),
        ({"words": "my number is 85.07.30-033.28"}, {"words": "leads_to_somebody"}),
        ({"words": "12 rue Verte"}, {"words": "leads_to_somebody"}),
        ({"consent": ""}, {"consent": "no_agreement"}),
    ],
)
def test_what_leads_to_a_person_is_refused_on_its_field(
    changes: dict[str, str], refused: dict[str, str]
) -> None:
    assert faults(**changes) == refused


def test_the_refusal_says_what_to_take_out() -> None:
    _spoken, found = read_voice({**GOOD, "words": "call 0470 12 34 56 now"}, LANGUAGES)
    assert found["words"].values["passage"] == "0470 12 34 56"


def test_four_hundred_characters_are_taken() -> None:
    assert faults(words="é" * 400) == {}


@given(CODES)
def test_a_code_is_read_however_it_is_typed(code: str) -> None:
    arabic = code.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    for typed in (code, grouped(code), f" {code[:7]}-{code[7:]}\n", arabic):
        assert read_code(typed) == code


@given(CODES, st.integers(0, 19), st.integers(1, 9))
def test_every_single_wrong_digit_is_found(code: str, place: int, more: int) -> None:
    wrong = str((int(code[place]) + more) % 10)
    assert read_code(code[:place] + wrong + code[place + 1 :]) is None


@given(CODES, st.integers(0, 18))
def test_every_two_neighbours_that_changed_places_are_found(code: str, place: int) -> None:
    swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    assert swapped == code or read_code(swapped) is None


@pytest.mark.parametrize("typed", ["", "12345", "no digits", "1" * 21, "²" * 20])
def test_what_is_no_code_is_none(typed: str) -> None:
    assert read_code(typed) is None


def test_a_code_is_read_aloud_in_four_groups() -> None:
    assert grouped("12345678901234567890") == "12345 67890 12345 67890"


@pytest.mark.parametrize(("count", "told"), [(0, None), (4, None), (5, 5), (90, 90)])
def test_few_voices_are_not_counted_aloud(count: int, told: int | None) -> None:
    assert shown_count(count) == told


@pytest.mark.parametrize(("count", "told"), [(0, None), (9, None), (10, 10), (19, 10), (450, 200)])
def test_how_many_carry_a_voice_is_told_in_round_numbers(count: int, told: int | None) -> None:
    assert carried_at_least(count) == told


def test_a_week_begins_on_monday() -> None:
    assert monday_of(date(2026, 3, 8)) == date(2026, 3, 2) == monday_of(date(2026, 3, 2))


def test_the_same_lot_draws_the_same_voice_and_lots_are_spread() -> None:
    voice_ids = [3, 5, 8, 13]
    assert picked(voice_ids, "lot") == picked(reversed(voice_ids), "lot")
    assert {picked(voice_ids, str(number)) for number in range(100)} == set(voice_ids)
    assert picked([], "lot") is None
