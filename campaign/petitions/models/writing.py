"""How a petition is written: the versions of its texts, who has a page open, its picture."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from campaign.core.db import db
from campaign.core.moments import UtcDateTime


class PetitionTextVersion(db.Model):
    """What a petition said in one language at one time. Rows are added and kept; only what was saved
    by itself while somebody typed is replaced by the next such saving.

    `kind` is "written", "autosaved", "restored" or "deleted". `shown_from` is when visitors could
    first read it, None for a draft."""

    __tablename__ = "petition_text_version"
    __table_args__ = (UniqueConstraint("petition_id", "language", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    petition_id: Mapped[int] = mapped_column(ForeignKey("petition.id"), index=True)
    language: Mapped[str] = mapped_column(String(8))
    version: Mapped[int] = mapped_column()
    kind: Mapped[str] = mapped_column(String(12))
    title: Mapped[str] = mapped_column(String(160))
    short_title: Mapped[str] = mapped_column(String(60))
    ask: Mapped[str] = mapped_column(String(500))
    letter: Mapped[str] = mapped_column(Text)
    demands: Mapped[str] = mapped_column(Text)
    background: Mapped[str] = mapped_column(Text)
    correction: Mapped[str] = mapped_column(Text)
    actor: Mapped[str] = mapped_column(String(80))
    written_at: Mapped[datetime] = mapped_column(UtcDateTime)
    shown_from: Mapped[datetime | None] = mapped_column(UtcDateTime)


class EditingNotice(db.Model):
    """Who has a page of a petition open to write on, and since when. Gone once they save, and after
    an hour anyway. `part` is "text-fr", "facts"."""

    __tablename__ = "editing_notice"

    petition_id: Mapped[int] = mapped_column(ForeignKey("petition.id"), primary_key=True)
    part: Mapped[str] = mapped_column(String(20), primary_key=True)
    actor: Mapped[str] = mapped_column(String(80), primary_key=True)
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class PetitionPicture(db.Model):
    """The picture of a petition, as we drew it anew: WebP, without anything the camera wrote."""

    __tablename__ = "petition_picture"

    petition_id: Mapped[int] = mapped_column(ForeignKey("petition.id"), primary_key=True)
    digest: Mapped[str] = mapped_column(String(32))
    body: Mapped[bytes] = mapped_column(LargeBinary)
    actor: Mapped[str] = mapped_column(String(80))
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)


class AdmissibilityTick(db.Model):
    """One line of what the instrument asks, of which an editor said that it holds."""

    __tablename__ = "admissibility_tick"

    petition_id: Mapped[int] = mapped_column(ForeignKey("petition.id"), primary_key=True)
    line: Mapped[str] = mapped_column(String(16), primary_key=True)
    actor: Mapped[str] = mapped_column(String(80))
    ticked_at: Mapped[datetime] = mapped_column(UtcDateTime)
