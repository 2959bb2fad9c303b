"""Handing a petition over, and the stages that follow."""

from datetime import date

from flask_babel import lazy_gettext as _l

from campaign.core.errors import RefusedError
from campaign.petitions.rules.official_counts import check_address, check_day
from campaign.petitions.rules.states import PATH, TRANSITIONS
from campaign.petitions.vocabulary import STAGE_LABELS
from campaign.thresholds.models import Instrument

HANDED_OVER = "handed_over"
# What comes after the hand-over, in order; the hand-over itself may get its document here too.
STAGES = PATH[PATH.index(HANDED_OVER) :]
PRECISIONS = ("day", "month")
LETTER_LANGUAGES = ("fr", "nl", "de", "en")
LONGEST_NOTE, LONGEST_LABEL = 1_000, 200


class NotClosedError(RefusedError):
    """A petition whose collection has not ended."""

    code = "not_closed"
    http_status = 409
    message = _l("Only a petition whose collection is closed can be handed over.")


class NothingToHandOverError(RefusedError):
    """A second hand-over without a batch that is new."""

    code = "nothing_to_hand_over"
    http_status = 409
    message = _l("It has been handed over, and no batch was counted since.")


class StageTooEarlyError(RefusedError):
    """A stage before the one that leads to it."""

    code = "stage_too_early"
    http_status = 409
    message = _l("Say first when it was: %(before)s.")


class UnknownStageError(RefusedError):
    """A word that is no stage."""

    code = "unknown_stage"
    message = _l("Choose one of the stages.")


class StageWithoutDayError(RefusedError):
    """A stage that was reached, without its day."""

    code = "stage_without_day"
    message = _l("Say when it was.")


class StageChangedError(RefusedError):
    """Somebody else wrote this stage after the page was opened."""

    code = "stage_changed"
    http_status = 409
    message = _l(
        "Somebody changed this stage after you opened the page. Look at what is there now: if yours is still right, send the form again."
    )


class NoteTooLongError(RefusedError):
    """A note that is an article."""

    code = "note_too_long"
    message = _l("1 000 characters at most.")


class LabelMissingError(RefusedError):
    """A document that nobody says what it is."""

    code = "label_missing"
    message = _l("Say what the document is, in 200 characters at most.")


class ReminderPastError(RefusedError):
    """A reminder for a day that is over."""

    code = "reminder_past"
    message = _l("Choose a day after today.")


def check_may_hand_over(state: str, batch_count: int) -> None:
    """Refuse while people still sign, and a second time without anything new.

    Raises NotClosedError, NothingToHandOverError.
    """
    if state in STAGES:
        if not batch_count:
            raise NothingToHandOverError
    elif state != "closed":
        raise NotClosedError


def check_stage(
    *,
    stage: str,
    reached_on: date | None,
    date_precision: str,
    document_url: str,
    document_label: str,
    notes: dict[str, str],
    today: date,
) -> None:
    """Refuse what nobody could publish.

    Raises UnknownStageError, StageWithoutDayError, FutureDayError, SourceAddressError,
    LabelMissingError, NoteTooLongError.
    """
    if stage not in STAGES or date_precision not in PRECISIONS:
        raise UnknownStageError
    if reached_on is None:
        raise StageWithoutDayError
    check_day(reached_on, today)
    check_address(document_url)
    if len(document_label) > LONGEST_LABEL or (document_url and not document_label):
        raise LabelMissingError
    if any(len(note) > LONGEST_NOTE for note in notes.values()):
        raise NoteTooLongError


def state_after(state: str, stage: str) -> str | None:
    """The state a petition gets when a stage is reached; None where it is there already, or beyond.

    Raises StageTooEarlyError with the stages that may come first.
    """
    if state not in PATH or PATH.index(state) >= PATH.index(stage):
        return None
    if stage in TRANSITIONS[state]:
        return stage
    raise StageTooEarlyError(before=STAGE_LABELS[PATH[PATH.index(state) + 1]])


def check_reminder(remind_on: date, today: date) -> None:
    """Refuse a day that is over. Raises ReminderPastError."""
    if not today < remind_on or remind_on.year > today.year + 10:
        raise ReminderPastError


def letter_languages(rule: Instrument) -> tuple[str, ...]:
    """The languages the authority reads; all that we can write where nobody knows."""
    return tuple(code for code in rule.languages if code in LETTER_LANGUAGES) or LETTER_LANGUAGES
