"""What people agreed to, word by word. Both tables are append-only in the database itself."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from campaign.core.db import BigId, db
from campaign.core.moments import UtcDateTime


class ConsentText(db.Model):
    """One wording, in one language, for one purpose. Changing it means a new version.

    `purpose` is "petition" (to sign; GDPR art. 9(2)(a)) or "updates" (mails of one organisation).
    `subject` names what it is about, e.g. "petition:in-my-name".
    """

    __tablename__ = "consent_text"
    __table_args__ = (
        UniqueConstraint("subject", "purpose", "organisation_id", "language", "version"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(String(120))
    purpose: Mapped[str] = mapped_column(String(20))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    language: Mapped[str] = mapped_column(String(8))
    version: Mapped[int] = mapped_column()
    body: Mapped[str] = mapped_column(Text)
    sha256: Mapped[bytes] = mapped_column(LargeBinary(32))
    published_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ConsentReceipt(db.Model):
    """A yes, or the withdrawal of a yes, of one signatory to one organisation's wording.

    A "no" and no answer leave no row. `signature_ref` is the signature's random identifier; it
    leads nowhere once the signature is erased.
    """

    __tablename__ = "consent_receipt"
    __table_args__ = (Index("ix_consent_receipt_signature_ref", "signature_ref"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    signature_ref: Mapped[bytes] = mapped_column(LargeBinary(16), info={"personal": True})
    consent_text_id: Mapped[int] = mapped_column(ForeignKey("consent_text.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    decision: Mapped[str] = mapped_column(String(10), info={"personal": True})
    given_at: Mapped[datetime] = mapped_column(UtcDateTime, info={"personal": True})
