"""Which door to knock on: what five answers say for and against each rule."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.thresholds.instruments import instrument, load_instruments
from campaign.thresholds.models import Instrument
from campaign.thresholds.rules.choosing import (
    AGAINST,
    LEVELS,
    PEOPLE,
    Answers,
    Level,
    Reason,
    doors,
    level_of,
    reasons,
)
from tests.thresholds.build import TODAY, chamber

BY_LETTER = "be-chamber-no-hearing"
RULES = ("be-chamber-hearing", BY_LETTER, "wal-parliament-hearing", "bru-parliament-hearing")


def rule(instrument_id: str) -> Instrument:
    return instrument(instrument_id, TODAY)


def known() -> list[Instrument]:
    return [rule(instrument_id) for instrument_id in (*RULES, "fl-parliament-hearing", "none")]


@pytest.mark.parametrize(
    ("people", "expected"),
    [
        ("tens_of_thousands", Reason.ENOUGH_PEOPLE),
        ("more", Reason.ENOUGH_PEOPLE),
        ("thousands", Reason.TOO_FEW_PEOPLE),
        ("tens", Reason.TOO_FEW_PEOPLE),
    ],
)
def test_25_000_signatures_ask_for_tens_of_thousands_of_people(
    people: str, expected: Reason
) -> None:
    assert reasons(chamber(), Answers(people=people)) == (expected,)


def test_a_rule_without_a_number_fits_any_number_of_people() -> None:
    for people in PEOPLE:
        assert reasons(rule(BY_LETTER), Answers(people=people)) == (Reason.NO_NUMBER,)


@pytest.mark.parametrize(
    ("instrument_id", "expected"),
    [
        ("be-chamber-hearing", Reason.PAPERS_NEEDED),
        ("fl-parliament-hearing", Reason.PAPERS_NOT_NEEDED),
        ("wal-parliament-hearing", Reason.PAPERS_UNCLEAR),
    ],
)
def test_it_is_said_where_a_person_without_papers_cannot_count(
    instrument_id: str, expected: Reason
) -> None:
    assert reasons(rule(instrument_id), Answers(papers="must_count")) == (expected,)
    assert reasons(rule(instrument_id), Answers(papers="need_not")) == ()


def test_the_flemish_parliament_takes_paper_only() -> None:
    flemish = rule("fl-parliament-hearing")
    assert reasons(flemish, Answers(way="paper")) == (Reason.WAY_COUNTS,)
    assert reasons(flemish, Answers(way="online")) == (Reason.WAY_DOES_NOT_COUNT,)


def test_who_lives_in_flanders_cannot_sign_to_the_brussels_parliament() -> None:
    brussels = rule("bru-parliament-hearing")
    assert reasons(brussels, Answers(lives="brussels")) == (Reason.LIVES_WELL,)
    assert reasons(brussels, Answers(lives="flanders")) == (Reason.LIVES_ELSEWHERE,)
    assert reasons(rule(BY_LETTER), Answers(lives="elsewhere")) == (Reason.LIVES_WELL,)


def test_nothing_is_said_of_a_home_that_a_rule_asks_in_words_unknown_here() -> None:
    strange = chamber()
    strange = replace(strange, signatory=replace(strange.signatory, residence="moon_domicile"))
    assert reasons(strange, Answers(lives="flanders")) == ()


def test_only_the_level_asked_for_is_shown_and_what_no_authority_decides_never() -> None:
    assert {door.rule.id for door in doors(known(), Answers(decides="federal"))} == {
        "be-chamber-hearing",
        BY_LETTER,
    }
    assert "none" not in {door.rule.id for door in doors(known(), Answers())}
    assert doors(known(), Answers(decides="mali")) == ()


def test_what_fits_best_comes_first_and_nothing_is_hidden() -> None:
    answers = Answers(people="hundreds", papers="must_count", way="paper", lives="brussels")
    found = doors(known(), answers)
    assert found[0].rule.id == BY_LETTER
    assert [len(door.against) for door in found] == sorted(len(door.against) for door in found)
    assert len(found) == len(known()) - 1


ANSWERS = st.builds(
    Answers,
    decides=st.sampled_from(["", *Level]),
    people=st.sampled_from(["", "unheard", *PEOPLE]),
    papers=st.sampled_from(["", "must_count", "need_not"]),
    way=st.sampled_from(["", "online", "paper"]),
    lives=st.sampled_from(
        ["", "flanders", "wallonia", "brussels", "france", "europe", "elsewhere"]
    ),
)


@given(ANSWERS)
def test_whatever_is_answered_each_reason_is_either_for_or_against(answers: Answers) -> None:
    for door in doors(known(), answers):
        assert set(door.in_favour) | set(door.against) == set(door.reasons)
        assert not set(door.in_favour) & AGAINST
        assert len(door.reasons) <= 5


def test_every_rule_but_a_goal_of_ones_own_has_a_level_and_every_level_a_rule() -> None:
    every = [instrument(instrument_id, TODAY) for instrument_id in load_instruments()]
    assert [one.id for one in every if level_of(one) is None] == ["none"]
    assert {level_of(one) for one in every} - {None} == set(Level) == set(LEVELS.values())


def test_what_is_not_offered_comes_last_whatever_fits() -> None:
    senate = rule("be-senate")
    found = doors([senate, chamber()], Answers(people="tens", papers="must_count", lives="france"))
    assert [door.rule.id for door in found] == ["be-chamber-hearing", "be-senate"]
    assert Reason.NOT_OFFERED in found[1].against


def test_a_number_nobody_knows_is_not_taken_for_none() -> None:
    unknown = rule("dg-buergerdialog")
    assert reasons(unknown, Answers(people="tens")) == (Reason.NUMBER_UNKNOWN,)
    assert reasons(rule("achpr"), Answers(people="tens")) == (Reason.NO_NUMBER,)
