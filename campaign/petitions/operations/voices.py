"""What a petition shows of the voices beside it, which are no part of it."""

from collections.abc import Mapping

from sqlalchemy import update

from campaign.core.db import db
from campaign.petitions.models import Petition


def note_voice_counts(counts: Mapping[int, int]) -> None:
    """Copy how many voices each petition has, for its page; where none are taken any more, none."""
    db.session.execute(
        update(Petition)
        .where(Petition.voice_count.is_not(None), Petition.id.not_in(counts))
        .values(voice_count=None)
    )
    for petition_id, count in counts.items():
        db.session.execute(
            update(Petition)
            .where(Petition.id == petition_id, Petition.voice_count.is_distinct_from(count))
            .values(voice_count=count)
        )
