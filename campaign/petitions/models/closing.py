"""What two people close at once in an emergency: an organisation, or the data of a petition."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from campaign.core.db import BigId, db
from campaign.core.moments import UtcDateTime


class EmergencyClosure(db.Model):
    """One closure: of an organisation (hidden until two people lift it) or of a petition's data (erased
    for good). `subject` names which, as the log does.

    `states_before` are the states that hidden petitions go back to (JSON, by number). The worker erases
    by signature number, from `at_id` to `last_id`, in short transactions.
    """

    __tablename__ = "emergency_closure"
    __table_args__ = (
        Index(
            "uq_emergency_closure_open",
            "subject",
            unique=True,
            sqlite_where=text("state IN ('asked', 'closed', 'lift_asked')"),
            postgresql_where=text("state IN ('asked', 'closed', 'lift_asked')"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(String(120), index=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    petition_id: Mapped[int | None] = mapped_column(ForeignKey("petition.id"))
    state: Mapped[str] = mapped_column(String(12))
    reason: Mapped[str] = mapped_column(String(300))
    asked_by: Mapped[str] = mapped_column(String(80))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    confirmed_by: Mapped[str] = mapped_column(String(80), default="")
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    lift_asked_by: Mapped[str] = mapped_column(String(80), default="")
    lift_asked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_by: Mapped[str] = mapped_column(String(80), default="")
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    states_before: Mapped[str] = mapped_column(Text, default="{}")
    at_id: Mapped[int] = mapped_column(BigId, default=0)
    last_id: Mapped[int] = mapped_column(BigId, default=0)
    erased_count: Mapped[int] = mapped_column(default=0)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
