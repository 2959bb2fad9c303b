"""A signature given on our own form."""

from datetime import datetime

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from campaign.core.db import BigId, db
from campaign.core.encryption import EncryptedText
from campaign.core.moments import UtcDateTime

PERSONAL = {"personal": True}


class Signature(db.Model):
    """One person's signature on one petition.

    `email_key` is a keyed digest of the canonical address, different for each petition; together
    with `household_place` (1 or 2) it lets two people share a mailbox and refuses a third, in the
    database itself. Once withdrawn or forgotten, the personal columns are empty. `link_version`
    counts how often the person's links were made worthless: a new mailbox ends those of the old.
    """

    __tablename__ = "signature"
    __table_args__ = (
        UniqueConstraint("petition_id", "email_key", "household_place"),
        CheckConstraint("household_place in (1, 2)", name="household_place"),
        Index("ix_signature_state_created_at", "state", "created_at"),
        Index("ix_signature_petition_state", "petition_id", "state", "stratum"),
        Index(
            "ix_signature_public",
            "petition_id",
            "confirmed_at",
            sqlite_where=text("is_public"),
            postgresql_where=text("is_public"),
        ),
        Index(
            "ix_signature_official_reminder",
            "official_reminder_at",
            sqlite_where=text("official_reminder_at is not null"),
            postgresql_where=text("official_reminder_at is not null"),
        ),
        Index(
            "ix_signature_placement",
            "placement_id",
            "state",
            sqlite_where=text("placement_id IS NOT NULL"),
            postgresql_where=text("placement_id IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    ref: Mapped[bytes] = mapped_column(LargeBinary(16), unique=True, info=PERSONAL)
    petition_id: Mapped[int] = mapped_column(ForeignKey("petition.id"), info=PERSONAL)
    state: Mapped[str] = mapped_column(String(12), info=PERSONAL)
    is_blocked: Mapped[bool] = mapped_column(Boolean, default=False, info=PERSONAL)
    stratum: Mapped[str] = mapped_column(String(8), info=PERSONAL)
    channel: Mapped[str] = mapped_column(String(20))
    placement_id: Mapped[int | None] = mapped_column(ForeignKey("placement.id"), info=PERSONAL)
    email_key: Mapped[bytes | None] = mapped_column(LargeBinary(16), info=PERSONAL)
    household_place: Mapped[int] = mapped_column(default=1, info=PERSONAL)
    given_name: Mapped[str | None] = mapped_column(
        EncryptedText("signature.given_name"), info=PERSONAL
    )
    family_name: Mapped[str | None] = mapped_column(
        EncryptedText("signature.family_name"), info=PERSONAL
    )
    email: Mapped[str | None] = mapped_column(EncryptedText("signature.email"), info=PERSONAL)
    name_key: Mapped[bytes | None] = mapped_column(LargeBinary(16), info=PERSONAL)
    country: Mapped[str | None] = mapped_column(String(2), info=PERSONAL)
    postal_code: Mapped[str | None] = mapped_column(String(4), info=PERSONAL)
    language: Mapped[str] = mapped_column(String(8), info=PERSONAL)
    is_public: Mapped[bool] = mapped_column(Boolean, default=False, info=PERSONAL)
    age_stated: Mapped[bool] = mapped_column(Boolean, default=False, info=PERSONAL)
    consent_text_id: Mapped[int] = mapped_column(ForeignKey("consent_text.id"), info=PERSONAL)
    consent_language: Mapped[str] = mapped_column(String(8), info=PERSONAL)
    consent_sha256: Mapped[bytes] = mapped_column(LargeBinary(32), info=PERSONAL)
    consented_at: Mapped[datetime] = mapped_column(UtcDateTime, info=PERSONAL)
    confirm_digest: Mapped[bytes | None] = mapped_column(
        LargeBinary(32), unique=True, info=PERSONAL
    )
    confirm_expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime, info=PERSONAL)
    mail_count: Mapped[int] = mapped_column(default=0, info=PERSONAL)
    reminded_at: Mapped[datetime | None] = mapped_column(UtcDateTime, info=PERSONAL)
    official_reminder_at: Mapped[datetime | None] = mapped_column(UtcDateTime, info=PERSONAL)
    officially_reminded_at: Mapped[datetime | None] = mapped_column(UtcDateTime, info=PERSONAL)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, info=PERSONAL)
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime, info=PERSONAL)
    link_version: Mapped[int] = mapped_column(server_default="0", info=PERSONAL)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime, info=PERSONAL)
