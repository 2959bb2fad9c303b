"""Where a petition is offered, and the codes that lift the limit at an event."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from campaign.core.db import db
from campaign.core.moments import UtcDateTime


class Placement(db.Model):
    """One place where a petition is offered: a poster, a stand, a mail, a partner's site.

    `label` is the organisers' own word for it, shown to nobody else; `code` is what a QR code and the
    short address carry. One of each petition is "public": whoever prints a poster uses it.
    """

    __tablename__ = "placement"

    id: Mapped[int] = mapped_column(primary_key=True)
    petition_id: Mapped[int] = mapped_column(ForeignKey("petition.id"), index=True)
    code: Mapped[str] = mapped_column(String(8), unique=True)
    kind: Mapped[str] = mapped_column(String(10))
    label: Mapped[str] = mapped_column(String(80), default="")
    issued_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class EventCode(db.Model):
    """The hours of an event, and how many times its placement's code may lift the limit."""

    __tablename__ = "event_code"
    __table_args__ = (
        CheckConstraint("used_count between 0 and most", name="used_count"),
        CheckConstraint("closes_at > opens_at", name="hours"),
    )

    placement_id: Mapped[int] = mapped_column(ForeignKey("placement.id"), primary_key=True)
    opens_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closes_at: Mapped[datetime] = mapped_column(UtcDateTime)
    most: Mapped[int] = mapped_column()
    used_count: Mapped[int] = mapped_column(default=0)
