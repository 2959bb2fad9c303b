"""What an update may say, whom it goes to, and how its sending goes on."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from flask_babel import lazy_gettext as _l

from campaign.core.errors import RefusedError
from campaign.core.text import one_line
from campaign.i18n.languages import LANGUAGES
from campaign.moderation.rules import Passage, Trait, passages_to_check
from campaign.petitions.rules.counting import SMALLEST_SHOWN

LONGEST_SUBJECT = 150
LONGEST_BODY = 20_000
# An update about something that is months away is written again by then.
FARTHEST = timedelta(days=90)
# What stopped half way and was left is old news: nobody shall get it by a late press of a button.
LONGEST_PAUSE = timedelta(days=14)
# What leads to a detained person, a guard or somebody's phone. An address or a link may be a meeting
# place or a source: they are shown, not stopped.
STOPPED = frozenset({Trait.NAMED_PERSON, Trait.PHONE, Trait.REGISTER_NUMBER, Trait.DOCUMENT_NUMBER})


class Step(StrEnum):
    """How far an update is."""

    DRAFT = "draft"
    SCHEDULED = "scheduled"
    SENDING = "sending"
    PAUSED = "paused"
    SENT = "sent"
    CANCELLED = "cancelled"


UNDER_WAY = (Step.SCHEDULED, Step.SENDING)
OVER = (Step.SENT, Step.CANCELLED)
NEXT: Mapping[str, tuple[frozenset[Step], Step]] = {
    "schedule": (frozenset({Step.DRAFT, Step.SCHEDULED}), Step.SCHEDULED),
    "take_back": (frozenset({Step.SCHEDULED}), Step.DRAFT),
    "start": (frozenset({Step.SCHEDULED}), Step.SENDING),
    "pause": (frozenset({Step.SENDING}), Step.PAUSED),
    "resume": (frozenset({Step.PAUSED}), Step.SENDING),
    "cancel": (frozenset({Step.SENDING, Step.PAUSED}), Step.CANCELLED),
    "finish": (frozenset({Step.SENDING}), Step.SENT),
}


class UpdateStepError(RefusedError):
    """An act that does not follow from where the update is now, pressed too late or twice."""

    code = "update_step"
    http_status = 409
    message = _l(
        "The update has moved on meanwhile, so nothing was changed. Look where it stands now."
    )


class UpdateIncompleteError(RefusedError):
    """A text without a subject, without words, or too long."""

    code = "update_incomplete"
    message = _l("Write a subject and a text, at most %(subject)s and %(body)s characters.")


class UpdateChangedError(RefusedError):
    """Somebody else has saved this text in the meantime."""

    code = "update_changed"
    http_status = 409
    message = _l(
        "Somebody else saved this text meanwhile. Yours is kept below, theirs stands beside it: bring them together and save again."
    )


class UpdateNamesSomebodyError(RefusedError):
    """A text that leads to a person."""

    code = "update_names_somebody"
    message = _l(
        "It cannot be sent as it is: the marked words lead to a person. Write them differently, then send it."
    )


class UpdateUnwrittenError(RefusedError):
    """An update without any text."""

    code = "update_unwritten"
    message = _l("Write it in at least one language first.")


class UpdateTimeError(RefusedError):
    """A time to send that has passed or is far away."""

    code = "update_time"
    message = _l("Choose a time from now on, at most 90 days ahead.")


class UpdateToFewError(RefusedError):
    """A choice so narrow that it points at people."""

    code = "update_to_few"
    message = _l(
        "So few people are chosen that it would point at them. Widen the choice to five people or more."
    )


class UpdateToNobodyError(RefusedError):
    """Nobody has said yes."""

    code = "update_to_nobody"
    message = _l("Nobody who may be written to is chosen.")


class NotOfferedError(RefusedError):
    """An organisation whose mails nobody could say yes to."""

    code = "updates_not_offered"
    http_status = 409
    message = _l("People were not asked whether your organisation may write to them here.")


def next_step(step: str, act: str) -> Step:
    """Where an act leads from this step. Raises UpdateStepError."""
    allowed, then = NEXT[act]
    if step not in allowed:
        raise UpdateStepError
    return then


def acts_from(step: str) -> frozenset[str]:
    """What may be done at this step."""
    return frozenset(act for act, (allowed, _then) in NEXT.items() if step in allowed)


@dataclass(frozen=True)
class WrittenText:
    """A subject and a text as they are kept."""

    subject: str
    body: str


def read_text(subject: str, body: str) -> WrittenText | None:
    """What was written, tidied; None where both are empty: this language is taken out.

    Raises UpdateIncompleteError.
    """
    subject, body = one_line(subject), body.replace("\r\n", "\n").strip()
    if not subject and not body:
        return None
    is_whole = 0 < len(subject) <= LONGEST_SUBJECT and 0 < len(body) <= LONGEST_BODY
    if not is_whole:
        raise UpdateIncompleteError(subject=LONGEST_SUBJECT, body=LONGEST_BODY)
    return WrittenText(subject, body)


def passages_that_stop(text: str) -> list[Passage]:
    """The places that lead to a person: with one of them nothing is sent (behaviour 64)."""
    return [passage for passage in passages_to_check(text) if passage.trait in STOPPED]


def check_may_leave(texts: Sequence[WrittenText]) -> None:
    """Refuse to send what is not written, or leads to a person.

    Raises UpdateUnwrittenError or UpdateNamesSomebodyError.
    """
    if not texts:
        raise UpdateUnwrittenError
    if any(passages_that_stop(part) for text in texts for part in (text.subject, text.body)):
        raise UpdateNamesSomebodyError


def check_time(send_at: datetime, now: datetime) -> None:
    """Refuse a time that has passed or is too far away. Raises UpdateTimeError."""
    if not now <= send_at <= now + FARTHEST:
        raise UpdateTimeError


def check_chosen(count: int, *, is_narrowed: bool) -> None:
    """Refuse to write to nobody, and to a few who were picked out.

    Raises UpdateToNobodyError or UpdateToFewError.
    """
    if not count:
        raise UpdateToNobodyError
    if is_narrowed and count < SMALLEST_SHOWN:
        raise UpdateToFewError


def language_to_write(signed_in: str, written: Collection[str], source: str) -> str:
    """The language somebody is written to in: theirs, else that of the petition, else the first there
    is in the order of the site."""
    for language in (signed_in, source, *(each.code for each in LANGUAGES)):
        if language in written:
            return language
    raise UpdateUnwrittenError
