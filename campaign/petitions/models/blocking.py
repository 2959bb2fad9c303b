"""Addresses and domains whose signatures are not counted."""

from datetime import datetime

from sqlalchemy import LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from campaign.core.db import UtcDateTime, db


class BlockedSender(db.Model):
    """A mailbox or a whole domain, as a keyed digest: the list tells nobody who is on it."""

    __tablename__ = "blocked_sender"

    sender_key: Mapped[bytes] = mapped_column(
        LargeBinary(16), primary_key=True, info={"personal": True}
    )
    kind: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str] = mapped_column(String(60), default="")
    blocked_at: Mapped[datetime] = mapped_column(UtcDateTime)
