"""Where signatures come from, as last shown: nothing here tells of fewer than five people."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from campaign.core.db import db
from campaign.core.moments import UtcDateTime


class PlaceEdition(db.Model):
    """When the places of a petition were last counted."""

    __tablename__ = "place_edition"

    petition_id: Mapped[int] = mapped_column(ForeignKey("petition.id"), primary_key=True)
    counted_at: Mapped[datetime] = mapped_column(UtcDateTime)


class PlaceCount(db.Model):
    """The number shown for one place: a region, an area (a province, or Brussels), or a commune.

    `campaign/petitions/rules/places.py` decides which numbers come in and when they change.
    """

    __tablename__ = "place_count"

    petition_id: Mapped[int] = mapped_column(ForeignKey("petition.id"), primary_key=True)
    level: Mapped[str] = mapped_column(String(8), primary_key=True)
    place: Mapped[str] = mapped_column(String(24), primary_key=True)
    count: Mapped[int] = mapped_column()
