"""The rule files themselves: complete in every language, sourced, honest about what nobody has checked."""

import json
import re
from datetime import date

import pytest

from campaign.thresholds.instruments import RULES_FOLDER as FOLDER
from campaign.thresholds.instruments import (
    Combination,
    Confidence,
    InstrumentFileError,
    Kind,
    NoVersionInForceError,
    UnknownInstrumentError,
    instrument,
    load_instruments,
    may_own_form_count,
    versions,
)
from tests.thresholds.build import TODAY

LANGUAGES = {"fr", "nl", "de", "en", "ar", "bm"}
FILES = sorted(FOLDER.glob("*.json"))
RULES = [rule for found in load_instruments().values() for rule in found]
NAMES = [f"{rule.id}-{rule.version}" for rule in RULES]

# Does the signature of a person without papers count? As far as the sources say.
UNDOCUMENTED = {
    "achpr": "yes",
    "be-chamber-hearing": "no",
    "be-chamber-no-hearing": "yes",
    "be-senate": "unclear",
    "bru-deliberative": "unclear",
    "bru-parliament-hearing": "no",
    "commune-bru": "unclear",
    "commune-bru-brussels-city": "no",
    "commune-bru-ixelles": "unclear",
    "commune-bru-watermael-boitsfort": "unclear",
    "commune-vlg": "unclear",
    "commune-wal": "no",
    "dg-buergerdialog": "unclear",
    "dg-parliament": "unclear",
    "eci": "no",
    "eu-parliament-petition": "yes",
    "fl-parliament-hearing": "yes",
    "fr-assembly": "no",
    "fr-cese": "unclear",
    "fr-senate": "unclear",
    "ml-cesec": "unclear",
    "none": "yes",
    "pfwb-parliament": "unclear",
    "un-special-rapporteur-migrants": "yes",
    "wal-deliberative": "unclear",
    "wal-parliament-hearing": "unclear",
}


def texts_of(node, path=""):
    """Every multilingual text of a file, with where it stands."""
    if isinstance(node, dict) and "fr" in node:
        yield path, node
    elif isinstance(node, dict):
        for key, value in node.items():
            yield from texts_of(value, f"{path}/{key}")
    elif isinstance(node, list):
        for place, value in enumerate(node):
            yield from texts_of(value, f"{path}/{place}")


def test_the_instruments_are_those_we_know():
    assert set(load_instruments()) == set(UNDOCUMENTED)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_text_is_written_in_every_language(path):
    found = list(texts_of(json.loads(path.read_text(encoding="utf-8"))))
    assert found
    for place, text in found:
        assert set(text) == LANGUAGES, place
        assert all(words.strip() == words and words for words in text.values()), place


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_arabic_texts_are_written_in_arabic(path):
    for place, text in texts_of(json.loads(path.read_text(encoding="utf-8"))):
        assert any("\u0600" <= letter <= "\u06ff" for letter in text["ar"]), place


@pytest.mark.parametrize("rule", RULES, ids=NAMES)
def test_every_legal_rule_names_its_sources(rule):
    if rule.kind is Kind.OWN_GOAL:
        assert rule.sources == ()
        return
    assert rule.sources
    for source in rule.sources:
        assert source.url is None or source.url.startswith(("https://", "http://"))
        assert {code for code, _ in source.label.translations} == LANGUAGES, source.url


def test_a_source_is_named_in_the_readers_language():
    law = next(
        source.label
        for source in instrument("be-chamber-hearing", TODAY).sources
        if source.label.in_language("en") == "Law of 2 May 2019"
    )
    assert law.in_language("fr") == "Loi du 2 mai 2019"
    assert law.in_language("nl") == "Wet van 2 mei 2019"


@pytest.mark.parametrize("rule", RULES, ids=NAMES)
def test_a_verified_rule_says_how_sure_its_number_is_and_no_date_lies_in_the_future(rule):
    assert rule.verified_on is None or rule.verified_on <= TODAY
    if rule.total_minimum is not None:
        assert rule.confidence_in("total_minimum") is Confidence.SOURCED
    if rule.valid_from_status == "to_be_verified":
        assert rule.confidence_in("valid_from") is Confidence.TO_BE_VERIFIED


@pytest.mark.parametrize("rule", RULES, ids=NAMES)
def test_a_source_whose_address_was_not_kept_has_not_been_checked(rule):
    lost = [source.label for source in rule.sources if source.url is None]
    assert not lost or rule.verified_on is None
    assert all("not kept" in label.in_language("en") for label in lost)


def test_what_is_not_offered_says_why_and_what_to_do_instead():
    refused = {rule.id for rule in RULES if not rule.is_offered}
    assert refused == {"be-senate", "pfwb-parliament"}
    for rule_id in refused:
        rule = instrument(rule_id, TODAY)
        assert rule.kind is Kind.CHECKLIST
        assert "do not offer" in rule.notes[0].in_language("en")


