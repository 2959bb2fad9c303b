"""What the site wants to send, and what a person would find in their mailbox."""

import json
import re
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from flask import Flask
from sqlalchemy import select

from campaign.core import clock
from campaign.core.db import db
from campaign.outbox.composing import Composer, Letter
from campaign.outbox.models import OutboxMessage
from config import Config

LINK = re.compile(r"https?://[^\s<>\"]+")


class Outbox:
    """The queued messages, oldest first; nothing is sent by looking."""

    def __init__(self, app: Flask, config: Config) -> None:
        self._app = app
        self._composer = Composer(app, base_url=config.base_url, sender=config.mail_default_sender)

    def letters(self, recipient: str | None = None, kind: str | None = None) -> list[Letter]:
        """The queued messages (to one recipient, of one kind), with their context."""
        db.session.rollback()
        rows = db.session.execute(
            select(OutboxMessage.__table__)
            .where(OutboxMessage.state == "queued")
            .order_by(OutboxMessage.id)
        ).all()
        db.session.rollback()
        letters = [_letter(row) for row in rows]
        return [
            letter
            for letter in letters
            if recipient in (None, letter.recipient) and kind in (None, letter.kind)
        ]

    def __len__(self) -> int:
        return len(self.letters())

    def mails(self, recipient: str | None = None, kind: str | None = None) -> list[EmailMessage]:
        """The same as the mails people would receive."""
        return [self.written(letter) for letter in self.letters(recipient, kind)]

    def last(self, recipient: str | None = None, kind: str | None = None) -> EmailMessage:
        """The newest mail. Raises AssertionError when there is none."""
        letters = self.letters(recipient, kind)
        assert letters, f"no message of kind {kind or 'any'} waits for {recipient or 'anybody'}"
        return self.written(letters[-1])

    def written(self, letter: Letter) -> EmailMessage:
        """One message as a mail."""
        # A context of its own: composing chooses a language, which must not stay in the test's.
        with self._app.app_context():
            content = self._composer.compose(letter, now=clock.now()).as_bytes()
        mail = message_from_bytes(content, policy=policy.default)
        assert isinstance(mail, EmailMessage)
        return mail


def text_of(mail: EmailMessage) -> str:
    """The plain text of a mail."""
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def html_of(mail: EmailMessage) -> str:
    """The HTML of a mail."""
    part = mail.get_body(("html",))
    assert part is not None
    return str(part.get_content())


def links_in(mail: EmailMessage) -> list[str]:
    """The addresses in the plain text, in order."""
    return [link.rstrip(".,)") for link in LINK.findall(text_of(mail))]


def _letter(row: Any) -> Letter:
    sealed = json.loads(row.sealed)
    return Letter(
        message_key=row.message_key,
        kind=row.kind,
        language=row.language,
        recipient=sealed["recipient"],
        context=sealed["context"],
        unsubscribe_path=sealed["unsubscribe_path"],
    )
