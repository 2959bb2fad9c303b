"""What the log tells of a whole visit: routes, never people."""

import json
import logging
import sys
from typing import Any

import pytest
from flask import Flask

from campaign.petitions.mails import rights_token
from campaign.web import logs
from campaign.web.form_token import make_form_token
from campaign.web.logs import JsonFormatter
from campaign.web.page_cache import PageCache
from tests.factories.petitions import NOON, form_fields, make_petition, sign, signatures, token_of
from tests.pages.client import CheckingClient
from tests.petitions.broken import failing_commits

AGENT, ADDRESS = "SecretBrowser/1.0", "203.0.113.77"


def test_a_whole_visit_leaves_no_person_and_no_token_in_the_log(
    client: CheckingClient, clock: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    make_petition()
    sent = {**form_fields(), "step": "send", "token": make_form_token("clear-criteria", NOON)}
    client.get("/fr/petitions/clear-criteria?q=secret-search")
    client.post("/fr/petitions/clear-criteria/sign", data=sent)
    signature = signatures()[0]
    token, rights = token_of(signature), rights_token(signature.ref)
    client.post(f"/fr/confirm/{token}")
    client.get(f"/fr/signature/{rights}")
    client.post(f"/fr/signature/{rights}/withdraw")
    told = capsys.readouterr().err
    lines = [json.loads(line) for line in told.splitlines()]
    assert [line["route"] for line in lines] == [
        "/<lang:lang>/petitions/<slug>",
        "/<lang:lang>/petitions/<slug>/sign",
        "/<lang:lang>/confirm/<token>",
        "/<lang:lang>/signature/<token>",
        "/<lang:lang>/signature/<token>/withdraw",
    ]
    for secret in (*form_fields().values(), token, rights, "secret-search", "127.0.0.1"):
        if len(secret) > 3:
            assert secret not in told, secret
    assert all(line["request_id"] for line in lines)


def test_a_fault_is_logged_without_the_values_that_caused_it() -> None:
    try:
        int("awa@example.org")
    except ValueError:
        record = logging.getLogger("t").makeRecord(
            "t", logging.ERROR, __file__, 1, "unexpected ValueError", (), sys.exc_info()
        )
    told = JsonFormatter().format(record)
    assert "ValueError" in told
    assert "test_logs.py" in told
    assert "awa@example.org" not in told


def test_no_failure_leaves_a_person_a_token_an_address_or_an_agent_in_the_log(
    client: CheckingClient,
    clock: Any,
    app: Flask,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Every way a visit can go wrong, with something secret wherever a visitor may put it."""
    make_petition()
    sign()
    token, rights = token_of(signatures()[0]), rights_token(signatures()[0].ref)
    seen = {"User-Agent": AGENT, "X-Forwarded-For": ADDRESS, "Referer": f"https://x/?e={token}"}
    there: dict[str, Any] = {"headers": seen, "environ_base": {"REMOTE_ADDR": ADDRESS}}
    page = "/fr/petitions/clear-criteria"
    form = {
        **form_fields(email="secret@example.org", given_name="Geheim"),
        "step": "send",
        "token": make_form_token("clear-criteria", NOON),
    }

    def fail(**_values: str) -> None:
        raise ValueError("secret@example.org", token)

    statuses = set()
    with caplog.at_level(logging.DEBUG):
        for path in (
            "/secret@example.org",
            f"/fr/{token}?token={token}",
            "/fr/petitions/secret@example.org",
            "/fr/petitions?q=%00secret",
            "/fr/confirm/secret@example.org",
            f"/fr/confirm/{token}?email=secret@example.org",
            f"/fr/signature/{rights}/",
            "/fr/unsubscribe/secret",
        ):
            statuses.add(client.get(path, **there).status_code)
        statuses.add(client.delete(f"/fr/confirm/{token}", **there).status_code)
        foreign = {**seen, "Origin": f"https://{ADDRESS}"}
        statuses.add(client.post(f"/fr/confirm/{token}", headers=foreign).status_code)
        statuses.add(client.post(f"{page}/sign", data={**form, "age": ""}, **there).status_code)
        statuses.add(client.post(f"{page}/sign", data="x" * 100_000, **there).status_code)
        with failing_commits():
            statuses.add(client.post(f"{page}/sign", data=form, **there).status_code)
            statuses.add(client.post(f"/fr/confirm/{token}", **there).status_code)
        for _time in range(7):
            statuses.add(client.post(f"{page}/sign", data=form, **there).status_code)
        monkeypatch.setitem(app.view_functions, "petitions.confirm", fail)
        statuses.add(client.post(f"/fr/confirm/{token}", **there).status_code)
    assert statuses >= {400, 403, 404, 405, 422, 429, 500, 503}
    told = capsys.readouterr().err + "\n".join(map(JsonFormatter().format, caplog.records))
    for secret in ("secret", "Geheim", "Exemple", token, rights, ADDRESS, AGENT, "127.0.0.1"):
        assert secret not in told, secret
    assert "unexpected ValueError" in told
    assert "database failed" in told


def test_the_web_server_tells_of_a_request_it_cannot_read_and_not_whose_it_was(
    app: Flask, capsys: pytest.CaptureFixture[str]
) -> None:
    """Gunicorn gives address, path and what was sent, to every scanner's nonsense."""
    logs.configure("INFO")
    server = logging.getLogger("gunicorn.error")
    server.warning("Invalid request from ip=203.0.113.77: Invalid HTTP Header: 'secret'")
    try:
        int("secret")
    except ValueError:
        server.exception("Error handling request %s", "/fr/confirm/secret")
    server.error("Worker (pid:%s) was sent SIGKILL!", 12)
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [line["message"] for line in lines] == [
        "Invalid request",
        "Error handling request",
        "Worker (pid:12) was sent SIGKILL!",
    ]
    assert not [line for line in lines if ADDRESS in str(line) or "secret" in str(line)]


def test_each_request_has_a_number_that_the_visitor_can_quote_and_the_log_knows(
    client: CheckingClient, clock: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    make_petition()
    answers = [
        client.get("/fr/petitions/clear-criteria", headers={"X-Request-Id": "made-up"}),
        client.get("/fr/petitions/clear-criteria"),
        client.get("/fr/nowhere"),
        client.get("/"),
        client.post("/fr/confirm/x", headers={"Origin": "https://evil.example"}),
    ]
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    numbers = [answer.headers["X-Request-Id"] for answer in answers]
    assert [line["request_id"] for line in lines] == numbers
    assert [line["status"] for line in lines] == [answer.status_code for answer in answers]
    assert len(set(numbers)) == len(numbers)
    assert "made-up" not in numbers


def test_a_faults_line_carries_the_number_of_its_request(
    client: CheckingClient, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines: list[str] = []

    class Gathering(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(JsonFormatter().format(record))

    def fail() -> None:
        raise ValueError

    monkeypatch.setitem(app.view_functions, "site.privacy", fail)
    gathering = Gathering()
    logging.getLogger().addHandler(gathering)
    try:
        answer = client.get("/fr/privacy")
    finally:
        logging.getLogger().removeHandler(gathering)
    [line] = [json.loads(line) for line in lines]
    assert (line["level"], line["message"]) == ("error", "unexpected ValueError")
    assert line["request_id"] == answer.headers["X-Request-Id"]
    assert "ValueError" not in line["trace"]
    assert any(place.endswith(" fail") for place in line["trace"])


def test_a_line_of_the_log_is_one_line_whatever_a_visitor_sends(
    client: CheckingClient, clock: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    for path in ('/fr/%0a{"level":"error"}', "/fr/%0d%0aforged", "/fr/petitions?q=%0aforged"):
        client.get(path)
    told = capsys.readouterr().err
    assert [json.loads(line)["level"] for line in told.splitlines()] == ["info"] * 3
    assert "forged" not in told


def test_counters_and_probes_are_not_told(
    client: CheckingClient, clock: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    make_petition()
    client.get("/fr/petitions/clear-criteria/count.json")
    client.get("/healthz")
    assert capsys.readouterr().err == ""


def test_only_the_making_of_a_kept_page_is_told(
    app: Flask,
    client: CheckingClient,
    clock: Any,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(app.extensions, "page_cache", PageCache(60))
    make_petition()
    first = client.get("/fr/petitions/clear-criteria")
    again = client.get("/fr/petitions/clear-criteria")
    [line] = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert line["request_id"] == first.headers["X-Request-Id"]
    assert "X-Request-Id" not in again.headers


def test_every_other_answer_carries_the_number_its_line_has(
    client: CheckingClient, clock: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    numbers = [client.get(path).headers["X-Request-Id"] for path in ("/", "/fr/nothing-here")]
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [line["request_id"] for line in lines] == numbers
    assert len(set(numbers)) == 2
