"""What may be written in a petition, by whom at the same time, and what still stops it."""

import re
from collections.abc import Collection, Iterator, Mapping
from datetime import date, datetime, timedelta

from flask_babel import lazy_gettext as _l

from campaign.core.errors import RefusedError
from campaign.core.text import folded, one_line
from campaign.moderation.rules import Passage, Trait, passages_to_check
from campaign.petitions.rules.states import READABLE

ONE_LINE = ("title", "short_title", "ask")
FIELDS = (*ONE_LINE, "letter", "demands", "background", "correction")
# In characters. The first three must fit a phone, a message and a minute of radio.
LONGEST = {
    "title": 120,
    "short_title": 60,
    "ask": 300,
    "letter": 12_000,
    "demands": 4_000,
    "background": 8_000,
    "correction": 500,
}
LONGEST_SLUG = 60
# Addresses under which the workspace has pages of its own.
TAKEN_SLUGS = frozenset({"new"})
# What was signed: after the opening it changes with an explanation that everybody reads.
SIGNED = ("title", "ask", "letter", "demands")
# A spreadsheet would run it.
_FORMULA = tuple("=+-@")
# In a text that anybody may read, these are never needed to ask for something.
STOPPED = frozenset(
    {
        Trait.PHONE,
        Trait.EMAIL,
        Trait.REGISTER_NUMBER,
        Trait.DOCUMENT_NUMBER,
        Trait.NAMED_PERSON,
    }
)
# Words about locking people up: a full name in the same sentence is perhaps that of somebody held.
_HELD = re.compile(
    r"d[ée]ten(?:u|ir|tion)|enferm|centre ferm|emprisonn|expuls|rapatri|gardien|surveillant|arr[êe]t[ée]"
    r"|opgeslo|gesloten cent|vastgehou|gevang|uitgewez|uitgezet|uitwijz|bewak|cipier"
    r"|\bheld\b|detain|detention|locked up|imprison|deport|\bguard|arrested"
    r"|inhaft|abschieb|abgeschob|haftling|häftling|gef[äa]ngnis|w[äa]rter"
    r"|محتجز|معتقل|سجن|ترحيل|kaso|gɛn ka",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"[.!?؟…]\s|\n\s*\n")
NOUNS_HAVE_CAPITALS = frozenset({"de"})
NOTICED_FOR = timedelta(hours=1)
LOCKED = frozenset({"submitted", "in_moderation", "rejected", "removed"})


class TitleMissingError(RefusedError):
    """A petition nobody could find again."""

    code = "title_missing"
    message = _l("Write a title: it is how people will find and name the petition.")


class TextTooLongError(RefusedError):
    """Over the limit of a field."""

    code = "text_too_long"
    message = _l(
        "This is longer than %(most)s characters, by %(over)s. Nothing was cut: shorten it."
    )


class FormulaError(RefusedError):
    """A beginning that a spreadsheet would run."""

    code = "formula"
    message = _l("Begin with a letter or a number, not with = + - or @.")


class CorrectionMissingError(RefusedError):
    """What was signed may not change silently."""

    code = "correction_missing"
    message = _l(
        "This petition is public and people signed it. Say in one sentence what you corrected and "
        "why: it stands on the page, beside the earlier wording."
    )


class StoppedPassagesError(RefusedError):
    """A public text that leads to a person."""

    code = "stopped_passages"
    message = _l(
        "The text holds what could lead somebody to a person: see the marked places. It was not "
        "published."
    )


class ChangedMeanwhileError(RefusedError):
    """Somebody else saved in the meantime."""

    code = "changed_meanwhile"
    http_status = 409
    message = _l(
        "Somebody else saved in the meantime. Nothing of yours or theirs is lost: compare, then decide."
    )


class TextDeletedError(RefusedError):
    """A translation that somebody deleted while another person was writing it."""

    code = "text_deleted"
    http_status = 409
    message = _l(
        "This translation was deleted while you were writing. What you wrote is below: save it to "
        "bring the translation back."
    )


class NotEditableError(RefusedError):
    """A petition that waits for the moderators, or is over."""

    code = "not_editable"
    http_status = 409
    message = _l(
        "This petition cannot be changed now: it waits for the moderators, or it is over. Take it back first."
    )


class SourceStaysError(RefusedError):
    """The text everything else is translated from."""

    code = "source_stays"
    http_status = 409
    message = _l("This is the language the petition was written in: it cannot be deleted.")


