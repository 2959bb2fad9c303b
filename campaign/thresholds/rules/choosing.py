"""Which door to knock on: from five answers to the instruments that fit, and what stands against each.

Nothing is hidden for being a bad fit: a person is told why, and decides.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from campaign.thresholds.models import Instrument, Kind

# The most people each answer stands for; None is "more than that".
PEOPLE: dict[str, int | None] = {
    "tens": 24,
    "hundreds": 999,
    "thousands": 14_999,
    "tens_of_thousands": 99_999,
    "more": None,
}
REGIONS = frozenset({"flanders", "wallonia", "brussels"})
# Where one must live to sign, by the beginning of a rule's `residence`.
PLACES = {
    "be": REGIONS,
    "fl": frozenset({"flanders"}),
    "wal": frozenset({"wallonia"}),
    "bru": frozenset({"brussels"}),
    "dg": frozenset({"wallonia"}),
    "eu": REGIONS | {"france", "europe"},
    "fr": frozenset({"france"}),
}
ONLINE = frozenset({"official_platform", "own_form"})
PAPER = frozenset({"official_paper"})


class Level(StrEnum):
    """Who decides."""

    FEDERAL = "federal"
    FLANDERS = "flanders"
    WALLONIA = "wallonia"
    BRUSSELS = "brussels"
    FRENCH_COMMUNITY = "french_community"
    GERMAN_COMMUNITY = "german_community"
    COMMUNE = "commune"
    EUROPE = "europe"
    FRANCE = "france"
    MALI = "mali"
    WORLD = "world"


LEVELS = {
    "be": Level.FEDERAL,
    "fl": Level.FLANDERS,
    "wal": Level.WALLONIA,
    "bru": Level.BRUSSELS,
    "pfwb": Level.FRENCH_COMMUNITY,
    "dg": Level.GERMAN_COMMUNITY,
    "commune": Level.COMMUNE,
    "eu": Level.EUROPE,
    "eci": Level.EUROPE,
    "fr": Level.FRANCE,
    "ml": Level.MALI,
    "un": Level.WORLD,
    "achpr": Level.WORLD,
}


class Reason(StrEnum):
    """Why a door fits, or what stands against it."""

    NOT_OFFERED = "not_offered"
    NO_NUMBER = "no_number"
    NUMBER_UNKNOWN = "number_unknown"
    ENOUGH_PEOPLE = "enough_people"
    TOO_FEW_PEOPLE = "too_few_people"
    PAPERS_NOT_NEEDED = "papers_not_needed"
    PAPERS_NEEDED = "papers_needed"
    PAPERS_UNCLEAR = "papers_unclear"
    WAY_COUNTS = "way_counts"
    WAY_DOES_NOT_COUNT = "way_does_not_count"
    LIVES_WELL = "lives_well"
    LIVES_ELSEWHERE = "lives_elsewhere"


AGAINST = frozenset(
    {
        Reason.NOT_OFFERED,
        Reason.NUMBER_UNKNOWN,
        Reason.TOO_FEW_PEOPLE,
        Reason.PAPERS_NEEDED,
        Reason.PAPERS_UNCLEAR,
        Reason.WAY_DOES_NOT_COUNT,
        Reason.LIVES_ELSEWHERE,
    }
)


@dataclass(frozen=True)
class Answers:
    """What a person said; an empty answer is "I do not know" and decides nothing.

    `decides` is a Level, `people` a key of PEOPLE, `papers` is "must_count" when the signature of a
    person without papers has to count, `way` is "online" or "paper", `lives` is where most of those
    who would sign live: a region, "france", "europe" or "elsewhere".
    """

    decides: str = ""
    people: str = ""
    papers: str = ""
    way: str = ""
    lives: str = ""


@dataclass(frozen=True)
class Door:
    """One instrument, and what the answers say for and against it."""

    rule: Instrument
    level: Level
    reasons: tuple[Reason, ...]

    @property
    def in_favour(self) -> tuple[Reason, ...]:
        """What fits."""
        return tuple(reason for reason in self.reasons if reason not in AGAINST)

    @property
    def against(self) -> tuple[Reason, ...]:
        """What stands against it."""
        return tuple(reason for reason in self.reasons if reason in AGAINST)


def level_of(rule: Instrument) -> Level | None:
    """Who decides under this rule; None where no authority does (a goal of one's own)."""
    return LEVELS.get(rule.id.partition("-")[0])


def doors(rules: Iterable[Instrument], answers: Answers) -> tuple[Door, ...]:
    """Every door of the level asked for, what fits best first; all levels where none was asked."""
    found = []
    for rule in rules:
        level = level_of(rule)
        if level is not None and answers.decides in ("", level):
            found.append(Door(rule, level, reasons(rule, answers)))
    order = list(Level)
    return tuple(
        sorted(
            found,
            key=lambda door: (
                not door.rule.is_offered,
                len(door.against),
                order.index(door.level),
                door.rule.id,
            ),
        )
    )


def reasons(rule: Instrument, answers: Answers) -> tuple[Reason, ...]:
    """What the answers say about one rule, in the order of the questions."""
    said = (
        None if rule.is_offered else Reason.NOT_OFFERED,
        _about_people(rule, answers.people),
        _about_papers(rule, answers.papers),
        _about_way(rule, answers.way),
        _about_home(rule, answers.lives),
    )
    return tuple(reason for reason in said if reason is not None)


def _about_people(rule: Instrument, people: str) -> Reason | None:
    if people not in PEOPLE:
        return None
    if rule.total_minimum is None:
        return Reason.NUMBER_UNKNOWN if rule.is_number_unknown else Reason.NO_NUMBER
    most = PEOPLE[people]
    is_enough = most is None or most >= rule.total_minimum
    return Reason.ENOUGH_PEOPLE if is_enough else Reason.TOO_FEW_PEOPLE


def _about_papers(rule: Instrument, papers: str) -> Reason | None:
    if papers != "must_count":
        return None
    answer = rule.signatory.undocumented_signature_counts
    return {"yes": Reason.PAPERS_NOT_NEEDED, "no": Reason.PAPERS_NEEDED}.get(
        answer, Reason.PAPERS_UNCLEAR
    )


def _about_way(rule: Instrument, way: str) -> Reason | None:
    wanted = {"online": ONLINE, "paper": PAPER}.get(way)
    if wanted is None or rule.kind is Kind.CHECKLIST:
        return None
    return Reason.WAY_COUNTS if wanted & rule.counting_channels else Reason.WAY_DOES_NOT_COUNT


def _about_home(rule: Instrument, lives: str) -> Reason | None:
    if not lives:
        return None
    residence = rule.signatory.residence
    if residence is None:
        return Reason.LIVES_WELL
    places = PLACES.get(residence.partition("_")[0])
    if places is None:
        return None
    return Reason.LIVES_WELL if lives in places else Reason.LIVES_ELSEWHERE
