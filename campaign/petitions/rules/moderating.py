"""Reading a petition before it opens: how long that may take, who may decide, and what is refused."""

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from flask_babel import lazy_gettext as _l

from campaign.core.errors import RefusedError
from campaign.moderation.rules import Trait
from campaign.petitions.rules.signing import KEPT_MONTHS, months_after
from campaign.petitions.rules.states import COUNTING, PATH

# What writers are told to expect, and from when on the queue says that it takes too long.
GOOD_PACE = timedelta(days=7)
NEAR_OVERDUE = timedelta(days=11)
OVERDUE = timedelta(days=14)
LONGEST_COMMENT = 4000
LONGEST_NOTES = 8000
NOTES_KEPT = timedelta(days=183)
WAITING = ("submitted", "in_moderation")
STOPPED = ("suspended", "hidden", "removed")
MARKS = ("flagged", "dormant")


class Act(StrEnum):
    """What moderators do to a petition, as the form and the history call it."""

    APPROVE = "approve"
    RETURN = "return"
    REJECT = "reject"
    STOP = "stop"
    RESTORE = "restore"
    DELAY = "delay"


# The acts that answer a petition which was handed in; who answers must have taken it first.
ANSWERS = frozenset({Act.APPROVE, Act.RETURN, Act.REJECT})


class Pace(StrEnum):
    """How long a petition has waited, against what writers are told."""

    IN_TIME = "in_time"
    NEAR = "near"
    OVERDUE = "overdue"


class Gap(StrEnum):
    """What keeps a petition from opening."""

    WORDING = "wording"
    CONSENT = "consent"
    CONTROLLER = "controller"
    CLOSING = "closing"
    NUMBERS = "numbers"
    NAMED = "named"


@dataclass(frozen=True)
class RejectionReason:
    """A reason that may be given from `since` on, until `until` where it was retired. `hides`: the
    text is not shown to anybody outside, as it would do the harm again."""

    code: str
    since: date
    hides: bool = False
    until: date | None = None


_FIRST = date(2026, 1, 1)
# A retired reason stays, so that the page of a petition can still explain itself.
REJECTION_REASONS = (
    RejectionReason("not_competent", _FIRST),
    RejectionReason("individual_case", _FIRST),
    RejectionReason("duplicate", _FIRST),
    RejectionReason("unclear", _FIRST),
    RejectionReason("untrue", _FIRST),
    RejectionReason("unlawful", _FIRST),
    RejectionReason("offensive", _FIRST, hides=True),
    RejectionReason("defamatory", _FIRST, hides=True),
    RejectionReason("names_person", _FIRST, hides=True),
    RejectionReason("court", _FIRST, hides=True),
)
STOP_REASONS = ("endangers", "legal_order", "rights_of_others", "false_signatures", "carriers")
# Numbers lead to a person with certainty; a name has to be looked at, for it may be a minister's.
NUMBERS = frozenset({Trait.PHONE, Trait.REGISTER_NUMBER, Trait.DOCUMENT_NUMBER})


class ClaimedError(RefusedError):
    """Somebody else reads it, or took it over a moment ago."""

    code = "claimed"
    http_status = 409
    message = _l("Somebody else is reading this petition now. Nothing was changed.")


class NotClaimedError(RefusedError):
    """A decision by somebody who has not taken the petition."""

    code = "not_claimed"
    http_status = 409
    message = _l("Take the petition first, so that the others see that you are reading it.")


class ChangedMeanwhileError(RefusedError):
    """The petition is not what was on the screen."""

    code = "changed_meanwhile"
    http_status = 409
    message = _l(
        "The petition changed, or somebody decided about it, after you opened this page. Nothing was changed. Read it again."
    )


class NotNowError(RefusedError):
    """An act that does not go with the state of the petition."""

    code = "not_now"
    http_status = 409
    message = _l("This cannot be done with a petition in this state.")


class ReasonNeededError(RefusedError):
    """A rejection, a stop without one of the reasons that may be given."""

    code = "reason_needed"
    message = _l("Choose one of the reasons.")


class CommentNeededError(RefusedError):
    """Comments that are missing or too long."""

    code = "comment_needed"
    message = _l("Say what the writers should change, in 4,000 characters at most.")


class CommentTooLongError(RefusedError):
    """An explanation beyond what a mail should hold."""

    code = "comment_too_long"
    message = _l("Write 4,000 characters at most.")


class NotesTooLongError(RefusedError):
    """Notes longer than a page of notes."""

    code = "notes_too_long"
    message = _l("Notes are 8,000 characters long at most.")


class NotesChangedError(RefusedError):
    """Somebody else wrote notes in the meantime."""

    code = "notes_changed"
    http_status = 409
    message = _l(
        "Somebody else wrote in these notes meanwhile. Yours are not kept yet: copy what you need, then open the page again."
    )


class NotReadyError(RefusedError):
    """Something is missing before the petition can open; `gaps` says what."""

    code = "not_ready"
    message = _l("It cannot open yet. The list “Before it opens” says what is missing.")

    def __init__(self, gaps: Collection[Gap]) -> None:
        super().__init__()
        self.gaps = frozenset(gaps)


class FirstOneError(RefusedError):
    """The first petition of an organisation, and no administrator decides."""

    code = "first_petition"
    http_status = 403
    message = _l(
        "It is the first petition of these organisations here, so an administrator of the platform decides. You can read it, note and give it back with comments."
    )


