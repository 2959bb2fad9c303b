"""Written confirmations of facts that no source told."""

from datetime import date, datetime

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from campaign.core.db import db
from campaign.core.moments import UtcDateTime


class FactConfirmation(db.Model):
    """What an office wrote about one fact of one version of a rule, and the document that proves it.

    Rows are added and undone, never changed. `confirmed_by` names the office, not a person.
    """

    __tablename__ = "fact_confirmation"
    __table_args__ = (Index("ix_fact_confirmation_rule", "instrument_id", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    instrument_id: Mapped[str] = mapped_column(String(60))
    version: Mapped[date] = mapped_column()
    fact: Mapped[str] = mapped_column(String(60))
    body: Mapped[str] = mapped_column(Text)
    confirmed_by: Mapped[str] = mapped_column(String(200))
    dated_on: Mapped[date] = mapped_column()
    document: Mapped[str] = mapped_column(String(500))
    actor: Mapped[str] = mapped_column(String(80))
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    undone_by: Mapped[str] = mapped_column(String(80), default="")
    undone_reason: Mapped[str] = mapped_column(String(300), default="")
