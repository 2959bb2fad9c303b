"""How one signs at the authority itself: files that say what they know, and never more."""

import json
from datetime import date

import pytest

from campaign.petitions.vocabulary import BROWSER_NAMES, NEEDS, OFFICIAL_CHANNELS, STEPS
from campaign.thresholds import handoffs
from campaign.thresholds.handoffs import ONLINE, PAPER, hand_off_for
from campaign.thresholds.instruments import instrument, load_instruments

TODAY = date(2026, 11, 25)
EVERY_RULE = [rule for found in load_instruments().values() for rule in found]


@pytest.mark.parametrize("rule", EVERY_RULE, ids=lambda rule: f"{rule.id}-{rule.version}")
def test_only_official_channels_that_count_are_ways(rule: object) -> None:
    found = hand_off_for(rule)  # type: ignore[arg-type]
    counting = rule.counting_channels & {ONLINE, PAPER}  # type: ignore[attr-defined]
    assert {way.channel for way in found.ways} == counting
    for way in found.ways:
        assert way.steps
        for known in (*way.needs, *way.steps):
            assert known.source or known.confidence != "sourced", known


def test_our_own_form_leads_nowhere_else_where_it_counts() -> None:
    assert hand_off_for(instrument("none", TODAY)).ways == ()


def test_the_chamber_has_both_ways_with_what_was_read() -> None:
    found = hand_off_for(instrument("be-chamber-hearing", TODAY))
    online, paper = found.ways
    assert found.verified_on == date(2026, 11, 23)
    assert [need.key for need in online.needs] == ["eid", "itsme", "itsme_card", "standard_browser"]
    assert online.step_keys[:4] == ("open", "log_in", "card", "itsme")
    assert {"two_sheets", "page_one_blank", "register_number"} <= {n.key for n in paper.needs}
    assert paper.return_to == "petitioner"
    assert paper.request_from is not None
    assert paper.request_from.in_language("nl") == "petitions-verzoekschriften@dekamer.be"


def test_what_no_source_says_is_to_be_verified() -> None:
    online = hand_off_for(instrument("be-chamber-hearing", TODAY)).ways[0]
    doubtful = {known.key for known in (*online.needs, *online.steps) if known.is_to_be_verified}
    assert {"itsme_card", "confirmation"} <= doubtful


def test_a_rule_without_a_file_still_has_its_ways_all_to_be_verified() -> None:
    rule = instrument("fr-cese", TODAY)
    for way in hand_off_for(rule).ways:
        assert all(known.is_to_be_verified for known in (*way.needs, *way.steps))


def test_every_key_has_its_words_and_every_word_its_key() -> None:
    assert set(NEEDS) == handoffs.NEEDS
    assert set(STEPS) == handoffs.ONLINE_STEPS | handoffs.PAPER_STEPS
    assert set(OFFICIAL_CHANNELS) == {ONLINE, PAPER}
    assert "unknown" in BROWSER_NAMES


def test_every_file_belongs_to_a_rule() -> None:
    for path in handoffs.FOLDER.glob("*.json"):
        assert json.loads(path.read_text())["id"] in load_instruments()


@pytest.mark.parametrize(
    "written",
    [
        {"key": "passport", "confidence": "sourced", "source": "https://example.org"},
        {"key": "open", "confidence": "sourced", "source": None},
    ],
)
def test_a_file_with_an_unknown_word_or_a_missing_source_is_refused(written: object) -> None:
    with pytest.raises(handoffs.HandOffFileError):
        handoffs._known(written, handoffs.ONLINE_STEPS)  # type: ignore[arg-type]
