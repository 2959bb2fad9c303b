"""What an organisation writes to those who said yes to its mails, and how far its sending is."""

from datetime import datetime

from sqlalchemy import Boolean, ForeignKey, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from campaign.core.db import BigId, db
from campaign.core.moments import UtcDateTime
from campaign.partners.models import Organisation

PERSONAL = {"personal": True}


class PetitionUpdate(db.Model):
    """One update of one organisation about one petition. `stratum` and `language` narrow down who
    receives it; empty, they do not.

    The worker goes through the signatures by number, from `at_id` to `last_id`: each step keeps
    `at_id` together with the messages it made, so a worker that was killed leaves nothing half done.
    The counts of what became of the messages are taken from the outbox once it is over (`settled_at`).
    """

    __tablename__ = "petition_update"

    id: Mapped[int] = mapped_column(primary_key=True)
    petition_id: Mapped[int] = mapped_column(ForeignKey("petition.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    state: Mapped[str] = mapped_column(String(12), index=True, default="draft")
    stratum: Mapped[str] = mapped_column(String(8), default="")
    language: Mapped[str] = mapped_column(String(8), default="")
    is_public: Mapped[bool] = mapped_column(Boolean, default=False)
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_by: Mapped[str] = mapped_column(String(80))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    send_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    sent_by: Mapped[str] = mapped_column(String(80), default="")
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    paused_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    at_id: Mapped[int] = mapped_column(BigId, default=0)
    last_id: Mapped[int] = mapped_column(BigId, default=0)
    expected_count: Mapped[int] = mapped_column(default=0)
    queued_count: Mapped[int] = mapped_column(default=0)
    skipped_count: Mapped[int] = mapped_column(default=0)
    sent_count: Mapped[int] = mapped_column(default=0)
    failed_count: Mapped[int] = mapped_column(default=0)
    bounced_count: Mapped[int] = mapped_column(default=0)
    complained_count: Mapped[int] = mapped_column(default=0)
    stopped_count: Mapped[int] = mapped_column(default=0)

    organisation: Mapped[Organisation] = relationship(lazy="joined")
    texts: Mapped[list["PetitionUpdateText"]] = relationship(
        order_by="PetitionUpdateText.language",
        lazy="selectin",
        cascade="all, delete-orphan",
        passive_deletes=True,
    )

    @property
    def batch(self) -> str:
        """How the outbox knows its messages."""
        return f"petition_update:{self.id}"


class PetitionUpdateText(db.Model):
    """What an update says in one language. `body` is Markdown; as text and as HTML it is made and
    cleaned when it is saved. `version` grows with each saving."""

    __tablename__ = "petition_update_text"

    update_id: Mapped[int] = mapped_column(
        ForeignKey("petition_update.id", ondelete="CASCADE"), primary_key=True
    )
    language: Mapped[str] = mapped_column(String(8), primary_key=True)
    subject: Mapped[str] = mapped_column(String(150))
    body: Mapped[str] = mapped_column(Text)
    body_text: Mapped[str] = mapped_column(Text)
    body_html: Mapped[str] = mapped_column(Text)
    version: Mapped[int] = mapped_column(default=1)


class PetitionUpdateRecipient(db.Model):
    """A mailbox an update was written to: the row makes a second time impossible. `mailbox_key` is
    the signature's `email_key`, `message_key` the message in the outbox."""

    __tablename__ = "petition_update_recipient"

    mailbox_key: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True, info=PERSONAL)
    update_id: Mapped[int] = mapped_column(
        ForeignKey("petition_update.id"), primary_key=True, index=True, info=PERSONAL
    )
    message_key: Mapped[bytes] = mapped_column(LargeBinary(16), info=PERSONAL)
