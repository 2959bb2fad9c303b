"""What delivering one mail costs the worker, against a real SMTP server that keeps nothing.

`bench.mail_delivery` tells the same cost part by part.
"""

import multiprocessing
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

from aiosmtpd.controller import Controller

from bench.instance import Instance, free_port
from campaign.outbox.composing import Composer
from campaign.outbox.delivery import BATCH, Delivery
from campaign.outbox.transport import transport_for
from config import Config

MOST = 3_000


@dataclass(frozen=True)
class MailCost:
    """Messages delivered and received, processor microseconds for each, and how many a second."""

    delivered: int
    received: int
    worker: float
    database: float
    per_second: float


class Sink:
    """Accepts every mail and keeps their number."""

    def __init__(self) -> None:
        self.received = 0

    async def handle_EHLO(  # noqa: N802
        self, _server: Any, session: Any, _envelope: Any, hostname: str, responses: list[str]
    ) -> list[str]:
        """Take envelopes in one go, as Postfix and Exim do."""
        session.host_name = hostname
        return [responses[0], "250-PIPELINING", *responses[1:]]

    async def handle_DATA(self, _server: Any, _session: Any, _envelope: Any) -> str:  # noqa: N802
        """Say yes."""
        self.received += 1
        return "250 OK"


def deliver_waiting(instance: Instance) -> MailCost:
    """Deliver the confirmation mails that the measured signatures left in the outbox.

    Call inside the application's context. The time of the receiving server is not counted.
    """
    with _sink() as (port, ask_received):
        config: Config = instance.app.extensions["portevoix_config"]
        instance.app.config["MAIL_PORT"] = port
        composer = Composer(
            instance.app, base_url=config.base_url, sender=config.mail_default_sender
        )
        transport = transport_for(instance.app, config)
        delivery = Delivery(composer=composer, transport=transport, may_continue=lambda: True)
        warmed_up = delivery.deliver_batch(limit=BATCH)
        begun, worker, database = time.monotonic(), time.process_time(), instance.seconds_used()[1]
        measured = 0
        while measured < MOST and (dealt_with := delivery.deliver_batch()):
            measured += dealt_with
        worker, seconds = time.process_time() - worker, time.monotonic() - begun
        database = instance.seconds_used()[1] - database
        delivery.close()
        received = ask_received()
    each = 1e6 / max(1, measured)
    return MailCost(
        warmed_up + measured, received, worker * each, database * each, measured / seconds
    )


@contextmanager
def _sink() -> Iterator[tuple[int, Any]]:
    port = free_port()
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    receiver = context.Process(target=_receive, args=(port, theirs), daemon=True)
    receiver.start()
    theirs.close()  # so that a receiver that ends is noticed, not waited for
    ours.recv()
    try:
        yield port, lambda: (ours.send("how many?"), ours.recv())[1]
    finally:
        receiver.kill()
        receiver.join()


def _receive(port: int, asked: Connection) -> None:
    sink = Sink()
    Controller(sink, hostname="127.0.0.1", port=port, ready_timeout=20).start()
    asked.send("ready")
    while asked.recv():
        asked.send(sink.received)
