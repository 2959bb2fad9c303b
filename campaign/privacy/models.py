"""What forgetting did: counts only, nobody's name."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from campaign.core.db import BigId, db
from campaign.core.moments import UtcDateTime


class RetentionRun(db.Model):
    """One passage through every retention rule. Until it is finished, `rule` and `position` say
    where to go on, so that a worker that is killed costs nothing but time."""

    __tablename__ = "retention_run"
    __table_args__ = (Index("ix_retention_run_finished_at", "finished_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    rule: Mapped[str] = mapped_column(String(40), default="")
    position: Mapped[int] = mapped_column(BigId, default=0)


class RetentionCount(db.Model):
    """How many rows one rule forgot in one run; written in the transaction that forgot them."""

    __tablename__ = "retention_count"

    run_id: Mapped[int] = mapped_column(ForeignKey("retention_run.id"), primary_key=True)
    rule: Mapped[str] = mapped_column(String(40), primary_key=True)
    row_count: Mapped[int] = mapped_column(default=0)
