"""Moments when far more people signed than usual, or far more from one place."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from campaign.core.db import db
from campaign.core.moments import UtcDateTime


class Burst(db.Model):
    """What was measured and what was expected from `starts_at` to `ends_at`: of the whole petition
    ("pace"), of one mail domain ("domain") or of one postal code ("postal_code"), named in `subject`.

    `action` is what the site did by itself; `explanation` is what an organiser knows about it.
    """

    __tablename__ = "burst"
    __table_args__ = (UniqueConstraint("petition_id", "kind", "subject", "starts_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    petition_id: Mapped[int] = mapped_column(ForeignKey("petition.id"))
    kind: Mapped[str] = mapped_column(String(12))
    subject: Mapped[str] = mapped_column(String(253), default="")
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    measured: Mapped[int] = mapped_column()
    expected: Mapped[int] = mapped_column()
    action: Mapped[str] = mapped_column(String(20), default="none")
    action_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    noticed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    explanation: Mapped[str] = mapped_column(String(300), default="")
    explained_by: Mapped[str] = mapped_column(String(80), default="")
    explained_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
