"""Recurring work that reads one feature and writes to another."""

from datetime import datetime

from campaign.core.db import transaction
from campaign.petitions.operations.voices import note_voice_counts as note
from campaign.petitions.personal_data import petitions_over
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


def close_collections(now: datetime) -> int:
    """Take no more voices beside petitions that closed six months ago; returns how many are over."""
    due = petitions_over(now)
    with transaction():
        for petition_id in due:
            voices.close_collection(petition_id, actor="worker", now=now)
    return len(due)
