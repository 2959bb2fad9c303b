"""What delivering one message costs: processor time of the worker, by part, to a local server.

`python -m bench.mail_delivery` prints a table; DATABASE_URL chooses the database (SQLite in a
temporary directory otherwise). The receiving server is a process of its own, so that the time it
takes is not counted.
"""

import multiprocessing
import os
import secrets
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import flask_mail
from aiosmtpd.controller import Controller
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import delete

from campaign.app import create_app
from campaign.core import clock
from campaign.core.db import db, transaction
from campaign.outbox.composing import Composer
from campaign.outbox.delivery import RECORDED_TOGETHER, Delivery, _finish, claim_due
from campaign.outbox.models import OutboxMessage
from campaign.outbox.operations import OutgoingMessage, enqueue
from campaign.outbox.transport import SmtpTransport
from config import ROOT, Config

MESSAGES = 2000
PORT = 18025
KIND = "petitions/confirm_signature"
CONTEXT: dict[str, Any] = {
    "title": "Une audition à la Chambre pour les travailleuses et travailleurs sans papiers",
    "petition_path": "/fr/petitions/audition-chambre",
    "updates": ["le collectif de démonstration"],
    "expires_on": "2026-12-07",
}


class Sink:
    """Accepts everything and keeps nothing."""

    async def handle_EHLO(  # noqa: N802
        self, _server: Any, session: Any, _envelope: Any, hostname: str, responses: list[str]
    ) -> list[str]:
        """Take envelopes in one go, as Postfix and Exim do."""
        session.host_name = hostname
        return [responses[0], "250-PIPELINING", *responses[1:]]

    async def handle_DATA(self, _server: Any, _session: Any, _envelope: Any) -> str:  # noqa: N802
        """Say yes."""
        return "250 OK"


def run_sink(ready: Any) -> None:
    """Receive until killed."""
    controller = Controller(Sink(), hostname="127.0.0.1", port=PORT)
    controller.start()
    ready.set()
    time.sleep(3600)


@contextmanager
def sink() -> Iterator[None]:
    """A receiving server in a process of its own."""
    context = multiprocessing.get_context("spawn")
    ready = context.Event()
    process = context.Process(target=run_sink, args=(ready,), daemon=True)
    process.start()
    ready.wait(20)
    try:
        yield
    finally:
        process.kill()


def processor_time(act: Callable[[], object], count: int) -> float:
    """Microseconds of this process's processor time for each of `count`."""
    before = time.process_time()
    act()
    return (time.process_time() - before) / count * 1e6


def fill() -> None:
    """Put the messages in an empty outbox."""
    moment = clock.now()
    with transaction():
        db.session.execute(delete(OutboxMessage))
        for number in range(MESSAGES):
            token = secrets.token_urlsafe(64)
            paths = {
                "confirm_path": f"/fr/confirm/{token}",
                "not_me_path": f"/fr/confirm/{token}#not-me",
                "rights_path": f"/fr/signature/{secrets.token_urlsafe(32)}",
            }
            message = OutgoingMessage(
                kind=KIND,
                recipient=f"reader{number}@example.org",
                language="fr",
                context=CONTEXT | paths,
            )
            enqueue(message, now=moment)


def measure(app: Flask, config: Config) -> dict[str, float]:
    """Microseconds of processor time per message, in all and by part."""
    settings = flask_mail.Mail().init_mail({"MAIL_SERVER": "127.0.0.1", "MAIL_PORT": PORT})
    composer = Composer(app, base_url=config.base_url, sender=config.mail_default_sender)
    transport = SmtpTransport(settings)
    delivery = Delivery(composer=composer, transport=transport, may_continue=lambda: True)

    def deliver_all() -> None:
        while delivery.deliver_batch():
            pass

    fill()
    delivery.deliver_batch(limit=20)
    result = {"all": processor_time(deliver_all, MESSAGES - 20)}
    fill()
    claimed: list[Any] = []
    result["claim"] = processor_time(
        lambda: claimed.extend(
            m for _ in range(MESSAGES // 50) for m in claim_due(limit=50, now=clock.now())
        ),
        MESSAGES,
    )
    mails: list[Any] = []
    now = clock.now()
    result["compose"] = processor_time(
        lambda: mails.extend(composer.compose(message.letter, now=now) for message in claimed),
        MESSAGES,
    )
    result["of which templates"] = processor_time(
        lambda: [composer.rendered(message.letter) for message in claimed], MESSAGES
    )
    result["templates, were nothing kept"] = processor_time(
        lambda: [composer.render(KIND, "fr", message.letter.context) for message in claimed],
        MESSAGES,
    )
    result["send"] = processor_time(lambda: [transport.send(mail) for mail in mails], MESSAGES)
    result["record"] = processor_time(
        lambda: [
            _finish(claimed[first : first + RECORDED_TOGETHER], "sent", now=now)
            for first in range(0, MESSAGES, RECORDED_TOGETHER)
        ],
        MESSAGES,
    )
    result["plain Flask-Mail, kept connection"] = plain_flask_mail(app, composer, claimed[:300])
    transport.close()
    return result


def plain_flask_mail(app: Flask, composer: Composer, claimed: list[Any]) -> float:
    """The same messages composed and sent as Flask-Mail does by itself, over one connection."""
    app.config.update(MAIL_SERVER="127.0.0.1", MAIL_PORT=PORT, MAIL_SUPPRESS_SEND=False)
    mail = flask_mail.Mail(app)

    def send_all() -> None:
        with mail.connect() as connection:
            for message in claimed:
                subject, text, html = composer.render(KIND, "fr", message.letter.context)
                connection.send(
                    flask_mail.Message(
                        subject=subject, body=text, html=html, recipients=[message.letter.recipient]
                    )
                )

    return processor_time(send_all, len(claimed))


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory(dir=os.environ.get("BENCH_DIR")) as folder, sink():
        config = Config(
            environment="test",
            database_url=os.environ.get("DATABASE_URL", f"sqlite:///{folder}/bench.sqlite"),
            secret_key="a secret for measuring only 0123456789",
            base_url="https://petitions.example",
            state_dir=Path(folder),
            log_level="ERROR",
            mail_default_sender="Portevoix <ne-pas-repondre@petitions.example>",
        )
        app = create_app(replace(config))
        with app.app_context():
            upgrade(str(ROOT / "migrations"))
            for title, cost in measure(app, config).items():
                print(f"{title:40} {cost:8.0f} µs")


if __name__ == "__main__":
    main()
