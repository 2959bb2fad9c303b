"""A petition, its texts, its stages and who carries it."""

from datetime import date, datetime

from sqlalchemy import Boolean, ForeignKey, Index, Integer, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from campaign.core.db import db
from campaign.core.moments import UtcDateTime
from campaign.partners.models import Organisation


class Petition(db.Model):
    """A demand to an authority. `instrument_id` and `instrument_on` name the legal rule and the
    day whose version of it applies; `goal` is the organisers' own, where no rule sets one.

    `voice_count` is how many voices were last counted beside it, 0 while they are few and None where
    none are taken. It is copied here for its page and enters no tally. So are `news_count`, how many
    updates anybody may read, and what its page needs to know of its picture. `facts_version` grows
    each time its facts are written. From `details_closed_at` on nobody's details are shown or given
    out any more."""

    __tablename__ = "petition"
    __table_args__ = (Index("ix_petition_state_closes_at", "state", "closes_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    state: Mapped[str] = mapped_column(String(20), default="draft")
    source_language: Mapped[str] = mapped_column(String(8))
    authority: Mapped[str] = mapped_column(String(40))
    theme: Mapped[str] = mapped_column(String(40))
    instrument_id: Mapped[str] = mapped_column(String(60))
    instrument_on: Mapped[date] = mapped_column()
    goal: Mapped[int | None] = mapped_column(Integer)
    petitioner: Mapped[str] = mapped_column(String(200), default="")
    official_reference: Mapped[str] = mapped_column(String(60), default="")
    official_url: Mapped[str] = mapped_column(String(500), default="")
    opens_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closes_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    submitted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    rejection_reason: Mapped[str] = mapped_column(String(40), default="")
    is_demonstration: Mapped[bool] = mapped_column(Boolean, default=False)
    accepts_support: Mapped[bool] = mapped_column(Boolean, default=True)
    margin_percent: Mapped[int] = mapped_column(default=20, server_default="20")
    margin_reason: Mapped[str] = mapped_column(String(300), default="", server_default=text("''"))
    voice_count: Mapped[int | None] = mapped_column(Integer)
    facts_version: Mapped[int] = mapped_column(default=1, server_default="1")
    picture_digest: Mapped[str] = mapped_column(String(32), default="", server_default=text("''"))
    picture_width: Mapped[int | None] = mapped_column()
    picture_height: Mapped[int | None] = mapped_column()
    news_count: Mapped[int] = mapped_column(default=0, server_default="0")
    details_closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)

    texts: Mapped[list["PetitionText"]] = relationship(
        order_by="PetitionText.language", lazy="selectin"
    )
    stages: Mapped[list["PetitionStage"]] = relationship(
        order_by="PetitionStage.position", lazy="selectin"
    )
    documents: Mapped[list["PetitionDocument"]] = relationship(
        order_by="PetitionDocument.id", lazy="selectin"
    )
    carriers: Mapped[list["PetitionOrganisation"]] = relationship(
        order_by="PetitionOrganisation.position", lazy="selectin"
    )


class PetitionMargin(db.Model):
    """The margins a petition has had: by how many percent more than the minimum its organisers aim,
    why, who said so and when. Rows are added, never changed; the petition holds the latest."""

    __tablename__ = "petition_margin"

    id: Mapped[int] = mapped_column(primary_key=True)
    petition_id: Mapped[int] = mapped_column(ForeignKey("petition.id"), index=True)
    percent: Mapped[int] = mapped_column()
    reason: Mapped[str] = mapped_column(String(300))
    actor: Mapped[str] = mapped_column(String(80))
    set_at: Mapped[datetime] = mapped_column(UtcDateTime)


class PetitionText(db.Model):
    """What a petition says in one language. HTML is rendered and cleaned when it is saved.

    `version` grows each time it is written. `reviewed_version` is the version of the source that a
    translation was last compared with; `allowed_names` are the words, one a line, of which an editor
    said that they name nobody who is held."""

    __tablename__ = "petition_text"
    __table_args__ = (UniqueConstraint("petition_id", "language"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    petition_id: Mapped[int] = mapped_column(ForeignKey("petition.id"), index=True)
    language: Mapped[str] = mapped_column(String(8))
    review_state: Mapped[str] = mapped_column(String(20), default="reviewed")
    title: Mapped[str] = mapped_column(String(160))
    short_title: Mapped[str] = mapped_column(String(60))
    ask: Mapped[str] = mapped_column(String(500))
    letter: Mapped[str] = mapped_column(Text)
    letter_html: Mapped[str] = mapped_column(Text)
    demands: Mapped[str] = mapped_column(Text, default="")
    demands_html: Mapped[str] = mapped_column(Text, default="")
    background: Mapped[str] = mapped_column(Text, default="")
    background_html: Mapped[str] = mapped_column(Text, default="")
    correction: Mapped[str] = mapped_column(Text, default="")
    search_text: Mapped[str] = mapped_column(Text, default="")
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    reviewed_version: Mapped[int | None] = mapped_column()
    reviewed_by: Mapped[str] = mapped_column(String(80), default="", server_default=text("''"))
    allowed_names: Mapped[str] = mapped_column(Text, default="", server_default=text("''"))
    picture_words: Mapped[str] = mapped_column(String(300), default="", server_default=text("''"))


class PetitionStage(db.Model):
    """A dated step of a petition's life, with the document that proves it."""

    __tablename__ = "petition_stage"
    __table_args__ = (UniqueConstraint("petition_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    petition_id: Mapped[int] = mapped_column(ForeignKey("petition.id"), index=True)
    position: Mapped[int] = mapped_column()
    stage: Mapped[str] = mapped_column(String(20))
    reached_on: Mapped[date | None] = mapped_column()
    date_precision: Mapped[str] = mapped_column(String(10), default="day")
    document_url: Mapped[str] = mapped_column(String(500), default="")
    document_label: Mapped[str] = mapped_column(String(200), default="")

    notes: Mapped[list["PetitionStageNote"]] = relationship(lazy="selectin")


class PetitionStageNote(db.Model):
    """What a stage's note says in one language."""

    __tablename__ = "petition_stage_note"
    __table_args__ = (UniqueConstraint("stage_id", "language"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    stage_id: Mapped[int] = mapped_column(ForeignKey("petition_stage.id"), index=True)
    language: Mapped[str] = mapped_column(String(8))
    body: Mapped[str] = mapped_column(Text)


class PetitionDocument(db.Model):
    """A document or source a petition rests on."""

    __tablename__ = "petition_document"

    id: Mapped[int] = mapped_column(primary_key=True)
    petition_id: Mapped[int] = mapped_column(ForeignKey("petition.id"), index=True)
    title: Mapped[str] = mapped_column(String(200))
    url: Mapped[str] = mapped_column(String(500))
    language: Mapped[str] = mapped_column(String(8), default="fr")
    published_on: Mapped[date | None] = mapped_column()


class PetitionOrganisation(db.Model):
    """An organisation's part in a petition: it carries it (lead), supports it, answers for the
    data (controller), or may ask signers for updates."""

    __tablename__ = "petition_organisation"
    __table_args__ = (UniqueConstraint("petition_id", "organisation_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    petition_id: Mapped[int] = mapped_column(ForeignKey("petition.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    position: Mapped[int] = mapped_column(default=0)
    role: Mapped[str] = mapped_column(String(20))
    is_controller: Mapped[bool] = mapped_column(Boolean, default=False)
    offers_updates: Mapped[bool] = mapped_column(Boolean, default=False)

    organisation: Mapped[Organisation] = relationship(lazy="joined")
