"""What the log tells of a whole visit: routes, never people."""

import json
import logging
import sys
from typing import Any

import pytest
from flask import Flask

from campaign.petitions.mails import rights_token
from campaign.web.form_token import make_form_token
from campaign.web.logs import JsonFormatter
from campaign.web.page_cache import PageCache
from tests.factories.petitions import NOON, form_fields, make_petition, signatures, token_of
from tests.pages.client import CheckingClient


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
