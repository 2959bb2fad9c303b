"""What waits for an answer when a signatory uses a right; each row lives for hours, not years."""

from datetime import datetime

from sqlalchemy import LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from campaign.core.db import BigId, db
from campaign.core.encryption import EncryptedText
from campaign.core.moments import UtcDateTime

PERSONAL = {"personal": True}


class LinkRequest(db.Model):
    """Somebody asked for the links to what was signed with an address. The page keeps the same row
    whether that address signed or not; the worker looks, writes the mail and deletes the row."""

    __tablename__ = "link_request"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    address: Mapped[str] = mapped_column(EncryptedText("link_request.address"), info=PERSONAL)
    language: Mapped[str] = mapped_column(String(8), info=PERSONAL)
    requested_at: Mapped[datetime] = mapped_column(UtcDateTime, info=PERSONAL)


class AddressChange(db.Model):
    """The address a signature is to have once the new mailbox confirms; the last one asked for."""

    __tablename__ = "address_change"

    signature_ref: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True, info=PERSONAL)
    address: Mapped[str] = mapped_column(EncryptedText("address_change.address"), info=PERSONAL)
    confirm_digest: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True, info=PERSONAL)
    requested_at: Mapped[datetime] = mapped_column(UtcDateTime, info=PERSONAL)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True, info=PERSONAL)
