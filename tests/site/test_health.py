from datetime import timedelta
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from campaign.core.db import db, transaction
from campaign.worker import HEARTBEAT, claim
from tests.mail_server import letter, post


def test_the_process_answers_without_a_database(client: FlaskClient) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.text) == (200, "ok\n")
    assert answer.headers["Cache-Control"] == "no-store"


def test_the_site_is_ready_when_a_worker_runs(client: FlaskClient, clock: Any) -> None:
    claim(HEARTBEAT, clock.now())
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json == {
        "database": True,
        "migrations": True,
        "worker": True,
        "messages_given_up": 0,
        "retention_late": False,
    }
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in answer.headers


def test_the_site_is_not_ready_without_a_worker(client: FlaskClient, clock: Any) -> None:
    assert client.get("/readyz").status_code == 503
    claim(HEARTBEAT, clock.now() - timedelta(seconds=61))
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json["worker"]) == (503, False)


def test_messages_given_up_are_counted_and_do_not_make_the_site_unready(
    client: FlaskClient, clock: Any
) -> None:
    claim(HEARTBEAT, clock.now())
    post(letter("reader@example.org"))
    with transaction():
        db.session.execute(text("UPDATE outbox_message SET state = 'failed'"))
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json["messages_given_up"]) == (200, 1)
    assert "example.org" not in answer.text


def test_the_site_is_not_ready_on_an_old_schema(
    app: Flask, client: FlaskClient, clock: Any
) -> None:
    claim(HEARTBEAT, clock.now())
    with transaction():
        newest = db.session.scalar(text("SELECT version_num FROM alembic_version"))
        db.session.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    try:
        answer = client.get("/readyz")
        assert (answer.status_code, answer.json["migrations"]) == (503, False)
    finally:
        with transaction():
            db.session.execute(
                text("UPDATE alembic_version SET version_num = :newest"), {"newest": newest}
            )
