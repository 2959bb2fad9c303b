"""From an outbox row to the bytes of a mail, at a cost of microseconds.

Flask-Mail builds a mail through the standard library's object tree, which costs more than
everything else in a delivery together (docs/decisions has the measure). `ReadyMessage` is a
Flask-Mail message whose bytes are written directly; Flask-Mail's connection sends it as any other.
"""

import binascii
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from email.header import Header
from email.utils import format_datetime, formataddr, parseaddr
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, g
from flask_babel import force_locale
from flask_mail import Message
from jinja2 import Environment

from campaign.i18n.languages import BY_CODE, DEFAULT

LINE_BREAKS = re.compile(r"\r\n|\r|\n")
SPACES = re.compile(r"\s+")


class UnrenderableError(Exception):
    """A message that no attempt will ever be able to write; the text names the cause only."""


@dataclass(frozen=True, kw_only=True)
class Letter:
    """One message as the outbox keeps it, opened."""

    message_key: bytes
    kind: str
    language: str
    recipient: str
    context: dict[str, Any]
    unsubscribe_path: str


class ReadyMessage(Message):
    """A Flask-Mail message whose bytes exist already."""

    def __init__(self, *, sender: str, recipient: str, subject: str, content: bytes) -> None:
        super().__init__(subject=subject, recipients=[recipient], sender=sender)
        self.content = content

    def as_bytes(self) -> bytes:
        """The mail as it goes over the wire."""
        return self.content


class Composer:
    """Writes letters in their recipients' languages, for one site."""

    def __init__(self, app: Flask, *, base_url: str, sender: str) -> None:
        self.environment: Environment = app.jinja_env
        self.base_url = base_url.rstrip("/")
        self.host = urlsplit(base_url).hostname or "localhost"
        self.sender_address = parseaddr(sender)[1]
        self.sender_header = _address_header(sender)

    def compose(self, letter: Letter, *, now: datetime) -> ReadyMessage:
        """The mail of one letter. Needs an application context.

        Raises UnrenderableError when a template is missing or fails, or the address cannot be
        written in a mail.
        """
        recipient = _plain_address(letter.recipient)
        try:
            subject, text, html = self._render(letter)
        except Exception as error:  # whatever a template does wrong, it will do again
            raise UnrenderableError(type(error).__name__) from error
        headers = [
            "From: " + self.sender_header,
            "To: " + recipient,
            "Subject: " + _subject_header(subject),
            "Date: " + format_datetime(now),
            f"Message-ID: <{letter.message_key.hex()}@{self.host}>",
            f"Content-Language: {letter.language}",
            "Auto-Submitted: auto-generated",
        ]
        if letter.unsubscribe_path:
            headers.append(f"List-Unsubscribe: <{self.base_url}{letter.unsubscribe_path}>")
            headers.append("List-Unsubscribe-Post: List-Unsubscribe=One-Click")
        content = _alternative(headers, text, html, boundary=letter.message_key.hex())
        return ReadyMessage(
            sender=self.sender_address, recipient=recipient, subject=subject, content=content
        )

    def _render(self, letter: Letter) -> tuple[str, str, str]:
        language = BY_CODE.get(letter.language, DEFAULT)
        values = {"lang": language, "base_url": self.base_url, **letter.context}
        folder = f"mail/{letter.kind}/"
        with _reader_of(language.code):
            subject, text, html = (
                self.environment.get_template(folder + name).render(values)
                for name in ("subject.txt", "body.txt", "body.html")
            )
        return SPACES.sub(" ", subject).strip(), text.strip() + "\n", html.strip() + "\n"


@contextmanager
def _reader_of(code: str) -> Iterator[None]:
    """Write for a reader of this language: formats ask `g`, gettext asks Flask-Babel."""
    before = g.get("language")
    g.language = code
    try:
        with force_locale(code):
            yield
    finally:
        g.language = before


def _plain_address(address: str) -> str:
    local, _, domain = address.rpartition("@")
    try:
        ascii_domain = domain if domain.isascii() else domain.encode("idna").decode()
        written = f"{local}@{ascii_domain}".encode("ascii").decode()
    except UnicodeError as error:
        raise UnrenderableError("address") from error
    if not local or not domain or any(sign in written for sign in "\r\n<>, "):
        raise UnrenderableError("address")
    return written


@lru_cache(maxsize=8)
def _address_header(sender: str) -> str:
    name, address = parseaddr(sender)
    return formataddr((name if name.isascii() else str(Header(name, "utf-8").encode()), address))


@lru_cache(maxsize=256)
def _subject_header(subject: str) -> str:
    if subject.isascii() and len(subject) < 900:
        return subject
    return Header(subject, "utf-8", header_name="Subject").encode(linesep="\r\n")


def _alternative(headers: list[str], text: str, html: str, *, boundary: str) -> bytes:
    head = "\r\n".join(
        [
            *headers,
            "MIME-Version: 1.0",
            f'Content-Type: multipart/alternative; boundary="={boundary}"',
            "",
            "",
        ]
    )
    mark = f"--={boundary}".encode()
    return b"".join(
        (
            head.encode(),
            mark,
            b"\r\nContent-Type: text/plain; charset=utf-8\r\n"
            b"Content-Transfer-Encoding: quoted-printable\r\n\r\n",
            _quoted_printable(text),
            b"\r\n",
            mark,
            b"\r\nContent-Type: text/html; charset=utf-8\r\n"
            b"Content-Transfer-Encoding: quoted-printable\r\n\r\n",
            _quoted_printable(html),
            b"\r\n",
            mark,
            b"--\r\n",
        )
    )


def _quoted_printable(text: str) -> bytes:
    return binascii.b2a_qp(LINE_BREAKS.sub("\r\n", text).encode(), istext=True)