class OwnPetitionError(RefusedError):
    """Who wrote a petition or handed it in does not decide about it while another can."""

    code = "own_petition"
    http_status = 403
    message = _l(
        "You wrote this petition or handed it in, so somebody else decides about it: another moderator or an administrator."
    )


class HigherRoleError(RefusedError):
    """Bringing back what was stopped or refused, or removing it, without the higher role."""

    code = "higher_role"
    http_status = 403
    message = _l(
        "Only an administrator of the platform removes a petition or brings one back. Nothing was changed."
    )


@dataclass(frozen=True)
class Decision:
    """What somebody decides. `is_hidden`: nobody outside sees it; `stops_as` is the state of a
    petition that is stopped; `looked_at`: every marked name was looked at."""

    act: Act
    reason: str = ""
    comment: str = ""
    is_hidden: bool = False
    stops_as: str = ""
    looked_at: bool = False


@dataclass(frozen=True)
class Standing:
    """Who decides, beside what: `is_higher` for an administrator of the platform, `wrote_it` for who
    wrote the petition or handed it in, `others_can` when somebody else may decide as well."""

    is_higher: bool
    wrote_it: bool
    others_can: bool
    is_first: bool


@dataclass(frozen=True)
class BeforeOpening:
    """What is looked at before a petition opens."""

    has_wording: bool
    has_consent: bool
    has_controller: bool
    closes_at: datetime | None
    traits: frozenset[Trait]


def pace_of(submitted_at: datetime | None, now: datetime) -> Pace:
    """How long it waits: nearly too late from 11 days on, overdue from 14 days on."""
    waited = now - submitted_at if submitted_at else timedelta(0)
    if waited >= OVERDUE:
        return Pace.OVERDUE
    return Pace.NEAR if waited >= NEAR_OVERDUE else Pace.IN_TIME


def reasons_on(day: date) -> list[RejectionReason]:
    """The reasons that may be given on a day, those that leave the text readable first."""
    given = [
        reason
        for reason in REJECTION_REASONS
        if reason.since <= day and (reason.until is None or day < reason.until)
    ]
    return sorted(given, key=lambda reason: reason.hides)


def state_after_rejecting(decision: Decision, *, day: date) -> str:
    """Which state a rejection leads to: "hidden" for the reasons that hide, and for any when asked.

    Raises ReasonNeededError.
    """
    chosen = [reason for reason in reasons_on(day) if reason.code == decision.reason]
    if not chosen:
        raise ReasonNeededError
    return "hidden" if chosen[0].hides or decision.is_hidden else "rejected"


def check_stop(decision: Decision, *, is_higher: bool) -> None:
    """Any moderator may stop what does harm; only the higher role removes.

    Raises ReasonNeededError, NotNowError, HigherRoleError.
    """
    if decision.reason not in STOP_REASONS:
        raise ReasonNeededError
    if decision.stops_as not in STOPPED:
        raise NotNowError
    if decision.stops_as == "removed" and not is_higher:
        raise HigherRoleError


def check_comment(decision: Decision) -> None:
    """Raises CommentNeededError where comments are the point, CommentTooLongError elsewhere."""
    is_needed = decision.act is Act.RETURN
    if is_needed and not 0 < len(decision.comment) <= LONGEST_COMMENT:
        raise CommentNeededError
    if len(decision.comment) > LONGEST_COMMENT:
        raise CommentTooLongError


def check_may_decide(act: Act, standing: Standing) -> None:
    """Comments are free; opening and refusing take four eyes, and for a first petition an
    administrator. Raises FirstOneError, OwnPetitionError.
    """
    if act not in {Act.APPROVE, Act.REJECT}:
        return
    if standing.is_first and not standing.is_higher:
        raise FirstOneError
    if standing.wrote_it and standing.others_can:
        raise OwnPetitionError


def restored_state(
    state: str, before: str, *, ended_at: datetime | None, is_higher: bool, now: datetime
) -> str:
    """The state a stopped or refused petition comes back to: the one `before`. One whose names were
    erased meanwhile, six months after its collection `ended_at`, does not take signatures again.

    Raises HigherRoleError, NotNowError where nothing was stopped or refused.
    """
    if not is_higher:
        raise HigherRoleError
    if state not in {*STOPPED, "rejected"} or before not in {*PATH, *WAITING, *STOPPED}:
        raise NotNowError
    is_erased = ended_at is not None and months_after(ended_at, KEPT_MONTHS) <= now
    return "closed" if before in COUNTING and is_erased else before


def reader_of(state: str, claimed_by: str) -> str:
    """Who reads a petition now. A claim ends when its writers take the petition back."""
    return claimed_by if state == "in_moderation" else ""


def gaps_before_opening(before: BeforeOpening, *, looked_at: bool, now: datetime) -> frozenset[Gap]:
    """What keeps a petition from opening now."""
    names_somebody = Trait.NAMED_PERSON in before.traits or Trait.FULL_NAME in before.traits
    found = {
        Gap.WORDING: not before.has_wording,
        Gap.CONSENT: not before.has_consent,
        Gap.CONTROLLER: not before.has_controller,
        Gap.CLOSING: before.closes_at is not None and before.closes_at <= now,
        Gap.NUMBERS: bool(before.traits & NUMBERS),
        Gap.NAMED: names_somebody and not looked_at,
    }
    return frozenset(gap for gap, is_there in found.items() if is_there)


def fingerprint(state: str, texts: Iterable[str]) -> str:
    """What a decision is about, in 16 signs: another text or another state gives another one."""
    read = hashlib.sha256(state.encode())
    for text in texts:
        read.update(b"\0" + text.encode())
    return read.hexdigest()[:16]
