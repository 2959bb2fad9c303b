"""What recurs: sessions, invitations and links that are over leave the database."""

from datetime import datetime

from campaign.accounts.operations.invitations import purge_invitations
from campaign.accounts.operations.owning import purge_links
from campaign.accounts.operations.sessions import sweep_sessions
from campaign.core.db import transaction


def sweep(now: datetime) -> int:
    """Delete what is over; returns how many rows went."""
    with transaction():
        return sweep_sessions(now) + purge_invitations(now) + purge_links(now)
