"""Lists of those who said yes to an organisation's mails, prepared for it and erased again."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from campaign.core.db import BigId, db
from campaign.core.moments import UtcDateTime
from campaign.partners.models import Organisation
from campaign.petitions.models.petition import Petition

PERSONAL = {"personal": True}


class SignatoryExport(db.Model):
    """One list: who asked for it, for which organisation and petition, why, and how far it is.

    The worker goes through the signatures by number, from `at_id` to `last_id`. `given_at` is the first
    time that somebody took the file away: before it, nobody's details have left.
    """

    __tablename__ = "signatory_export"
    __table_args__ = (
        # One list under way for a person, a petition and an organisation: a second press adds none.
        Index(
            "uq_signatory_export_open",
            "petition_id",
            "organisation_id",
            "asked_by",
            unique=True,
            sqlite_where=text("state = 'writing'"),
            postgresql_where=text("state = 'writing'"),
        ),
        Index("ix_signatory_export_state", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    petition_id: Mapped[int] = mapped_column(ForeignKey("petition.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    reason: Mapped[str] = mapped_column(String(300))
    state: Mapped[str] = mapped_column(String(12))
    asked_by: Mapped[str] = mapped_column(String(80))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    at_id: Mapped[int] = mapped_column(BigId, default=0)
    last_id: Mapped[int] = mapped_column(BigId, default=0)
    line_count: Mapped[int] = mapped_column(default=0)
    trouble_count: Mapped[int] = mapped_column(default=0)
    ready_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    given_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    given_count: Mapped[int] = mapped_column(default=0)

    petition: Mapped[Petition] = relationship(lazy="joined")
    organisation: Mapped[Organisation] = relationship(lazy="joined")


class ExportPart(db.Model):
    """The lines of the signature numbers after `after_id`: sealed until the file is erased.

    `members` has a bit for each number that was given, or will be; `left_out` for those who took their
    yes back after it was given, and whom the file no longer gives. Both stay for the person who asks
    who has their details, and for the organisation that must be told whom to remove.
    """

    __tablename__ = "export_part"

    export_id: Mapped[int] = mapped_column(ForeignKey("signatory_export.id"), primary_key=True)
    after_id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    read_at: Mapped[datetime] = mapped_column(UtcDateTime)
    members: Mapped[bytes] = mapped_column(LargeBinary, info=PERSONAL)
    left_out: Mapped[bytes] = mapped_column(LargeBinary, info=PERSONAL)
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary, info=PERSONAL)
