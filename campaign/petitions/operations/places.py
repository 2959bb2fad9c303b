"""Counting where signatures come from, and keeping what of it may be shown."""

from datetime import datetime

from sqlalchemy import delete, insert

from campaign.core.db import db
from campaign.petitions.models import PlaceCount, PlaceEdition
from campaign.petitions.queries.places import AREA, COMMUNE, REGION, edition_of, true_counts
from campaign.petitions.rules.places import next_edition


def count_places(petition_id: int, *, now: datetime) -> None:
    """Bring the shown places of a petition up to date, as far as the rule for few people lets them."""
    before = edition_of(petition_id)
    after = next_edition(before, *true_counts(petition_id))
    if after != before:
        db.session.execute(delete(PlaceCount).where(PlaceCount.petition_id == petition_id))
        rows = [
            {"petition_id": petition_id, "level": level, "place": place, "count": count}
            for level, counts in (
                (REGION, after.regions),
                (AREA, after.areas),
                (COMMUNE, after.communes),
            )
            for place, count in counts.items()
        ]
        if rows:
            db.session.execute(insert(PlaceCount), rows)
    db.session.merge(PlaceEdition(petition_id=petition_id, counted_at=now))
    db.session.flush()
