"""The development mailbox: what the worker wrote, listed and opened."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from campaign.outbox.delivery import Delivery
from campaign.outbox.transport import DevelopmentMailbox, mailbox_folder, transport_for
from config import Config
from tests.mail_server import letter, make_composer, post


@pytest.fixture
def folder(app: Flask) -> Iterator[Path]:
    """The mailbox, empty."""
    where = mailbox_folder(app.config["STATE_DIR"])
    shutil.rmtree(where, ignore_errors=True)
    yield where
    shutil.rmtree(where, ignore_errors=True)


def deliver(app: Flask, folder: Path) -> None:
    delivery = Delivery(
        composer=make_composer(app),
        transport=DevelopmentMailbox(folder),
        may_continue=lambda: True,
    )
    delivery.deliver_batch()
    delivery.close()


def test_without_a_mail_server_development_keeps_messages_as_files(
    app: Flask, test_config: Config
) -> None:
    assert isinstance(transport_for(app, test_config), DevelopmentMailbox)


def test_an_empty_mailbox_says_so(client: FlaskClient, folder: Path) -> None:
    assert "No message yet" in client.get("/dev/mailbox", headers=ENGLISH).text


ENGLISH = {"Accept-Language": "en"}


def test_messages_are_listed_by_recipient_and_subject_newest_first(
    app: Flask, client: FlaskClient, folder: Path, clock: Any
) -> None:
    post(letter("first@example.org"))
    deliver(app, folder)
    clock.advance(seconds=1)
    post(letter("second@example.org"))
    deliver(app, folder)
    page = client.get("/dev/mailbox", headers=ENGLISH).text
    assert page.index("second@example.org") < page.index("first@example.org")
    assert "Bonjour Aïcha (fr)" in page


def test_a_message_opens_to_its_text_with_links_and_its_html_as_source(
    app: Flask, client: FlaskClient, folder: Path
) -> None:
    post(letter("first@example.org", context={"greeting": "<i>", "name": "x", "path": "/fr/a"}))
    deliver(app, folder)
    (path,) = folder.glob("*.eml")
    page = client.get(f"/dev/mailbox/{path.stem}", headers=ENGLISH).text
    assert '<a href="https://petitions.example/fr/a"' in page
    assert "&lt;i&gt; x" in page
    assert "&lt;!doctype html&gt;" in page
    assert "<i>" not in page


@pytest.mark.parametrize("name", ["nothing", "..%2F..%2Fconfig", "20260101T000000000000-00000000"])
def test_what_is_not_in_the_mailbox_is_not_found(
    client: FlaskClient, folder: Path, name: str
) -> None:
    assert client.get(f"/dev/mailbox/{name}").status_code == 404
