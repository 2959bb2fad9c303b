"""Reading how a petition was planned."""

from collections.abc import Sequence

from sqlalchemy import select

from campaign.core.db import db
from campaign.petitions.models import PetitionMargin


def margins_of(petition_id: int) -> Sequence[PetitionMargin]:
    """Every margin a petition has had by its organisers' word, the newest first."""
    return db.session.scalars(
        select(PetitionMargin)
        .where(PetitionMargin.petition_id == petition_id)
        .order_by(PetitionMargin.id.desc())
    ).all()
