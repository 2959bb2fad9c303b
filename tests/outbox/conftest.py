"""A mail server and workers' deliveries to it."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from campaign.outbox.delivery import Delivery
from tests.mail_server import MailServer, delivery_to, running_mail_server


@pytest.fixture(params=[False, True], ids=["step by step", "in one go"])
def mail_server(request: pytest.FixtureRequest) -> Iterator[MailServer]:
    """A mail server that listens; it takes the envelope step by step, or in one go (RFC 2920)."""
    with running_mail_server() as server:
        server.pipelining = request.param
        yield server


@pytest.fixture
def make_delivery(app: Flask, mail_server: MailServer) -> Iterator[Callable[..., Delivery]]:
    """Makes workers' deliveries to that server."""
    made: list[Delivery] = []

    def make(may_continue: Callable[[], bool] = lambda: True) -> Delivery:
        made.append(delivery_to(mail_server, app, may_continue))
        return made[-1]

    yield make
    for delivery in made:
        delivery.close()
