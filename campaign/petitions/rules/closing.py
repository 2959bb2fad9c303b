"""Closing in an emergency takes two people; so does opening again. What is erased never comes back."""

from datetime import datetime, timedelta
from enum import StrEnum

from flask_babel import lazy_gettext as _l

from campaign.core.errors import RefusedError
from campaign.core.text import one_line
from campaign.petitions.models import Petition

CONFIRM_WITHIN = timedelta(hours=24)
SHORTEST_REASON, LONGEST_REASON = 10, 300
# Numbers erased in one transaction: few, because on SQLite who signs waits for its end.
ERASED_AT_ONCE = 500
# A signature that was on its way when the data were closed has arrived by then.
ON_ITS_WAY = timedelta(minutes=2)


class ClosureState(StrEnum):
    """How far a closure is. Only ASKED, CLOSED and LIFT_ASKED are open."""

    ASKED = "asked"
    CLOSED = "closed"
    LIFT_ASKED = "lift_asked"
    LIFTED = "lifted"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


OPEN = (ClosureState.ASKED, ClosureState.CLOSED, ClosureState.LIFT_ASKED)


class SamePersonError(RefusedError):
    """Whoever asked cannot be the second person too."""

    code = "same_person"
    http_status = 409
    message = _l(
        "You asked for it yourself. It takes a second person: another coordinator or data officer, or an administrator of the platform."
    )


class ClosureOverError(RefusedError):
    """A question that was confirmed, taken back, or is older than a day."""

    code = "closure_over"
    http_status = 409
    message = _l(
        "This is not waiting any more: it was confirmed, taken back, or is older than 24 hours. Ask again if it is still needed."
    )


class AlreadyAskedToCloseError(RefusedError):
    """The same is asked or closed already."""

    code = "already_asked_to_close"
    http_status = 409
    message = _l("Somebody has asked for this already. A second person can confirm it.")


class ClosureReasonMissingError(RefusedError):
    """No reason, or too short, or too long."""

    code = "closure_reason_missing"
    message = _l("Write what happened, in 10 to 300 characters. The second person reads it.")


class DetailsClosedError(RefusedError):
    """The people's details of a petition were closed by two people; they are erased."""

    code = "details_closed"
    http_status = 409
    message = _l(
        "Two people closed the data of this petition in an emergency. Nobody’s details can be seen or exported any more; they are being erased."
    )


def check_closure_reason(typed: str) -> str:
    """What happened, in one line. Raises ClosureReasonMissingError."""
    reason = one_line(typed)
    if not SHORTEST_REASON <= len(reason) <= LONGEST_REASON:
        raise ClosureReasonMissingError
    return reason


def check_details_open(details_closed_at: datetime | None) -> None:
    """Raises DetailsClosedError once the data of a petition were closed."""
    if details_closed_at is not None:
        raise DetailsClosedError


def check_is_second(asked_by: str, actor: str) -> None:
    """Raises SamePersonError for who asked."""
    if asked_by == actor:
        raise SamePersonError


def is_waiting(state: str, expires_at: datetime, now: datetime) -> bool:
    """Whether a closure waits for its second person: for 24 hours."""
    return state == ClosureState.ASKED and now < expires_at


def check_waits(state: str, expires_at: datetime, now: datetime) -> None:
    """Raises ClosureOverError unless it does."""
    if not is_waiting(state, expires_at, now):
        raise ClosureOverError


def is_hidden_with(*, role: str, is_controller: bool) -> bool:
    """Whether a petition is hidden with an organisation: where it leads, or answers for the data and so
    is named in the words that people agree to. Elsewhere its name alone is left out."""
    return role == "lead" or is_controller


def is_hidden_by_organisation(petition: Petition) -> bool:
    """Whether an organisation that takes the petition with it is hidden: then nobody but the two people
    who may show that organisation again brings the petition back."""
    return any(
        part.organisation.hidden_at is not None
        and is_hidden_with(role=part.role, is_controller=part.is_controller)
        for part in petition.carriers
    )
