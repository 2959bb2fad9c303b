"""Who was asked to carry a petition together, and what they answered."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from campaign.core.db import db
from campaign.core.moments import UtcDateTime
from campaign.partners.models import Organisation
from campaign.petitions.models.petition import Petition


class CoalitionInvitation(db.Model):
    """A question to one organisation. Only its own yes makes it a carrier of the petition."""

    __tablename__ = "coalition_invitation"
    __table_args__ = (
        Index(
            "uq_coalition_invitation_open",
            "petition_id",
            "organisation_id",
            unique=True,
            sqlite_where=text("answered_at IS NULL"),
            postgresql_where=text("answered_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    petition_id: Mapped[int] = mapped_column(ForeignKey("petition.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    asked_by: Mapped[str] = mapped_column(String(80))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    answer: Mapped[str] = mapped_column(String(10), default="")
    answered_by: Mapped[str] = mapped_column(String(80), default="")
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    petition: Mapped[Petition] = relationship(lazy="joined")
    organisation: Mapped[Organisation] = relationship(lazy="joined")
