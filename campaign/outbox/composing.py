"""From an outbox row to the bytes of a mail, at a cost of microseconds.

Flask-Mail builds a mail through the standard library's object tree, which costs more than
everything else in a delivery together (bench/mail_delivery.py measures it). `ReadyMessage` is a
Flask-Mail message whose bytes are written directly; Flask-Mail's connection sends it as any other.
"""

import binascii
import json
import re
import secrets
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
from flask_babel import force_locale, get_translations
from flask_mail import Message
from jinja2 import Environment
from markupsafe import escape

from campaign.i18n.catalogues import translated
from campaign.i18n.languages import BY_CODE, DEFAULT
from campaign.outbox.returned_mail import RETURN_HEADER, return_key

RENDERED_KEPT = 256
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
    """A Flask-Mail message whose bytes exist already.

    Flask-Mail's own constructor is not called: it asks the network for this machine's name, for a
    Message-ID that we replace.
    """

    def __init__(self, *, sender: str, recipient: str, content: bytes) -> None:
        self.sender = sender
        self.recipients = [recipient]
        self.content = content

    def as_bytes(self) -> bytes:
        """The mail as it goes over the wire."""
        return self.content


class Composer:
    """Writes letters in their recipients' languages, for one site."""

    def __init__(self, app: Flask, *, base_url: str, sender: str) -> None:
        self.environment: Environment = app.jinja_env
        self._environments: dict[str, Environment] = {}
        self._rendered: dict[tuple[str, str, str], tuple[list[str], list[str], list[str]]] = {}
        # Nobody can write this mark into a title: it is drawn anew by each worker.
        self._mark = f"{secrets.token_hex(12)}."
        self._marks = re.compile(rf"{re.escape(self._mark)}(\w+)\.")
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
            subject, text, html = self.rendered(letter)
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
            f"{RETURN_HEADER}: {return_key(letter.recipient)}",
        ]
        if letter.unsubscribe_path:
            headers.append(f"List-Unsubscribe: <{self.base_url}{letter.unsubscribe_path}>")
            headers.append("List-Unsubscribe-Post: List-Unsubscribe=One-Click")
        content = _alternative(headers, text, html, boundary=letter.message_key.hex())
        return ReadyMessage(sender=self.sender_address, recipient=recipient, content=content)

    def rendered(self, letter: Letter) -> tuple[str, str, str]:
        """Subject, text and HTML.

        The values of `…_path` are what differs from one signer to the next; everything else is
        rendered once and kept, with marks in their place. Templates may only print them.
        """
        marks = {name: f"{self._mark}{name}." for name in letter.context if name.endswith("_path")}
        alike = {**letter.context, **marks}
        key = (letter.kind, letter.language, json.dumps(alike, sort_keys=True))
        if key not in self._rendered:
            if len(self._rendered) >= RENDERED_KEPT:
                self._rendered.clear()
            rendered = self.render(letter.kind, letter.language, alike)
            subject, text, html = (self._marks.split(one) for one in rendered)
            self._rendered[key] = subject, text, html
        subject, text, html = self._rendered[key]
        paths = {name: str(letter.context[name]) for name in marks}
        escaped = {name: str(escape(path)) for name, path in paths.items()}
        return _filled(subject, paths), _filled(text, paths), _filled(html, escaped)

    def render(
        self, kind: str, language_code: str, context: dict[str, Any]
    ) -> tuple[str, str, str]:
        """Subject on one line, text and HTML, from the templates of this kind of message."""
        language = BY_CODE.get(language_code, DEFAULT)
        values = {"lang": language, "base_url": self.base_url, **context}
        with _reader_of(language.code):
            environment = self._environment_of(language.code)
            subject, text, html = (
                environment.get_template(f"mail/{kind}/{name}").render(values)
                for name in ("subject.txt", "body.txt", "body.html")
            )
        return SPACES.sub(" ", subject).strip(), text.strip() + "\n", html.strip() + "\n"

    def _environment_of(self, code: str) -> Environment:
        """The templates bound to one catalogue: looking the language up at each string costs as
        much as the rest of the rendering."""
        if code not in self._environments:
            self._environments[code] = translated(self.environment, get_translations())
        return self._environments[code]


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


def _filled(pieces: list[str], values: dict[str, str]) -> str:
    """The text between the marks, with the value of each mark's name in its place."""
    filled = pieces.copy()
    filled[1::2] = [values[name] for name in pieces[1::2]]
    return "".join(filled)


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
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\r\n")
    return binascii.b2a_qp(lines.encode(), istext=True)
