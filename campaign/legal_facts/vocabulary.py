"""The words a visitor reads for the facts of a rule, and for the questions that lead to one."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from campaign.thresholds.rules.choosing import Level, Reason

FACTS = {
    "author": _l("Who may file it"),
    "effect": _l("What it can bring"),
    "languages": _l("Languages"),
    "min_age": _l("Age"),
    "notice": _l("Days before the meeting"),
    "paper_rule": _l("How signatures on paper are counted"),
    "period": _l("How long signatures may be collected"),
    "requested_fields": _l("What the authority asks of each person"),
    "signatory": _l("Who may sign"),
    "strata": _l("Minimum in each place"),
    "submit_to": _l("Where it is handed over"),
    "total_minimum": _l("Number of signatures"),
    "undocumented_signature_counts": _l("Without papers?"),
    "valid_from": _l("Since when the rule holds"),
}
LEVELS = {
    Level.FEDERAL: _l("Belgium: the Chamber and the federal government"),
    Level.FLANDERS: _l("Flanders"),
    Level.WALLONIA: _l("Wallonia"),
    Level.BRUSSELS: _l("Brussels-Capital Region"),
    Level.FRENCH_COMMUNITY: _l("French Community of Belgium"),
    Level.GERMAN_COMMUNITY: _l("German-speaking Community"),
    Level.COMMUNE: _l("The commune"),
    Level.EUROPE: _l("European Union"),
    Level.FRANCE: _l("France"),
    Level.MALI: _l("Mali"),
    Level.WORLD: _l("United Nations and African Union"),
}
REASONS = {
    Reason.NOT_OFFERED: _l("Do not choose this door: its page says why."),
    Reason.NUMBER_UNKNOWN: _l("We do not know how many people it asks for."),
    Reason.NO_NUMBER: _l("There is no number to reach: a complete file is what matters."),
    Reason.ENOUGH_PEOPLE: _l("You may gather enough people."),
    Reason.TOO_FEW_PEOPLE: _l("It asks for more people than you expect to gather."),
    Reason.PAPERS_NOT_NEEDED: _l("The signature of a person without papers can count."),
    Reason.PAPERS_NEEDED: _l("The signature of a person without papers does not count."),
    Reason.PAPERS_UNCLEAR: _l(
        "We do not know whether the signature of a person without papers counts."
    ),
    Reason.WAY_COUNTS: _l("This way of signing counts."),
    Reason.WAY_DOES_NOT_COUNT: _l("This way of signing does not count."),
    Reason.LIVES_WELL: _l("Those who would sign live where they may."),
    Reason.LIVES_ELSEWHERE: _l("Most of those who would sign live where they may not."),
}
# Each question with its answers; "I do not know" comes first and decides nothing.
QUESTIONS: Mapping[str, tuple[Any, Mapping[str, Any]]] = {
    "decides": (
        _l("Who decides on what you ask?"),
        {level.value: label for level, label in LEVELS.items()},
    ),
    "people": (
        _l("How many people can you gather?"),
        {
            "tens": _l("fewer than 25"),
            "hundreds": _l("25 to 1,000"),
            "thousands": _l("1,000 to 15,000"),
            "tens_of_thousands": _l("15,000 to 100,000"),
            "more": _l("more than 100,000"),
        },
    ),
    "papers": (
        _l("Must the signature of a person without papers count?"),
        {"must_count": _l("Yes, it must"), "need_not": _l("No, other support is enough")},
    ),
    "way": (
        _l("How will people sign?"),
        {"online": _l("On a phone or a computer"), "paper": _l("On paper")},
    ),
    "lives": (
        _l("Where do most of those who would sign live?"),
        {
            "flanders": _l("In Flanders"),
            "wallonia": _l("In Wallonia"),
            "brussels": _l("In Brussels"),
            "france": _l("In France"),
            "europe": _l("Elsewhere in the European Union"),
            "elsewhere": _l("Outside the European Union"),
        },
    ),
}
PAPERS = {
    "yes": _l("Without papers: can count"),
    "no": _l("Without papers: does not count"),
    "unclear": _l("Without papers: not known"),
}
