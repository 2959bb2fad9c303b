"""Which facts of a rule wait for a written confirmation, and what a confirmation must say."""

import hashlib
from datetime import date

from flask_babel import lazy_gettext as _l

from campaign.core.errors import RefusedError
from campaign.thresholds.models import FALLBACK_LANGUAGE, Confidence, Instrument, LocalText

QUESTION = "question-"
LONGEST_BODY, LONGEST_OFFICE, LONGEST_DOCUMENT, LONGEST_REASON = 2_000, 200, 500, 300


class NothingToConfirmError(RefusedError):
    """A fact that this version of the rule does not leave open."""

    code = "nothing_to_confirm"
    message = _l("This version of the rule leaves no such fact to be confirmed.")


class IncompleteConfirmationError(RefusedError):
    """A confirmation that nobody could check."""

    code = "incomplete_confirmation"
    message = _l(
        "A confirmation needs its words, the office that gave it, a day that is not to come, and the "
        "document: an address (https://…) or a file reference."
    )


class NoSuchConfirmationError(RefusedError):
    """A confirmation that is not there, or was undone already."""

    code = "no_such_confirmation"
    http_status = 404
    message = _l("There is no such confirmation, or it was taken back already.")


class UndoneWithoutReasonError(RefusedError):
    """Taking back needs its reason, too."""

    code = "undone_without_reason"
    message = _l("Say why the confirmation is taken back, in 300 characters at most.")


def question_key(question: LocalText) -> str:
    """The name of an open question, made of its French words: it stays while the words do."""
    words = question.in_language(FALLBACK_LANGUAGE).encode()
    return QUESTION + hashlib.blake2b(words, digest_size=4).hexdigest()


def facts_to_confirm(rule: Instrument) -> tuple[str, ...]:
    """The facts its file marks as to be verified ('period', 'paper_rule', …), then its open questions."""
    marked = (fact for fact, how in rule.confidence if how is Confidence.TO_BE_VERIFIED)
    return (*marked, *(question_key(question) for question in rule.open_questions))


def check_confirmation(
    rule: Instrument,
    *,
    fact: str,
    body: str,
    confirmed_by: str,
    dated_on: date,
    document: str,
    today: date,
) -> None:
    """Refuse what could not be checked. Raises NothingToConfirmError, IncompleteConfirmationError."""
    if fact not in facts_to_confirm(rule):
        raise NothingToConfirmError
    lengths = ((body, LONGEST_BODY), (confirmed_by, LONGEST_OFFICE), (document, LONGEST_DOCUMENT))
    if any(not 0 < len(text) <= longest for text, longest in lengths) or dated_on > today:
        raise IncompleteConfirmationError
    if ":" in document.split("/", maxsplit=1)[0] and not document.startswith(
        ("https://", "http://")
    ):
        raise IncompleteConfirmationError


def check_may_undo(reason: str, *, is_standing: bool) -> None:
    """Refuse to take back nothing, or for no reason.

    Raises NoSuchConfirmationError, UndoneWithoutReasonError.
    """
    if not is_standing:
        raise NoSuchConfirmationError
    if not 0 < len(reason) <= LONGEST_REASON:
        raise UndoneWithoutReasonError
