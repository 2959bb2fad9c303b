"""Who may leave, and how long an invitation or a link is good."""

from collections.abc import Collection
from datetime import datetime, timedelta

from campaign.accounts.permissions import OF_AN_ORGANISATION, Role
from campaign.accounts.rules.refusals import LastCoordinatorError, LinkOverError

INVITATION_LASTS = timedelta(days=14)
PASSWORD_LINK_LASTS = timedelta(hours=2)
EMAIL_LINK_LASTS = timedelta(days=2)
ENDED_KEPT = timedelta(days=30)


def check_still_coordinated(coordinators: Collection[int], leaving: int) -> None:
    """Raises LastCoordinatorError when nobody would be left to coordinate."""
    if set(coordinators) == {leaving}:
        raise LastCoordinatorError


def check_may_accept(*, ended_at: datetime | None, expires_at: datetime, now: datetime) -> None:
    """Raises LinkOverError when an invitation was answered, withdrawn, or is too old."""
    if ended_at is not None or now >= expires_at:
        raise LinkOverError


def role_named(text: str) -> Role | None:
    """The role of an organisation with this code; the platform's is given otherwise."""
    return next((role for role in OF_AN_ORGANISATION if role == text), None)
