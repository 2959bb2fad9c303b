"""The ledger of paper: batches of the official form, known by their numbers alone.

Nothing a signatory writes is held here: no name, no register number, no picture of a form.
"""

from datetime import date, datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from campaign.core.db import db
from campaign.core.encryption import EncryptedText
from campaign.core.moments import UtcDateTime

PERSONAL = {"personal": True}


class PaperBatch(db.Model):
    """One pile of official forms with its cover sheet, from the day it goes out.

    `revision` grows with every entry, so that two people who change it at once are told.
    `counted_entry_id` and `answered_entry_id` name the entries whose figures stand. `seal` is the
    hash of the counted figures (rules/sealing.py). `settled_on` is the day it came back or was lost:
    thirty days later nobody needs to know any more who held it.
    """

    __tablename__ = "paper_batch"
    __table_args__ = (UniqueConstraint("petition_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    petition_id: Mapped[int] = mapped_column(ForeignKey("petition.id"))
    number: Mapped[int] = mapped_column()
    state: Mapped[str] = mapped_column(String(12))
    place: Mapped[str] = mapped_column(String(120))
    holder: Mapped[str | None] = mapped_column(EncryptedText("paper_batch.holder"), info=PERSONAL)
    out_on: Mapped[date] = mapped_column()
    in_on: Mapped[date | None] = mapped_column()
    counted_on: Mapped[date | None] = mapped_column()
    handed_over_on: Mapped[date | None] = mapped_column()
    answered_on: Mapped[date | None] = mapped_column()
    settled_on: Mapped[date | None] = mapped_column(index=True)
    counted_entry_id: Mapped[int | None] = mapped_column()
    answered_entry_id: Mapped[int | None] = mapped_column()
    seal: Mapped[str] = mapped_column(String(64), default="")
    revision: Mapped[int] = mapped_column(default=1)
    created_by: Mapped[str] = mapped_column(String(80))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class PaperEntry(db.Model):
    """What happened to a batch. Rows are added, never changed: the database refuses it."""

    __tablename__ = "paper_entry"

    id: Mapped[int] = mapped_column(primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("paper_batch.id"), index=True)
    act: Mapped[str] = mapped_column(String(12))
    happened_on: Mapped[date] = mapped_column()
    reason: Mapped[str] = mapped_column(String(300), default="")
    seal: Mapped[str] = mapped_column(String(64), default="")
    actor: Mapped[str] = mapped_column(String(80))
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)


class PaperFigure(db.Model):
    """One number of an entry: "valid" or "accepted" lines of a region, or lines "spoiled" for a
    reason; `key` is the region or the reason. Never changed either."""

    __tablename__ = "paper_figure"

    entry_id: Mapped[int] = mapped_column(ForeignKey("paper_entry.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(8), primary_key=True)
    key: Mapped[str] = mapped_column(String(12), primary_key=True)
    count: Mapped[int] = mapped_column()
