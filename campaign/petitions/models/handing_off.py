"""What people say of the official channel afterwards: numbers only, tied to nobody."""

from datetime import date

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from campaign.core.db import db


class OfficialAnswer(db.Model):
    """How many said the same on one day: the channel, whether it worked, else the step where it
    failed, the family of browser and the language. There is no row for one person."""

    __tablename__ = "official_answer"

    petition_id: Mapped[int] = mapped_column(ForeignKey("petition.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(String(20), primary_key=True)
    step: Mapped[str] = mapped_column(String(20), primary_key=True)
    browser: Mapped[str] = mapped_column(String(12), primary_key=True)
    language: Mapped[str] = mapped_column(String(8), primary_key=True)
    count: Mapped[int] = mapped_column()


class SpentCode(db.Model):
    """A random code that has given its answer, until it would be refused for its age anyway. It stands
    beside neither the answer nor the signature."""

    __tablename__ = "spent_code"

    digest: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    good_until: Mapped[date] = mapped_column(index=True)
