"""Addresses and domains whose signatures are not counted, and domains that are counted after all."""

from datetime import datetime

from sqlalchemy import LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from campaign.core.db import db
from campaign.core.moments import UtcDateTime


class BlockedSender(db.Model):
    """A mailbox or a whole domain that is refused the count, or (`kind` "excepted") a domain that is
    on the list of throw-away mail services and is counted all the same.

    Found by a keyed digest, so that the list tells nobody whose mailbox is on it; a domain stands
    beside its digest in words, because organisers must see what they block.
    """

    __tablename__ = "blocked_sender"

    sender_key: Mapped[bytes] = mapped_column(
        LargeBinary(16), primary_key=True, info={"personal": True}
    )
    kind: Mapped[str] = mapped_column(String(10))
    domain: Mapped[str | None] = mapped_column(String(253), info={"personal": True})
    reason: Mapped[str] = mapped_column(String(60), default="")
    added_by: Mapped[str] = mapped_column(String(80), default="")
    blocked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    until: Mapped[datetime | None] = mapped_column(UtcDateTime)