def test_what_nobody_could_check_is_not_shown_as_verified():
    assert instrument("fl-parliament-hearing", TODAY).verified_on is None
    assert versions("be-chamber-hearing")[0].verified_on is None
    chamber = instrument("be-chamber-hearing", TODAY)
    assert chamber.period.months is None
    assert chamber.period.status == "to_be_verified"
    assert chamber.confidence_in("a fact nobody wrote about") is Confidence.TO_BE_VERIFIED


@pytest.mark.parametrize("rule", RULES, ids=NAMES)
def test_every_rule_says_what_reaching_it_gives_and_does_not_give(rule):
    assert rule.effect.gives
    assert rule.effect.does_not_give


@pytest.mark.parametrize("rule", RULES, ids=NAMES)
def test_our_own_form_counts_for_an_own_goal_only(rule):
    """Behaviour 49: our form's number is support; where it counts, the rule's channels say it."""
    assert "own_form" in {channel.key for channel in rule.channels}
    assert may_own_form_count(rule) == (rule.kind is Kind.OWN_GOAL)


def test_an_undocumented_persons_signature_counts_where_the_sources_say():
    said = {rule.id: rule.signatory.undocumented_signature_counts for rule in RULES}
    assert said == UNDOCUMENTED


def test_the_chambers_regional_minima_sum_to_exactly_its_total():
    for rule in versions("be-chamber-hearing"):
        assert {s.key: s.minimum for s in rule.strata} == {"VLG": 14500, "WAL": 8000, "BRU": 2500}
        assert sum(s.minimum for s in rule.strata) == rule.total_minimum == 25000
        assert rule.min_strata == 3


def test_the_chambers_law_changed_on_29_january_2023():
    before = instrument("be-chamber-hearing", date(2023, 1, 28))
    after = instrument("be-chamber-hearing", date(2023, 1, 29))
    assert before.combination.status is Combination.UNCLEAR
    assert after.combination.status is Combination.ALLOWED


def test_a_rule_is_not_found_under_a_wrong_name_or_before_it_existed():
    with pytest.raises(UnknownInstrumentError):
        instrument("no-such-rule", TODAY)
    with pytest.raises(NoVersionInForceError):
        instrument("be-chamber-hearing", date(2019, 6, 4))


def test_a_missing_language_falls_back_to_french_and_says_so():
    title = instrument("none", TODAY).title
    assert (title.language_used("nl"), title.language_used("wo")) == ("nl", "fr")
    assert title.in_language("wo") == title.in_language("fr")
    assert title.in_language("en") == "Petition with a goal chosen by the organisations"


def written(**changes):
    """The current Chamber version as written, with changes."""
    return {
        **json.loads((FOLDER / "be-chamber-hearing.json").read_text(encoding="utf-8"))["versions"][
            -1
        ],
        **changes,
    }


@pytest.mark.parametrize(
    "changes",
    [
        {"total_minimum": 0},
        {"total_minimum": None},
        {"total_minimum": 24999},
        {"min_strata": 4},
        {"kind": "lottery"},
        {"paper_rule": "maybe"},
        {"title": {"fr": " "}},
        {"valid_from": "yesterday"},
        {"sources": [{"label": "a name in no language", "url": "https://example.org/"}]},
        {"based_on": "no-such-rule"},
        {"period": {"months": None, "status": "perhaps", "explanation": {"fr": "x"}}},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_a_file_that_does_not_keep_to_the_format_is_refused(tmp_path, changes):
    (tmp_path / "wrong.json").write_text(
        json.dumps({"id": "wrong", "versions": [written(**changes)]})
    )
    with pytest.raises(InstrumentFileError):
        load_instruments(tmp_path)


def test_versions_that_overlap_are_refused(tmp_path):
    both = [written(version="2023-01-29"), written(version="2024-01-01", valid_from="2024-01-01")]
    (tmp_path / "twice.json").write_text(json.dumps({"id": "twice", "versions": both}))
    with pytest.raises(InstrumentFileError, match="overlap"):
        load_instruments(tmp_path)


def test_dutch_says_je_as_the_rest_of_the_site_does():
    """In our own sentences. A quotation of a law would keep its words: none is in these files."""
    texts = [
        text["nl"]
        for path in FILES
        for _place, text in texts_of(json.loads(path.read_text(encoding="utf-8")))
    ]
    assert texts
    assert not [text for text in texts if re.search(r"\b(u|uw|uzelf)\b", text, re.IGNORECASE)]


def test_no_french_sign_and_no_group_of_digits_is_left_alone_at_the_start_of_a_line():
    """A narrow space that does not break stands before : ; ! ? and inside numbers, whatever the language."""
    strays = [
        (path.stem, place)
        for path in FILES
        for place, text in texts_of(json.loads(path.read_text(encoding="utf-8")))
        if re.search(r" [:;!?»%]|« ", text["fr"])
        or any(re.search(r"\d[ .\u00a0]\d{3}(?!\d)", words) for words in text.values())
    ]
    assert not strays