class PublishedLanguageError(RefusedError):
    """A language in which people signed."""

    code = "published_language"
    http_status = 409
    message = _l("People may have signed in this language, so its text stays.")


class UnknownLanguageError(RefusedError):
    """A language the site does not have."""

    code = "unknown_language"
    message = _l("Choose one of the languages of the list.")


class DoorFixedError(RefusedError):
    """The rule by which a petition is judged is the one it opened under."""

    code = "door_fixed"
    http_status = 409
    message = _l("The petition is public: its addressee and its rule stay as they were.")


class VersionGoneError(RefusedError):
    """A version that is not there."""

    code = "version_gone"
    http_status = 404
    message = _l("There is no such version.")


def tidied(typed: Mapping[str, str]) -> dict[str, str]:
    """What was typed, as it is kept: short fields on one line, long ones with plain line ends."""
    return {
        name: one_line(typed.get(name, ""))
        if name in ONE_LINE
        else typed.get(name, "").replace("\r\n", "\n").strip()
        for name in FIELDS
    }


def faults(typed: Mapping[str, str]) -> dict[str, RefusedError]:
    """What cannot be kept of a text, by field. A draft may be empty but for its title."""
    found: dict[str, RefusedError] = {}
    for name in FIELDS:
        if refusal := fault_in(name, typed[name]):
            found[name] = refusal
    return found


def fault_in(name: str, text: str) -> RefusedError | None:
    """Why this text cannot stand in this field; None where it can."""
    if name == "title" and not text:
        return TitleMissingError()
    if len(text) > LONGEST[name]:
        return TextTooLongError(most=LONGEST[name], over=len(text) - LONGEST[name])
    if name in ONE_LINE and text.startswith(_FORMULA):
        return FormulaError()
    return None


def is_public(state: str) -> bool:
    """Whether visitors read it."""
    return state in READABLE


def check_may_write(state: str) -> None:
    """Raises NotEditableError while moderators read it, and where it was refused."""
    if state in LOCKED:
        raise NotEditableError


def check_correction(state: str, before: Mapping[str, str], after: Mapping[str, str]) -> None:
    """What was signed changes with an explanation only, and a new one each time.

    Raises CorrectionMissingError.
    """
    is_changed = any(before[name] != after[name] for name in SIGNED)
    is_told = after["correction"] and after["correction"] != before["correction"]
    if is_public(state) and is_changed and not is_told:
        raise CorrectionMissingError


def stopped_passages(
    text: str, allowed: Collection[str] = (), *, language: str = ""
) -> list[Passage]:
    """What may not stand in a public text: numbers and addresses of people, the name of a guard, and
    a full name in a sentence about people held, unless somebody said that it is none (behaviour 64).

    In German every noun has a capital, so full names are not told from other words there: the
    moderators look for them.
    """
    return [
        passage
        for passage in passages_to_check(text)
        if passage.trait in STOPPED
        or (language not in NOUNS_HAVE_CAPITALS and _is_perhaps_held(text, passage, allowed))
    ]


def _is_perhaps_held(text: str, passage: Passage, allowed: Collection[str]) -> bool:
    if passage.trait is not Trait.FULL_NAME or text[passage.start : passage.end] in allowed:
        return False
    return _HELD.search(_sentence_around(text, passage)) is not None


def _sentence_around(text: str, passage: Passage) -> str:
    ends = [found.end() for found in _SENTENCE_END.finditer(text)]
    first = max((end for end in ends if end <= passage.start), default=0)
    last = min((end for end in ends if end >= passage.end), default=len(text))
    return text[first:last]


def line_of(text: str, passage: Passage) -> int:
    """In which line of the text, from 1, a passage begins."""
    return text.count("\n", 0, passage.start) + 1


def whole_text(texts: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Each field that visitors read, with its text."""
    return ((name, texts[name]) for name in FIELDS if texts[name])


def slug_of(title: str, taken: Collection[str]) -> str:
    """An address made of the title, with a number where another petition has it."""
    plain = "-".join(folded(title).encode("ascii", "ignore").decode().split())
    slug = plain[:LONGEST_SLUG].strip("-") or "petition"
    unfree = TAKEN_SLUGS | set(taken)
    if slug not in unfree:
        return slug
    return next(f"{slug}-{n}" for n in range(2, len(unfree) + 3) if f"{slug}-{n}" not in unfree)


def rule_day(opens_at: datetime | None, today: date) -> date:
    """The day whose version of the rule a petition is judged by: the one on which it opens."""
    opening = opens_at.date() if opens_at else today
    return max(opening, today)
