"""Organisations of the network."""

from datetime import datetime

from sqlalchemy import Boolean, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from campaign.core.db import db
from campaign.core.moments import UtcDateTime


class Organisation(db.Model):
    """A collective, association or coalition. It may have no legal form: then `host_id` may say
    which association answers for it."""

    __tablename__ = "organisation"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    legal_form: Mapped[str] = mapped_column(String(40), default="")
    country: Mapped[str] = mapped_column(String(2), default="BE")
    website: Mapped[str] = mapped_column(String(300), default="")
    source_url: Mapped[str] = mapped_column(String(500), default="")
    contact_email: Mapped[str] = mapped_column(String(254), default="", info={"organisation": True})
    language: Mapped[str] = mapped_column(String(8), default="fr")
    is_demonstration: Mapped[bool] = mapped_column(Boolean, default=False)
    host_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    # Since when, in an emergency, no public page names it.
    hidden_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    host: Mapped["Organisation | None"] = relationship(
        remote_side=[id], lazy="joined", join_depth=1
    )

    @property
    def subject(self) -> str:
        """How audit entries name this organisation."""
        return f"organisation:{self.id}"

    @property
    def host_name(self) -> str:
        """The association that answers for this one, if any; nothing while that one is hidden."""
        return self.host.name if self.host and self.host.hidden_at is None else ""
