"""Codes as people type them, events with an end, and counts that add up."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.core.errors import RefusedError
from campaign.petitions.rules import placements as rules
from campaign.petitions.rules.placements import KnownCode
from tests.factories.petitions import NOON

HOUR = timedelta(hours=1)
EVENT = KnownCode(1, 7, NOON, NOON + HOUR, most=40, used_count=0)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("K7P2QX", "K7P2QX"),
        (" k7p 2qx ", "K7P2QX"),
        ("k7p-2qx", "K7P2QX"),
        ("K7P2Q", ""),
        ("K7P2QX2", ""),
        ("K7P2Q0", ""),
        ("K7P2QÉ", ""),
        ("", ""),
        ("'; drop", ""),
    ],
)
def test_a_code_is_read_however_it_is_typed(typed: str, code: str) -> None:
    assert rules.readable_code(typed) == code


@given(st.text(max_size=20))
def test_whatever_is_typed_gives_a_code_or_nothing(typed: str) -> None:
    code = rules.readable_code(typed)
    assert code == "" or (len(code) == 6 and set(code) <= set(rules.CODE_LETTERS))
    assert rules.readable_code(code) == code


def test_letters_that_look_alike_are_in_no_code() -> None:
    assert not set("01ILOU") & set(rules.CODE_LETTERS)


@pytest.mark.parametrize(
    ("hours", "most", "code"),
    [
        ((0, 2), 40, None),
        ((0, 24), 500, None),
        ((0, 25), 40, "event_hours"),
        ((2, 2), 40, "event_hours"),
        ((2, 1), 40, "event_hours"),
        ((-3, -1), 40, "event_hours"),
        ((0, 2), 0, "event_size"),
        ((0, 2), 501, "event_size"),
    ],
)
def test_an_event_has_an_end_and_a_size(
    hours: tuple[int, int], most: int, code: str | None
) -> None:
    opens_at, closes_at = (NOON + count * HOUR for count in hours)
    if code is None:
        rules.check_event(opens_at=opens_at, closes_at=closes_at, most=most, now=NOON)
        return
    with pytest.raises(RefusedError) as refused:
        rules.check_event(opens_at=opens_at, closes_at=closes_at, most=most, now=NOON)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("code", "petition_id", "moment", "refusal"),
    [
        (EVENT, 7, NOON, None),
        (EVENT, 7, NOON + HOUR - timedelta(seconds=1), None),
        (EVENT, 8, NOON, "code_of_another_petition"),
        (EVENT, 7, NOON - timedelta(seconds=1), "event_not_begun"),
        (EVENT, 7, NOON + HOUR, "event_over"),
        (KnownCode(1, 7, NOON, NOON + HOUR, most=40, used_count=40), 7, NOON, "event_used_up"),
    ],
)
def test_the_limit_is_lifted_for_that_petition_those_hours_and_that_number_only(
    code: KnownCode, petition_id: int, moment: object, refusal: str | None
) -> None:
    """Behaviour 21."""
    if refusal is None:
        rules.check_lifts_limit(code, petition_id, moment)  # type: ignore[arg-type]
        return
    with pytest.raises(RefusedError) as refused:
        rules.check_lifts_limit(code, petition_id, moment)  # type: ignore[arg-type]
    assert refused.value.code == refusal
    assert refused.value.sentence


@given(
    st.dictionaries(st.integers(1, 50), st.integers(0, 900)),
    st.integers(0, 900),
    st.dictionaries(st.sampled_from(["paper", "import", "partner"]), st.integers(0, 900)),
)
def test_the_parts_are_the_total(
    by_placement: dict[int, int], elsewhere: int, by_channel: dict[str, int]
) -> None:
    """Behaviour R12: first confirmed placement wins, and the counts add up, exactly."""
    own_form = sum(by_placement.values()) + elsewhere
    found = rules.attribution(own_form=own_form, by_placement=by_placement, by_channel=by_channel)
    assert found.on_the_site == elsewhere
    assert found.total == own_form + sum(by_channel.values())


@pytest.mark.parametrize(("count", "shown"), [(0, 0), (1, None), (4, None), (5, 5), (60, 60)])
def test_a_few_people_around_one_poster_are_not_counted_aloud(
    count: int, shown: int | None
) -> None:
    """Behaviour 95."""
    assert rules.shown_count(count) == shown


@pytest.mark.parametrize(
    ("hours_later", "used_count", "is_closed", "state"),
    [
        (-1, 0, False, "future"),
        (0, 0, False, "running"),
        (0.5, 39, False, "running"),
        (0.5, 40, False, "used_up"),
        (-1, 40, False, "used_up"),
        (1, 0, False, "over"),
        (1, 40, False, "over"),
        (0.5, 0, True, "closed"),
        (2, 40, True, "closed"),
    ],
)
def test_an_events_code_is_in_one_state_at_a_time(
    hours_later: float, used_count: int, is_closed: bool, state: str
) -> None:
    found = rules.event_state(
        opens_at=NOON,
        closes_at=NOON + HOUR,
        most=40,
        used_count=used_count,
        closed_at=NOON if is_closed else None,
        now=NOON + hours_later * HOUR,
    )
    assert found == state
