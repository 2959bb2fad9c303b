"""Recurring work that reads one feature and writes to another."""

from datetime import datetime

from sqlalchemy import select

from campaign.core.db import db, empty_write_ahead_log, transaction
from campaign.petitions.models import Petition
from campaign.petitions.operations.voices import note_voice_counts as note
from campaign.petitions.rules.signing import is_due_for_anonymising
from campaign.voices import operations as voices
from campaign.voices.queries import voice_counts
from campaign.voices.rules import shown_count


def note_voice_counts(_now: datetime) -> int:
    """Copy to each petition how many voices stand beside it, none while they are few; returns for
    how many petitions.

    Once a minute, not at each act: a number that moves at once tells who looks when one came.
    """
    with transaction():
        counts = {petition: shown_count(count) or 0 for petition, count in voice_counts().items()}
        note(counts)
    return len(counts)


def forget_voices(now: datetime) -> int:
    """Erase the voices of petitions that closed six months ago, when names go too; returns how many."""
    petitions = db.session.execute(
        select(Petition.id, Petition.closes_at).where(Petition.closes_at.is_not(None))
    )
    due = [row.id for row in petitions if is_due_for_anonymising(row.closes_at, now)]
    forgotten = 0
    for petition_id in due:
        with transaction():
            forgotten += voices.forget_voices(petition_id)
            voices.close_collection(petition_id, actor="worker", now=now)
    empty_write_ahead_log()  # also of what was erased by its code while somebody was reading
    return forgotten
