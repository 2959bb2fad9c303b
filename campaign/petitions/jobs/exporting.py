"""Preparing lists, and erasing after an emergency: a little at each turn of the worker."""

from datetime import datetime

from flask import current_app
from sqlalchemy.exc import DBAPIError

from campaign.core.db import db, transaction
from campaign.petitions.operations import closing, exporting
from campaign.petitions.queries.exporting import next_to_write

# Mails and counting wait for one turn: two seconds or so.
PARTS_IN_A_TURN = 25
EMPTIED_IN_A_TURN = 10_000


def advance_exports(now: datetime) -> int:
    """Go on with the oldest list; returns how many parts were kept. Where the database refuses (a full
    disk, for instance) the list fails after some turns, and nothing half done is offered."""
    for done in range(PARTS_IN_A_TURN):
        try:
            with transaction():
                if exporting.advance_export(now=now) is None:
                    return done
        except DBAPIError as error:
            current_app.logger.warning("a list could not be kept: %s", type(error).__name__)
            _note_trouble(now)
            return done
    return PARTS_IN_A_TURN


def _note_trouble(now: datetime) -> None:
    with transaction():
        found = next_to_write()
        if found is not None:
            exporting.note_trouble(found.id, now=now)


def advance_erasures(now: datetime) -> int:
    """Go on erasing what two people closed; returns how many signatures were emptied."""
    emptied = 0
    while emptied < EMPTIED_IN_A_TURN:
        with transaction():
            count = closing.advance_erasure(now=now)
        if count is None:
            return emptied
        emptied += max(1, count)
    db.session.rollback()
    return emptied
