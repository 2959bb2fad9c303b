"""Counting: an append-only journal that the worker folds into tallies and series."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from campaign.core.db import BigId, db
from campaign.core.moments import UtcDateTime


class TallyEntry(db.Model):
    """One more, or one less: written in the transaction that confirms or withdraws."""

    __tablename__ = "tally_entry"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    petition_id: Mapped[int] = mapped_column(ForeignKey("petition.id"))
    stratum: Mapped[str] = mapped_column(String(8))
    channel: Mapped[str] = mapped_column(String(20))
    change: Mapped[int] = mapped_column()
    happened_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Tally(db.Model):
    """How many signatures of our own form are confirmed, per stratum and channel."""

    __tablename__ = "tally"

    petition_id: Mapped[int] = mapped_column(ForeignKey("petition.id"), primary_key=True)
    stratum: Mapped[str] = mapped_column(String(8), primary_key=True)
    channel: Mapped[str] = mapped_column(String(20), primary_key=True)
    count: Mapped[int] = mapped_column()


class TallyPeriod(db.Model):
    """The hourly and daily series: net change within one hour or one day (UTC)."""

    __tablename__ = "tally_period"
    __table_args__ = (Index("ix_tally_period_trending", "period", "starts_at", "petition_id"),)

    petition_id: Mapped[int] = mapped_column(ForeignKey("petition.id"), primary_key=True)
    period: Mapped[str] = mapped_column(String(4), primary_key=True)
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime, primary_key=True)
    stratum: Mapped[str] = mapped_column(String(8), primary_key=True)
    channel: Mapped[str] = mapped_column(String(20), primary_key=True)
    change: Mapped[int] = mapped_column()


class OfficialCount(db.Model):
    """What the official platform or the checked paper showed on one day, with its source.

    Rows are added, never changed: the latest `as_of` (then the latest row) is the one that counts.
    `reason` says why a number was corrected; `approved_by` is the second person, where two were needed.
    """

    __tablename__ = "official_count"
    __table_args__ = (
        Index("ix_official_count_latest", "petition_id", "channel", "stratum", "as_of"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    petition_id: Mapped[int] = mapped_column(ForeignKey("petition.id"))
    channel: Mapped[str] = mapped_column(String(20))
    stratum: Mapped[str] = mapped_column(String(8))
    count: Mapped[int] = mapped_column()
    as_of: Mapped[date] = mapped_column()
    source_label: Mapped[str] = mapped_column(String(300), default="")
    source_url: Mapped[str] = mapped_column(String(500), default="")
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    reason: Mapped[str] = mapped_column(String(300), default="", server_default=text("''"))
    recorded_by: Mapped[str] = mapped_column(String(80), default="", server_default=text("''"))
    approved_by: Mapped[str] = mapped_column(String(80), default="", server_default=text("''"))


class ThresholdCrossing(db.Model):
    """A line passed, in one stratum ("VLG") or for the whole rule ("total").

    A row whose `undone_at` is empty stands; falling back closes it and a new passing opens another.
    """

    __tablename__ = "threshold_crossing"
    __table_args__ = (UniqueConstraint("petition_id", "stratum", "crossed_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    petition_id: Mapped[int] = mapped_column(ForeignKey("petition.id"), index=True)
    stratum: Mapped[str] = mapped_column(String(8))
    crossed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class PetitionWarning(db.Model):
    """What the organisations that carry a petition were told: that so many days are left ("days_14"),
    or that a region lags ("behind"); the latter goes when the region has caught up."""

    __tablename__ = "petition_warning"

    petition_id: Mapped[int] = mapped_column(ForeignKey("petition.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(10), primary_key=True)
    stratum: Mapped[str] = mapped_column(String(8), primary_key=True)
    told_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Reconciliation(db.Model):
    """A nightly recount that found a tally wrong, and what it repaired."""

    __tablename__ = "reconciliation"

    id: Mapped[int] = mapped_column(primary_key=True)
    petition_id: Mapped[int] = mapped_column(ForeignKey("petition.id"), index=True)
    stratum: Mapped[str] = mapped_column(String(8))
    channel: Mapped[str] = mapped_column(String(20))
    kept_count: Mapped[int] = mapped_column()
    true_count: Mapped[int] = mapped_column()
    repaired_at: Mapped[datetime] = mapped_column(UtcDateTime)
