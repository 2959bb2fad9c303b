"""Changes of an official count that are too large for one person: they wait for a second one."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from campaign.core.db import db
from campaign.core.moments import UtcDateTime

WAITING = text("answered_at IS NULL")


class CountChange(db.Model):
    """What one person entered and another has to approve. `answer` is empty while it waits, then
    "approved", "refused" or "withdrawn"; only an approved one becomes an official count."""

    __tablename__ = "count_change"
    __table_args__ = (
        Index(
            "ix_count_change_one_waiting",
            "petition_id",
            "channel",
            "stratum",
            unique=True,
            sqlite_where=WAITING,
            postgresql_where=WAITING,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    petition_id: Mapped[int] = mapped_column(ForeignKey("petition.id"))
    channel: Mapped[str] = mapped_column(String(20))
    stratum: Mapped[str] = mapped_column(String(8))
    count: Mapped[int] = mapped_column()
    count_before: Mapped[int] = mapped_column()
    as_of: Mapped[date] = mapped_column()
    source_label: Mapped[str] = mapped_column(String(300))
    source_url: Mapped[str] = mapped_column(String(500))
    reason: Mapped[str] = mapped_column(String(300))
    entered_by: Mapped[str] = mapped_column(String(80))
    entered_at: Mapped[datetime] = mapped_column(UtcDateTime)
    answer: Mapped[str] = mapped_column(String(10), default="")
    answer_reason: Mapped[str] = mapped_column(String(300), default="")
    answered_by: Mapped[str] = mapped_column(String(80), default="")
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
