"""What the organisers of a petition may plan: how far beyond the minimum they aim."""

from flask_babel import lazy_gettext as _l

from campaign.core.errors import RefusedError

LARGEST_MARGIN = 100
LONGEST_REASON = 300


class MarginOutOfRangeError(RefusedError):
    """A margin that is no percentage from 0 to 100."""

    code = "margin_out_of_range"
    message = _l("A margin is a whole number from 0 to 100 percent.")


class MarginWithoutReasonError(RefusedError):
    """A margin that nobody could explain, or at too great a length."""

    code = "margin_without_reason"
    message = _l("Say why, in 300 characters at most: visitors read it beside the margin.")


def check_margin(percent: int, reason: str) -> None:
    """Refuse a margin nobody could keep to or explain.

    Raises MarginOutOfRangeError, MarginWithoutReasonError.
    """
    if not 0 <= percent <= LARGEST_MARGIN:
        raise MarginOutOfRangeError
    if not 0 < len(reason) <= LONGEST_REASON:
        raise MarginWithoutReasonError
