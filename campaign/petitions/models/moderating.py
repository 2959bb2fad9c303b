"""Reading a petition before it opens, and what was decided about it."""

from datetime import datetime

from sqlalchemy import Boolean, ForeignKey, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from campaign.core.db import db
from campaign.core.moments import UtcDateTime


class ModerationCase(db.Model):
    """What moderators share about one petition: who reads it now, their notes, and a mark that sets it
    aside. `notes_version` grows with each word that is kept, so that nobody writes over another."""

    __tablename__ = "moderation_case"

    petition_id: Mapped[int] = mapped_column(ForeignKey("petition.id"), primary_key=True)
    claimed_by: Mapped[str] = mapped_column(String(80), default="", server_default=text("''"))
    claimed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    mark: Mapped[str] = mapped_column(String(10), default="", server_default=text("''"))
    notes: Mapped[str] = mapped_column(
        Text, default="", server_default=text("''"), info={"personal": True}
    )
    notes_version: Mapped[int] = mapped_column(default=0, server_default="0")
    notes_by: Mapped[str] = mapped_column(String(80), default="", server_default=text("''"))
    notes_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    told_of_delay_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ModerationDecision(db.Model):
    """One decision about a petition. Rows are added, never changed: what was before is here, so that
    a petition that was taken down comes back as it was."""

    __tablename__ = "moderation_decision"

    id: Mapped[int] = mapped_column(primary_key=True)
    petition_id: Mapped[int] = mapped_column(ForeignKey("petition.id"), index=True)
    act: Mapped[str] = mapped_column(String(12))
    reason: Mapped[str] = mapped_column(String(40), default="")
    comment: Mapped[str] = mapped_column(Text, default="")
    state_before: Mapped[str] = mapped_column(String(20))
    state_after: Mapped[str] = mapped_column(String(20))
    closes_at_before: Mapped[datetime | None] = mapped_column(UtcDateTime)
    submitted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    is_told: Mapped[bool] = mapped_column(Boolean, default=False)
    actor: Mapped[str] = mapped_column(String(80))
    decided_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
