"""The worker's part in updates: go on with those under way, and count what became of the others."""

from datetime import datetime

from campaign.core.db import db, transaction
from campaign.petitions.operations import sending
from campaign.petitions.operations.updates import cancel
from campaign.petitions.queries.updates import (
    ids_paused_too_long,
    ids_to_advance,
    ids_to_settle,
    update_by_id,
)

# Of a long sending, what one turn of the worker does before it counts and mails again.
STEPS_IN_A_TURN = 20


def advance_updates(now: datetime) -> int:
    """Go on with the updates whose time has come, for a while; returns how many messages were made."""
    made = sum(_advance(number, now) for number in ids_to_advance(now))
    db.session.rollback()
    return made


def _advance(number: int, now: datetime) -> int:
    made = 0
    for _step in range(STEPS_IN_A_TURN):
        found = update_by_id(number)
        if found is None or not sending.has_work(found):
            break
        with transaction():
            step = sending.advance(number, now=now)
        if step is None:
            break
        made += step
    return made


def settle_updates(now: datetime) -> int:
    """Count what became of the messages of updates that are over, and end those that nobody has gone on
    with for two weeks; returns how many were counted."""
    for number in ids_paused_too_long(now):
        with transaction():
            cancel(number, actor="worker", now=now)
    numbers = ids_to_settle(now - sending.SETTLE_AFTER)
    for number in numbers:
        with transaction():
            sending.settle(number, now=now)
    db.session.rollback()
    return len(numbers)
