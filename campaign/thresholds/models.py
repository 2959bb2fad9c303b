"""What a legal rule is made of: one version of an instrument, frozen. No table: the rules are files."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

FALLBACK_LANGUAGE = "fr"


class Kind(StrEnum):
    """What the number is: a minimum set by law, no number at all, or a goal the organisers chose."""

    LEGAL_THRESHOLD = "legal_threshold"
    CHECKLIST = "checklist"
    OWN_GOAL = "own_goal"


class Confidence(StrEnum):
    """How sure a stated fact is: read in a source, deduced by us, or to be checked again by a person."""

    SOURCED = "sourced"
    INFERRED = "inferred"
    TO_BE_VERIFIED = "to_be_verified"


class Combination(StrEnum):
    """Whether online and paper signatures may be added together."""

    ALLOWED = "allowed"
    UNCLEAR = "unclear"
    NOT_ALLOWED = "not_allowed"


class PaperRule(StrEnum):
    """Whether every paper signature is counted, or only as many as the stratum still lacks."""

    ONLY_AS_NEEDED = "only_as_needed"
    ALL = "all"


class NoticeUnit(StrEnum):
    """How the days before a meeting are counted: clear days leave out both ends, calendar days one of them."""

    CALENDAR = "calendar"
    CLEAR = "clear"


@dataclass(frozen=True)
class LocalText:
    """One text in several languages."""

    translations: tuple[tuple[str, str], ...]

    def language_used(self, language: str) -> str:
        """The language code of what `in_language` returns: the one asked, else French, else the first one there is."""
        written = [code for code, _ in self.translations]
        for code in (language, FALLBACK_LANGUAGE):
            if code in written:
                return code
        return written[0]

    def in_language(self, language: str) -> str:
        """The text in this language, falling back to French."""
        return dict(self.translations)[self.language_used(language)]


@dataclass(frozen=True)
class OfficialForm:
    """Which official form the people of a stratum fill in: 'A' or 'B' for a European initiative."""

    key: str
    confidence: Confidence


@dataclass(frozen=True)
class Stratum:
    """A region, country or department with a minimum of its own, and what its law asks of those who sign there."""

    key: str
    minimum: int
    name: LocalText
    min_age: int | None = None
    form: OfficialForm | None = None


@dataclass(frozen=True)
class Channel:
    """A way to sign, and whether the law counts it."""

    key: str
    counts: bool
    url: str | None
    how: LocalText
    confidence: Confidence


@dataclass(frozen=True)
class Signatory:
    """Who may sign. `undocumented_signature_counts` is 'yes', 'no' or 'unclear'."""

    min_age: int | None
    residence: str | None
    nationality: str | None
    who_may_sign: LocalText
    undocumented_signature_counts: str
    undocumented_explanation: LocalText
    confidence: Confidence


@dataclass(frozen=True)
class RequestedField:
    """A fact the law asks of each signatory, on the official form; our own form need not and must not ask them all."""

    key: str
    label: LocalText


@dataclass(frozen=True)
class CombinationRule:
    status: Combination
    explanation: LocalText
    confidence: Confidence


@dataclass(frozen=True)
class Period:
    """How long signatures may be collected. `months` is None when the law sets none or when we do not know (see `status`)."""

    months: int | None
    status: str
    explanation: LocalText


@dataclass(frozen=True)
class Notice:
    """How many days before a meeting a request must have arrived. See campaign/thresholds/rules/notice.py."""

    days: int
    unit: NoticeUnit
    confidence: Confidence


@dataclass(frozen=True)
class AgeStatement:
    """What our form makes the signatory declare about age."""

    min_age: int
    text: LocalText


@dataclass(frozen=True)
class Effect:
    gives: tuple[LocalText, ...]
    does_not_give: tuple[LocalText, ...]


@dataclass(frozen=True)
class Submission:
    """Where and how the petition is handed over."""

    address: str | None
    email: str | None
    url: str | None
    instructions: LocalText


@dataclass(frozen=True)
class Source:
    """What a fact was read in. `url` None: the page's full address was not kept, and the label says what to look for."""

    label: LocalText
    url: str | None


@dataclass(frozen=True)
class Instrument:
    """One version of one legal rule.

    `valid_from` None means "start not known"; `valid_to` is the last day in force, None while it still is.
    `min_strata` is how many strata must reach their minimum. `verified_on` None means nobody has checked it yet.
    `is_offered` False: kept so that people learn why not to choose it; the reason is in `notes`.
    """

    id: str
    version: date
    kind: Kind
    is_offered: bool
    title: LocalText
    authority_key: str | None
    authority_name: LocalText
    law: LocalText
    article: str | None
    total_minimum: int | None
    strata: tuple[Stratum, ...]
    min_strata: int
    signatory: Signatory
    author: LocalText
    attribution_order: tuple[LocalText, ...]
    requested_fields: tuple[RequestedField, ...]
    channels: tuple[Channel, ...]
    combination: CombinationRule
    paper_rule: PaperRule
    period: Period
    notice: Notice | None
    age_statement: AgeStatement | None
    effect: Effect
    checklist: tuple[LocalText, ...]
    submit_to: Submission | None
    languages: tuple[str, ...]
    sources: tuple[Source, ...]
    valid_from: date | None
    valid_from_status: str
    valid_to: date | None
    verified_on: date | None
    confidence: tuple[tuple[str, Confidence], ...]
    notes: tuple[LocalText, ...]
    open_questions: tuple[LocalText, ...]

    @property
    def counting_channels(self) -> frozenset[str]:
        """Keys of the channels whose signatures count for this rule."""
        return frozenset(channel.key for channel in self.channels if channel.counts)

    @property
    def stratum_keys(self) -> tuple[str, ...]:
        return tuple(stratum.key for stratum in self.strata)

    @property
    def strata_are_listed(self) -> bool:
        """False when signatures must come from `min_strata` places of which we have no list."""
        return bool(self.strata) or self.min_strata == 0

    @property
    def is_number_unknown(self) -> bool:
        """True when no number is written because we do not know it, not because the law sets none."""
        is_written = self.total_minimum is not None or self.kind is Kind.OWN_GOAL
        return not is_written and self.confidence_in("total_minimum") is Confidence.TO_BE_VERIFIED

    def in_force_on(self, on: date) -> bool:
        """True when this version applied on that day, both ends included."""
        started = self.valid_from is None or self.valid_from <= on
        return started and (self.valid_to is None or on <= self.valid_to)

    def confidence_in(self, fact: str) -> Confidence:
        """How sure one fact of this version is ('total_minimum', 'strata', 'min_age', …); 'to be verified' when nobody said."""
        return dict(self.confidence).get(fact, Confidence.TO_BE_VERIFIED)
