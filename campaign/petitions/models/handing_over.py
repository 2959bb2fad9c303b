"""Handing a petition over to its authority, and the days to be reminded of afterwards."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from campaign.core.db import db
from campaign.core.moments import UtcDateTime


class HandOver(db.Model):
    """What was handed over on one day: how many batches of paper, under which seal of their list
    (rules/sealing.py). Rows are added, never changed."""

    __tablename__ = "hand_over"

    id: Mapped[int] = mapped_column(primary_key=True)
    petition_id: Mapped[int] = mapped_column(ForeignKey("petition.id"), index=True)
    handed_over_on: Mapped[date] = mapped_column()
    batch_count: Mapped[int] = mapped_column()
    list_seal: Mapped[str] = mapped_column(String(64))
    actor: Mapped[str] = mapped_column(String(80))
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)


class StageReminder(db.Model):
    """The day on which the organisations that carry a petition are reminded of a stage, once."""

    __tablename__ = "stage_reminder"
    __table_args__ = (Index("ix_stage_reminder_due", "sent_at", "remind_on"),)

    petition_id: Mapped[int] = mapped_column(ForeignKey("petition.id"), primary_key=True)
    stage: Mapped[str] = mapped_column(String(20), primary_key=True)
    remind_on: Mapped[date] = mapped_column()
    set_by: Mapped[str] = mapped_column(String(80))
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
