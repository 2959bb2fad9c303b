"""Voices: what people who cannot sign have to say. Nothing here leads to a person, and no time of
day is kept: what was given when could be laid beside the log of a network."""

from datetime import date

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from campaign.core.db import BigId, db
from campaign.core.encryption import EncryptedText

PERSONAL = {"personal": True}


class VoiceCollection(db.Model):
    """That voices are taken beside a petition, from one day to another."""

    __tablename__ = "voice_collection"

    petition_id: Mapped[int] = mapped_column(ForeignKey("petition.id"), primary_key=True)
    opened_on: Mapped[date] = mapped_column()
    closed_on: Mapped[date | None] = mapped_column()


class Voice(db.Model):
    """One voice. It is `waiting`, then `shown`, or `silent` (counted, its words not shown), or
    `refused` (not counted, gone after some weeks).

    `id` is random, so that neither it nor the order of rows tells who came before whom;
    `given_week` is the Monday of the week it was given in. Erased means that the row is gone.
    """

    __tablename__ = "voice"
    __table_args__ = (
        Index("ix_voice_petition_id_state", "petition_id", "state"),
        CheckConstraint("state in ('waiting', 'shown', 'silent', 'refused')", name="state"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False, info=PERSONAL)
    petition_id: Mapped[int] = mapped_column(ForeignKey("petition.id"), info=PERSONAL)
    state: Mapped[str] = mapped_column(String(10), info=PERSONAL)
    pseudonym: Mapped[str | None] = mapped_column(EncryptedText("voice.pseudonym"), info=PERSONAL)
    words: Mapped[str | None] = mapped_column(EncryptedText("voice.words"), info=PERSONAL)
    language: Mapped[str] = mapped_column(String(8), info=PERSONAL)
    may_be_carried: Mapped[bool] = mapped_column(Boolean, info=PERSONAL)
    carried_count: Mapped[int] = mapped_column(default=0, info=PERSONAL)
    code_digest: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True, info=PERSONAL)
    consent_text_id: Mapped[int] = mapped_column(ForeignKey("consent_text.id"), info=PERSONAL)
    given_week: Mapped[date] = mapped_column(info=PERSONAL)
    reason: Mapped[str] = mapped_column(String(20), default="", info=PERSONAL)
    refused_on: Mapped[date | None] = mapped_column(info=PERSONAL)
