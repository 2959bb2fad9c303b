"""Signatures found to be false, many at once: by which conditions, how far, and what to give back."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from campaign.core.db import BigId, db
from campaign.core.moments import UtcDateTime

PERSONAL = {"personal": True}


class Invalidation(db.Model):
    """One check of one petition. `conditions` never change (the database refuses it) until they are
    emptied with the names; what was started is never deleted.

    The worker goes through the signatures by number, from `at_id` to `last_id`, in short
    transactions; each keeps `at_id`, so that a worker that was killed leaves nothing half done.
    """

    __tablename__ = "invalidation"

    id: Mapped[int] = mapped_column(primary_key=True)
    petition_id: Mapped[int] = mapped_column(ForeignKey("petition.id"), index=True)
    conditions: Mapped[str] = mapped_column(Text, info=PERSONAL)
    reason: Mapped[str] = mapped_column(String(300))
    state: Mapped[str] = mapped_column(String(12))
    created_by: Mapped[str] = mapped_column(String(80))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    counted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    started_by: Mapped[str] = mapped_column(String(80), default="")
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reinstated_by: Mapped[str] = mapped_column(String(80), default="")
    reinstated_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    at_id: Mapped[int] = mapped_column(BigId, default=0)
    last_id: Mapped[int] = mapped_column(BigId, default=0)
    matched_count: Mapped[int] = mapped_column(default=0)
    matched_by_stratum: Mapped[str] = mapped_column(Text, default="{}")
    invalidated_count: Mapped[int] = mapped_column(default=0)
    reinstated_count: Mapped[int] = mapped_column(default=0)


class InvalidatedSignature(db.Model):
    """A signature that one check stopped counting, and what it was before; gone when given back."""

    __tablename__ = "invalidated_signature"
    __table_args__ = (Index("ix_invalidated_signature_signature_id", "signature_id"),)

    invalidation_id: Mapped[int] = mapped_column(
        ForeignKey("invalidation.id"), primary_key=True, info=PERSONAL
    )
    signature_id: Mapped[int] = mapped_column(
        BigId,
        ForeignKey("signature.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
        info=PERSONAL,
    )
    state_before: Mapped[str] = mapped_column(String(12), info=PERSONAL)
