"""What makes a voice, its code, and what is shown of it."""

import hashlib
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import ClassVar

from flask_babel import lazy_gettext as _l

from campaign.core.errors import RefusedError
from campaign.core.text import one_line
from campaign.moderation.rules import leads_to_somebody, looks_like_full_name
from campaign.moderation.vocabulary import TRAITS

LONGEST_PSEUDONYM = 30
LONGEST_WORDS = 400
FEWEST_SHOWN = 5
REFUSED_KEPT = timedelta(days=30)
OTHER_LANGUAGE = "und"  # undetermined, ISO 639-2: a rare language would tell where somebody is from
# Eighteen digits are 60 bits; two more find a mistyped one (ISO/IEC 7064, MOD 97-10).
CODE_DIGITS, CHECK_DIGITS, DIGITS_IN_GROUP = 18, 2, 5
COUNTED = frozenset({"waiting", "shown", "silent"})
WITH_WORDS = frozenset({"waiting", "shown"})
# Why words are not shown. The voice of who wrote them is still counted, unless it is none.
KEEPS_COUNTING = frozenset({"names_somebody", "endangers_you", "insults"})
REASONS = (*sorted(KEEPS_COUNTING), "not_a_voice", "sent_twice")
CARRIED_STEPS = (1_000, 500, 200, 100, 50, 20, 10)


class NoPseudonymError(RefusedError):
    """Neither chosen nor typed."""

    code = "no_pseudonym"
    message = _l("Choose one of these names, or write another one.")


class TooLongError(RefusedError):
    """More than there is room for."""

    code = "too_long"
    message = _l("This is too long: %(count)s characters at most.")


class RealNameError(RefusedError):
    """A first and a family name, by the look of it."""

    code = "real_name"
    message = _l(
        "This looks like a first name and a family name. Take another name, which nobody knows you by."
    )


class LeadsToSomebodyError(RefusedError):
    """Something by which a person can be found."""

    code = "leads_to_somebody"
    message = _l("Take this out, so that nobody can be found by it: “%(passage)s” (%(trait)s).")


class NoAgreementError(RefusedError):
    """The box is empty."""

    code = "no_agreement"
    message = _l("Tick this box: without your agreement we may not keep your voice.")


class UnknownReasonError(RefusedError):
    """A reason that is not in the list."""

    code: ClassVar[str] = "unknown_reason"
    message = _l("This reason is not in the list.")


class AlreadyDecidedError(RefusedError):
    """A voice that somebody else has decided about, or that was taken back."""

    code: ClassVar[str] = "already_decided"
    http_status = 409
    message = _l(
        "Somebody else has decided about this voice in the meantime, or whoever gave it took it back. "
        "Nothing was changed."
    )


class LookNotNotedError(RefusedError):
    """Voices that wait, while nothing can be recorded."""

    code: ClassVar[str] = "look_not_noted"
    http_status = 503
    message = _l(
        "Nothing can be recorded for a moment. Who reads voices that wait is recorded, so they cannot "
        "be read now. Try again in a few minutes."
    )


class NoControllerError(RefusedError):
    """Nobody answers for the details of those who speak."""

    code: ClassVar[str] = "no_controller"
    message = _l(
        "No organisation of this petition answers for the data yet: nobody could agree to anything."
    )


@dataclass(frozen=True)
class Spoken:
    """What a person gave, checked."""

    pseudonym: str
    words: str
    language: str
    may_be_carried: bool


def read_voice(
    fields: Mapping[str, str], languages: Collection[str]
) -> tuple[Spoken | None, dict[str, RefusedError]]:
    """What was given, or what is wrong with it, by field. A pseudonym that is typed wins over one
    that is chosen."""
    typed = one_line(fields.get("pseudonym", ""))
    pseudonym = typed or one_line(fields.get("suggested", ""))
    words = one_line(fields.get("words", ""))
    language = fields.get("language", "")
    found = {
        "pseudonym": _fault_in_pseudonym(pseudonym),
        "words": _fault_in_text(words, LONGEST_WORDS),
        "consent": None if is_ticked(fields.get("consent", "")) else NoAgreementError(),
    }
    faults = {name: fault for name, fault in found.items() if fault is not None}
    if faults:
        return None, faults
    return Spoken(
        pseudonym=pseudonym,
        words=words,
        language=language if language in languages else OTHER_LANGUAGE,
        may_be_carried=is_ticked(fields.get("may_be_carried", "")),
    ), {}


def is_ticked(value: str) -> bool:
    """Whether a box was sent ticked."""
    return value.lower() in {"y", "yes", "on", "true", "1"}


def _fault_in_pseudonym(pseudonym: str) -> RefusedError | None:
    if not pseudonym:
        return NoPseudonymError()
    if looks_like_full_name(pseudonym):
        return RealNameError()
    return _fault_in_text(pseudonym, LONGEST_PSEUDONYM)


def _fault_in_text(text: str, longest: int) -> RefusedError | None:
    if len(text) > longest:
        return TooLongError(count=longest)
    passages = leads_to_somebody(text)
    if not passages:
        return None
    first = passages[0]
    return LeadsToSomebodyError(
        passage=text[first.start : first.end].strip(), trait=TRAITS[first.trait]
    )


def with_check_digits(digits: str) -> str:
    """A code: the digits, and two that make its number leave 1 by 97 (ISO/IEC 7064, MOD 97-10)."""
    return f"{digits}{98 - int(digits) * 100 % 97:02}"


def read_code(typed: str) -> str | None:
    """The code as it is kept, whatever digits and signs it was typed with; None when a digit is
    wrong, too many or missing. That tells nothing of whether there is such a voice."""
    digits = "".join(str(unicodedata.digit(sign)) for sign in typed if sign.isdecimal())
    if len(digits) != CODE_DIGITS + CHECK_DIGITS or int(digits) % 97 != 1:
        return None
    return digits


def grouped(code: str) -> str:
    """A code as it is read aloud: four groups of five."""
    return " ".join(code[at : at + DIGITS_IN_GROUP] for at in range(0, len(code), DIGITS_IN_GROUP))


def monday_of(day: date) -> date:
    """The day its week began."""
    return day - timedelta(days=day.weekday())


def shown_count(count: int) -> int | None:
    """How many voices may be told; None while so few could be told from each other."""
    return count if count >= FEWEST_SHOWN else None


def carried_at_least(count: int) -> int | None:
    """A round number that `count` has reached: an exact one would tell when it went up."""
    return next((step for step in CARRIED_STEPS if count >= step), None)


def picked(voice_ids: Iterable[int], once: str) -> int | None:
    """One of these voices by lot. The lot is in `once`: who presses twice draws the same voice, and
    nothing has to be remembered for it."""
    return min(
        voice_ids,
        key=lambda voice_id: hashlib.blake2b(f"{once}|{voice_id}".encode()).digest(),
        default=None,
    )
