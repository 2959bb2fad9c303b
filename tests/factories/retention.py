"""Forgetting for tests: one rule at a time, in as many steps as it takes."""

from datetime import datetime

from campaign.core.db import db, transaction
from campaign.privacy.retention import ALLOWED, BY_NAME, CLOSED, UNCONFIRMED


def forget_by(name: str, now: datetime) -> int:
    """Apply one rule to its end; returns how many rows it changed."""
    rule, position, forgotten = BY_NAME[name], 0, 0
    following: int | None = 0
    while following is not None:
        keys, following = rule.find(now, position)
        position = following or 0
        if keys:
            with transaction():
                forgotten += rule.forget(keys, now)
    db.session.rollback()
    return forgotten


def purge_unconfirmed(now: datetime) -> int:
    """Delete what was never confirmed in time."""
    return forget_by(UNCONFIRMED, now)


def anonymise_signatures(now: datetime) -> int:
    """Empty the signatures of petitions whose time is over, and those with a yes but for the address."""
    forgotten = forget_by(CLOSED, now)
    forget_by(ALLOWED, now)
    return forgotten
