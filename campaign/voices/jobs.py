"""Recurring work on voices; the worker calls each with the time."""

from datetime import datetime

from campaign.core.db import transaction
from campaign.voices import operations


def forget_refused(now: datetime) -> int:
    """Erase voices refused a month ago; returns how many."""
    with transaction():
        return operations.forget_refused(now=now)
