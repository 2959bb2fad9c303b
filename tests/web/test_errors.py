"""Refusals and failures: a page that says what to do, in the reader's language, and tells no secret."""

import json
import logging
import sqlite3
from typing import Any

import psycopg
import pytest
from flask import Flask, abort
from flask_babel import force_locale
from sqlalchemy import event, exc
from werkzeug.exceptions import MethodNotAllowed

from campaign.core.db import db
from campaign.core.errors import RefusedError
from campaign.web.errors import PAGES, ForeignFormError, ReadOnlyError, TooManyRequestsError
from campaign.web.logs import JsonFormatter
from tests.factories.petitions import make_petition
from tests.pages.client import CheckingClient, html_of
from tests.pages.forms import links_of, text_of_page

pytestmark = pytest.mark.usefixtures("clock")
LANGUAGES = ("fr", "nl", "de", "en", "ar", "bm")
PAGE = "/fr/petitions/clear-criteria"
SECRET = "awa@example.org lives at 10.1.2.3"


def spaced(words: object) -> str:
    """Words as `text_of_page` gives them."""
    return " ".join(str(words).split())


@pytest.fixture
def raising(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Make the privacy page and every counter raise an exception instead of answering."""

    def make(error: Exception | int) -> None:
        def fail(**_values: str) -> None:
            if isinstance(error, int):
                abort(error)
            raise error

        monkeypatch.setitem(app.view_functions, "site.privacy", fail)
        monkeypatch.setitem(app.view_functions, "petitions.count", fail)

    return make


class TestEveryStatus:
    @pytest.mark.parametrize("status", sorted(PAGES))
    def test_has_a_page_in_every_language_that_says_what_to_do(
        self, client: CheckingClient, app: Flask, raising: Any, status: int
    ) -> None:
        raising(status)
        for language in LANGUAGES:
            response = client.get(f"/{language}/privacy")
            assert response.status_code == status
            assert response.headers["Cache-Control"] == "no-store"
            assert f'lang="{language}"' in html_of(response)
            text = text_of_page(response)
            with app.test_request_context(f"/{language}/"), force_locale(language):
                page = PAGES[status]
                for words in (page.title, page.sentence, *page.advice):
                    assert spaced(words) in text, language
            assert f"/{language}/petitions" in links_of(response)

    @pytest.mark.parametrize("language", ["fr", "nl", "de"])
    def test_is_translated(self, app: Flask, language: str) -> None:
        with app.test_request_context("/"):
            for status, page in PAGES.items():
                with force_locale("en"):
                    english = str(page.title)
                with force_locale(language):
                    assert str(page.title) != english, status

    def test_without_a_page_of_its_own_is_the_general_one(
        self, client: CheckingClient, raising: Any
    ) -> None:
        raising(418)
        response = client.get("/fr/privacy")
        assert response.status_code == 418
        assert "no-store" in response.headers["Cache-Control"]


class TestRefusals:
    @pytest.mark.parametrize("error", [ForeignFormError(), ReadOnlyError(), TooManyRequestsError()])
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_say_their_own_sentence(
        self, client: CheckingClient, app: Flask, raising: Any, error: RefusedError, language: str
    ) -> None:
        raising(error)
        response = client.get(f"/{language}/privacy")
        assert response.status_code == error.http_status
        with app.test_request_context(f"/{language}/"), force_locale(language):
            assert spaced(error.sentence) in text_of_page(response)

    def test_say_how_long_to_wait(self, client: CheckingClient, raising: Any) -> None:
        raising(TooManyRequestsError(retry_after=240))
        response = client.get("/fr/privacy")
        assert response.headers["Retry-After"] == "240"
        assert "4" in text_of_page(response)

    def test_a_wrong_method_names_the_right_ones(
        self, client: CheckingClient, raising: Any
    ) -> None:
        response = client.delete("/fr/privacy")
        assert response.status_code == 405
        assert {"GET", "HEAD"} <= set(response.headers["Allow"].split(", "))
        raising(MethodNotAllowed())
        assert client.get("/fr/privacy").status_code == 405


class TestProblemDocuments:
    """RFC 9457, for whoever asked for JSON."""

    @pytest.mark.parametrize("status", sorted(PAGES))
    def test_every_status_has_one(self, client: CheckingClient, raising: Any, status: int) -> None:
        raising(status)
        response = client.get(f"{PAGE}/count.json")
        assert (response.status_code, response.mimetype) == (status, "application/problem+json")
        problem = json.loads(response.data)
        assert set(problem) == {"type", "title", "status", "detail"}
        assert (problem["type"], problem["status"]) == ("about:blank", status)
        assert problem["title"]
        assert problem["detail"]
        assert response.headers["Cache-Control"] == "no-store"

    def test_a_petition_that_is_not_there_and_one_that_was_removed(
        self, client: CheckingClient
    ) -> None:
        """Behaviour 101."""
        make_petition("gone", state="removed")
        for slug, status in (("nowhere", 404), ("gone", 410)):
            response = client.get(f"/nl/petitions/{slug}/count.json")
            assert (response.status_code, response.mimetype) == (status, "application/problem+json")
            assert json.loads(response.data)["status"] == status

    def test_it_speaks_the_language_of_the_address(self, client: CheckingClient) -> None:
        titles = {
            language: json.loads(client.get(f"/{language}/petitions/x/count.json").data)["title"]
            for language in ("fr", "nl", "de", "en")
        }
        assert len(set(titles.values())) == 4

    def test_a_refusal_says_its_own_sentence(
        self, client: CheckingClient, app: Flask, raising: Any
    ) -> None:
        raising(ReadOnlyError())
        problem = json.loads(client.get("/en/petitions/x/count.json").data)
        with app.test_request_context("/en/"):
            assert (problem["status"], problem["detail"]) == (503, ReadOnlyError().sentence)


class TestDatabase:
    @pytest.mark.parametrize("kind", [exc.OperationalError, exc.InterfaceError])
    @pytest.mark.parametrize("path", [PAGE, "/fr/", "/fr/petitions", f"{PAGE}/count.json"])
    def test_a_database_that_fails_is_said_with_when_to_come_back_and_nothing_read_out(
        self,
        client: CheckingClient,
        caplog: pytest.LogCaptureFixture,
        kind: type[exc.DBAPIError],
        path: str,
    ) -> None:
        make_petition()

        def fail(*_arguments: object) -> None:
            raise kind("SELECT secret", {"email": SECRET}, Exception(SECRET))

        event.listen(db.engine, "before_cursor_execute", fail)
        try:
            response = client.get(path)
        finally:
            event.remove(db.engine, "before_cursor_execute", fail)
        assert response.status_code == 503
        assert int(response.headers["Retry-After"]) > 0
        assert response.headers["Cache-Control"] == "no-store"
        told = html_of(response) + "".join(map(JsonFormatter().format, caplog.records))
        assert not [word for word in ("SELECT", "awa@", "10.1.2.3") if word in told]
        assert client.get(path).status_code == 200, "and it works again by itself"

    @pytest.mark.parametrize(
        "error",
        [
            exc.TimeoutError("QueuePool limit of size 8 overflow 10 reached"),
            sqlite3.OperationalError("QueuePool"),
            psycopg.OperationalError("QueuePool"),
        ],
    )
    def test_every_connection_taken_or_a_driver_that_fails_is_said_the_same_way(
        self, client: CheckingClient, raising: Any, error: Exception
    ) -> None:
        raising(error)
        response = client.get("/fr/privacy")
        assert response.status_code == 503
        assert int(response.headers["Retry-After"]) > 0
        assert "QueuePool" not in html_of(response)


class TestUnexpected:
    @pytest.mark.parametrize(
        "error", [ValueError(SECRET), KeyError(SECRET), AssertionError(SECRET), OSError(28, SECRET)]
    )
    def test_a_fault_is_a_page_and_its_record_names_nobody(
        self,
        client: CheckingClient,
        raising: Any,
        caplog: pytest.LogCaptureFixture,
        error: Exception,
    ) -> None:
        raising(error)
        with caplog.at_level(logging.DEBUG):
            page, problem = client.get("/fr/privacy"), client.get(f"{PAGE}/count.json")
        assert (page.status_code, problem.status_code) == (500, 500)
        assert problem.mimetype == "application/problem+json"
        lines = [JsonFormatter().format(record) for record in caplog.records]
        assert [json.loads(line)["message"] for line in lines] == [
            f"unexpected {type(error).__name__}"
        ] * 2
        assert all(
            any("test_errors.py" in place for place in json.loads(line)["trace"]) for line in lines
        )
        told = "".join(lines) + html_of(page) + problem.text
        assert not [word for word in ("awa@", "10.1.2.3") if word in told]

    def test_a_fault_caused_by_another_tells_neithers_words(
        self, client: CheckingClient, raising: Any, caplog: pytest.LogCaptureFixture
    ) -> None:
        error = RuntimeError(f"about {SECRET}")
        error.__cause__ = ValueError(SECRET)
        error.add_note(SECRET)
        raising(error)
        assert client.get("/fr/privacy").status_code == 500
        assert "awa@" not in "".join(map(JsonFormatter().format, caplog.records))
