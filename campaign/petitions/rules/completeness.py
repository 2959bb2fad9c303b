"""What a petition still needs before the moderators read it. Each shortcoming is a named refusal."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from flask_babel import lazy_gettext as _l

from campaign.core.errors import RefusedError
from campaign.petitions.rules.signing import months_after
from campaign.petitions.rules.writing import FIELDS, stopped_passages
from campaign.thresholds.models import Instrument, Kind

NEEDED = ("title", "short_title", "ask", "letter")


class ShortcomingError(RefusedError):
    """Something missing. `part` is the page where it is mended: "text", "facts", "picture" or "door";
    `language` is that of the text, where it is one."""

    part: ClassVar[str] = "facts"

    @property
    def language(self) -> str:
        """The language of the text it is about; empty where it is about none."""
        return str(self.values.get("language", ""))


class TextMissingError(ShortcomingError):
    """A field of a text that nobody has written."""

    code = "text_missing"
    part = "text"
    message = _l("%(name)s: “%(field)s” is empty.")


class NoTextError(ShortcomingError):
    """No text at all."""

    code = "no_text"
    part = "text"
    message = _l("Nothing is written yet.")


class PassagesStoppedError(ShortcomingError):
    """A text that leads to a person (behaviour 64)."""

    code = "passages_stopped"
    part = "text"
    message = _l("%(name)s: the text holds what could lead somebody to a person (%(count)s).")


class NoControllerForSignersError(ShortcomingError):
    """Nobody answers for the data (GDPR art. 13(1)(a))."""

    code = "no_controller_for_signers"
    message = _l("No organisation answers for the details of those who sign.")


class NoThemeError(ShortcomingError):
    """A petition that nobody would find by its subject."""

    code = "no_theme"
    message = _l("Choose the subject.")


class NoClosingError(ShortcomingError):
    """No last day: what is known of people is erased counting from it."""

    code = "no_closing"
    message = _l(
        "Set the last day of the collection: what is known of people is erased six months after it."
    )


class ClosesTooSoonError(ShortcomingError):
    """A last day before the first one, or in the past."""

    code = "closes_too_soon"
    message = _l("The last day must come after the first one, and after today.")


class PeriodTooLongError(ShortcomingError):
    """Longer than the rule allows."""

    code = "period_too_long"
    message = _l("This rule lets signatures be collected for %(months)s months at most.")


class NoGoalError(ShortcomingError):
    """Where no law sets a number, the organisers do."""

    code = "no_goal"
    message = _l("No law sets a number here: say how many signatures you aim for.")


class NoPictureWordsError(ShortcomingError):
    """A picture that says nothing to who cannot see it (WCAG 2.2, 1.1.1)."""

    code = "no_picture_words"
    part = "picture"
    message = _l("%(name)s: say what the picture shows, for those who cannot see it.")


class IncompleteError(RefusedError):
    """A petition that moderators could not decide about; `missing` says why, one line each."""

    code = "incomplete"
    message = _l("The petition is not complete yet. Nothing was sent.")

    def __init__(self, missing: Sequence[ShortcomingError]) -> None:
        super().__init__()
        self.missing = missing


@dataclass(frozen=True)
class WrittenText:
    """One language of a petition, as far as it is judged here; `name` is the language's own."""

    language: str
    name: str
    fields: Mapping[str, str]
    labels: Mapping[str, object]
    allowed_names: Sequence[str]
    picture_words: str


@dataclass(frozen=True)
class WrittenFacts:
    """What a petition says beside its texts."""

    theme: str
    goal: int | None
    opens_at: datetime | None
    closes_at: datetime | None
    has_controller: bool
    has_picture: bool


def shortcomings(
    texts: Sequence[WrittenText], facts: WrittenFacts, rule: Instrument, *, now: datetime
) -> list[ShortcomingError]:
    """Everything that is missing, in the order of the pages. Empty: it may go to the moderators."""
    found: list[ShortcomingError] = [] if texts else [NoTextError()]
    for text in texts:
        found += _of_text(text, has_picture=facts.has_picture)
    return [*found, *_of_facts(facts, rule, now)]


def _of_text(text: WrittenText, *, has_picture: bool) -> Iterator[ShortcomingError]:
    named = {"language": text.language, "name": text.name}
    for field in NEEDED:
        if not text.fields[field].strip():
            yield TextMissingError(**named, field=text.labels[field])
    written = (*(text.fields[field] for field in FIELDS), text.picture_words)
    count = sum(
        len(stopped_passages(each, text.allowed_names, language=text.language)) for each in written
    )
    if count:
        yield PassagesStoppedError(**named, count=count)
    if has_picture and not text.picture_words.strip():
        yield NoPictureWordsError(**named)


def _of_facts(facts: WrittenFacts, rule: Instrument, now: datetime) -> Iterator[ShortcomingError]:
    if not facts.theme:
        yield NoThemeError()
    if rule.kind is Kind.OWN_GOAL and not facts.goal:
        yield NoGoalError()
    if not facts.has_controller:
        yield NoControllerForSignersError()
    yield from _of_days(facts, rule, now)


def _of_days(facts: WrittenFacts, rule: Instrument, now: datetime) -> Iterator[ShortcomingError]:
    if facts.closes_at is None:
        yield NoClosingError()
        return
    begin = max(facts.opens_at or now, now)
    if facts.closes_at <= begin:
        yield ClosesTooSoonError()
    elif rule.period.months and facts.closes_at > months_after(begin, rule.period.months):
        yield PeriodTooLongError(months=rule.period.months)
