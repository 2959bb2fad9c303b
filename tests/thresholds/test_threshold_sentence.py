"""The sentence a visitor reads, in English, straight from the rule's codes. No app: the template alone."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from jinja2 import Environment, FileSystemLoader

from campaign.thresholds.instruments import Combination, instrument, with_goal
from campaign.thresholds.rules import summary
from campaign.thresholds.rules.sentence import Summary
from tests.thresholds.build import (
    TODAY,
    chamber,
    chamber_where_combining_is,
    judged,
    online,
    own_form,
    paper,
)

TEMPLATES = Path(__file__).parents[2] / "templates"


def said(evaluation, is_collecting=True):
    return rendered(summary(evaluation), is_collecting)


def rendered(sentence, is_collecting=True):
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES), extensions=["jinja2.ext.i18n"], autoescape=True
    )
    environment.install_null_translations(newstyle=True)
    environment.filters["number"] = "{:,}".format
    page = environment.from_string(
        '{% from "components/threshold_sentence.html" import threshold_sentence %}'
        "{{ threshold_sentence(sentence, is_collecting) }}"
    )
    return page.render(sentence=sentence, is_collecting=is_collecting)


NONE = instrument("none", TODAY)
UNCLEAR = chamber_where_combining_is(Combination.UNCLEAR)
NOT_ALLOWED = chamber_where_combining_is(Combination.NOT_ALLOWED)


@pytest.mark.parametrize(
    ("evaluation", "sentence"),
    [
        (
            judged(chamber(), online(VLG=20000, BRU=4000, WAL=7999)),
            "31,999 signatures, yet 1 is missing in Wallonia.",
        ),
        (
            judged(chamber(), online(VLG=20000, BRU=100, WAL=7900)),
            "28,000 signatures, yet 2,500 are missing, 2,400 of them in Brussels.",
        ),
        (
            judged(chamber(), online(VLG=8160, WAL=6940, BRU=3150)),
            "7,400 signatures are missing, 6,340 of them in Flanders.",
        ),
        (
            judged(chamber(), online(VLG=14500, WAL=8000, BRU=2000)),
            "500 signatures are missing in Brussels.",
        ),
        (
            judged(chamber(), online(VLG=14500, WAL=8000, BRU=2500)),
            "The legal threshold is reached: 25,000 signatures, 25,000 required.",
        ),
        (
            judged(chamber(), online(UNKNOWN=35000)),
            "35,000 signatures, 25,000 required. How many come from each region is not known, "
            "so nobody can say whether the threshold is reached.",
        ),
        (
            judged(chamber(), online(UNKNOWN=5, VLG=10)),
            "Between 24,985 and 24,990 signatures are missing.",
        ),
        (
            judged(UNCLEAR, online(VLG=14500, WAL=7000, BRU=2500), paper(WAL=1000)),
            "25,000 signatures, online and on paper together, 25,000 required. It is not clear that online "
            "and paper may be added, so nobody can say whether the threshold is reached.",
        ),
        (
            judged(NOT_ALLOWED, online(VLG=14500, WAL=7000, BRU=2500), paper(WAL=1000)),
            "25,000 signatures, but online and paper may not be added: 1,000 are missing.",
        ),
        (judged(chamber()), "No signature that counts yet. 25,000 are needed."),
        (
            judged(instrument("fl-parliament-hearing", TODAY), paper(ALL=14999)),
            "1 signature is missing.",
        ),
        (judged(NONE), "No number of signatures is required here."),
        (
            judged(with_goal(NONE, 500), own_form(UNKNOWN=1)),
            "1 signature. The goal set by the organisations is 500.",
        ),
        (
            judged(with_goal(NONE, 500), own_form(UNKNOWN=512)),
            "The goal set by the organisations is reached: 512 signatures, 500 hoped for.",
        ),
    ],
)
def test_the_sentence_says_the_number_and_the_place(evaluation, sentence):
    assert said(evaluation) == sentence


@pytest.mark.parametrize(
    "evaluation",
    [
        judged(chamber()),
        judged(chamber(), online(VLG=20000, BRU=4000, WAL=7999)),
        judged(chamber(), online(VLG=20000, BRU=100, WAL=7900)),
        judged(chamber(), online(VLG=8160, WAL=6940, BRU=3150)),
        judged(chamber(), online(VLG=14500, WAL=8000, BRU=2000)),
        judged(chamber(), online(UNKNOWN=5, VLG=10)),
        judged(replace(chamber(), min_strata=2), online(VLG=25000)),
        judged(NOT_ALLOWED, online(VLG=14500, WAL=7000, BRU=2500), paper(WAL=1000)),
        judged(instrument("fl-parliament-hearing", TODAY), paper(ALL=14999)),
    ],
)
def test_nothing_is_still_missing_or_needed_once_the_collection_is_over(evaluation):
    present = re.compile(r"\b(is|are) (missing|needed|reached)\b")
    past = said(evaluation, is_collecting=False)
    assert present.search(said(evaluation))
    assert not present.search(past)
    assert re.search(r"\b(was|were) (missing|needed)\b", past)


@pytest.mark.parametrize(
    ("stratum", "place"),
    [("ABROAD", "outside Belgium"), ("UNKNOWN", "in an unknown region"), ("BRU", "in Brussels")],
)
def test_no_place_is_named_by_the_key_it_is_stored_under(stratum, place):
    lacking = Summary("missing", {"missing": 9, "worst_stratum": stratum, "worst_missing": 7})
    assert rendered(lacking) == f"9 signatures are missing, 7 of them {place}."
