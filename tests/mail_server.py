"""A real mail server on loopback, and letters to send through it."""

import asyncio
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default as modern
from pathlib import Path
from typing import Any

import flask_mail
from aiosmtpd.controller import Controller
from flask import Flask
from jinja2 import ChoiceLoader, FileSystemLoader

from campaign.core import clock as product_clock
from campaign.core.db import transaction
from campaign.outbox.composing import Composer
from campaign.outbox.delivery import Delivery
from campaign.outbox.operations import OutgoingMessage, enqueue
from campaign.outbox.transport import SmtpTransport

TEMPLATES = Path(__file__).parent / "outbox" / "templates"
BASE_URL = "https://petitions.example"
SENDER = "Portevoix <ne-pas-repondre@portevoix.test>"


class MailServer:
    """Accepts mail, or answers as told for chosen recipients; keeps what it accepted."""

    def __init__(self) -> None:
        self.accepted: list[tuple[str, bytes]] = []
        self.answers: dict[str, str] = {}
        self.answers_to_content: dict[str, str] = {}
        self.connection_count = 0
        self.pipelining = False
        self.greetings_awaited = 0
        self._everybody_is_here = asyncio.Event()
        self.on_greeting: Callable[[int], None] = lambda _count: None
        self.on_accept: Callable[[int], None] = lambda _count: None
        self._lock = threading.Lock()
        self._controller: Controller | None = None
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]

    def start(self) -> None:
        """Listen, on the same port every time."""
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port, ready_timeout=20)
        self._controller.start()

    def stop(self) -> None:
        """Stop listening and drop every connection."""
        if self._controller is not None:
            self._controller.stop()
            self._controller = None

    @property
    def recipients(self) -> list[str]:
        """To whom mail was accepted, in order."""
        return [recipient for recipient, _content in self.accepted]

    def mails(self) -> list[EmailMessage]:
        """What was accepted, read."""
        mails = [
            message_from_bytes(content, policy=modern) for _recipient, content in self.accepted
        ]
        assert all(isinstance(mail, EmailMessage) for mail in mails)
        return mails  # type: ignore[return-value]

    async def handle_EHLO(  # noqa: N802
        self, server: Any, session: Any, envelope: Any, hostname: str, responses: list[str]
    ) -> list[str]:
        self.connection_count += 1
        self.on_greeting(self.connection_count)
        # Nobody is served before everybody who is expected is at the door.
        if self.connection_count >= self.greetings_awaited:
            self._everybody_is_here.set()
        await self._everybody_is_here.wait()
        session.host_name = hostname
        return [responses[0], "250-PIPELINING", *responses[1:]] if self.pipelining else responses

    async def handle_RCPT(  # noqa: N802
        self, server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        if address in self.answers:
            return self.answers[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        recipient = envelope.rcpt_tos[0]
        if recipient in self.answers_to_content:
            return self.answers_to_content[recipient]
        with self._lock:
            self.accepted.append((recipient, envelope.content))
        self.on_accept(len(self.accepted))
        return "250 OK"


@contextmanager
def running_mail_server() -> Iterator[MailServer]:
    """A mail server that listens."""
    server = MailServer()
    server.start()
    try:
        yield server
    finally:
        server.stop()


def make_composer(app: Flask) -> Composer:
    """A composer that finds the tests' templates too."""
    composer = Composer(app, base_url=BASE_URL, sender=SENDER)
    loader = ChoiceLoader([FileSystemLoader(TEMPLATES), app.jinja_env.loader])
    composer.environment = app.jinja_env.overlay(loader=loader)
    return composer


def letter(recipient: str, **changes: Any) -> OutgoingMessage:
    """A message of the tests' own kind."""
    values: dict[str, Any] = {
        "kind": "tests/letter",
        "recipient": recipient,
        "language": "fr",
        "context": {"greeting": "Bonjour", "name": "Aïcha", "path": "/fr/confirm/abc"},
    }
    return OutgoingMessage(**(values | changes))


def post(*messages: OutgoingMessage, now: datetime | None = None) -> None:
    """Put messages in the outbox, kept."""
    with transaction():
        for message in messages:
            enqueue(message, now=now or product_clock.now())


def delivery_to(
    server: MailServer, app: Flask, may_continue: Callable[[], bool] = lambda: True
) -> Delivery:
    """One worker's delivery to that server, with the tests' own templates at hand."""
    settings = {"MAIL_SERVER": "127.0.0.1", "MAIL_PORT": server.port}
    return Delivery(
        composer=make_composer(app),
        transport=SmtpTransport(flask_mail.Mail().init_mail(settings)),
        may_continue=may_continue,
    )
