"""Carrying a petition together: nobody by another's word."""

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l

from campaign.core.errors import RefusedError

LEAD, PARTNER = "lead", "partner"
# The parts by which an organisation carries a petition and its editors may write it.
CARRYING = (LEAD, PARTNER)


class AlreadyAskedError(RefusedError):
    """An organisation that carries the petition, or has not answered yet."""

    code = "already_asked"
    http_status = 409
    message = _l(
        "This organisation carries the petition already, or was asked and has not answered."
    )


class AnsweredError(RefusedError):
    """A question that was answered or withdrawn in the meantime."""

    code = "answered"
    http_status = 409
    message = _l("This question was answered or withdrawn in the meantime.")


class LastCarrierError(RefusedError):
    """A petition is never left without an organisation that leads it or answers for its data."""

    code = "last_carrier"
    http_status = 409
    message = _l(
        "Your organisation leads this petition or answers for its data, so it cannot leave it. Ask another one to take over first."
    )


def check_may_leave(*, is_controller: bool, role: str, other_roles: Sequence[str]) -> None:
    """Raises LastCarrierError for who answers for the data, and for the only one that leads."""
    if is_controller or (role == LEAD and LEAD not in other_roles):
        raise LastCarrierError
