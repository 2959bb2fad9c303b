"""The headers of every answer, and which forms and addresses are refused at the door."""

import dataclasses
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask, abort
from werkzeug.test import TestResponse

from campaign.app import create_app
from campaign.core.db import db
from campaign.petitions import mails
from campaign.web import assets
from campaign.web.form_token import make_form_token
from config import Config
from tests.factories.petitions import (
    NOON,
    form_fields,
    make_confirmed,
    make_petition,
    sign,
    signatures,
    token_of,
)
from tests.pages.client import CheckingClient
from tests.petitions.broken import failing_commits

pytestmark = pytest.mark.usefixtures("clock")
PAGE = "/fr/petitions/clear-criteria"
TRANSPORT = "Strict-Transport-Security"


def answers(client: CheckingClient, app: Flask, patch: pytest.MonkeyPatch) -> dict[str, Any]:
    """One answer of every sort, by what it is."""
    make_petition()
    make_petition("gone", state="removed")
    form = {**form_fields(), "token": make_form_token("clear-criteria", NOON)}
    kept = client.get(PAGE)

    def fail() -> None:
        raise ZeroDivisionError

    patch.setitem(app.view_functions, "site.privacy", fail)
    patch.setitem(app.view_functions, "site.accessibility", lambda: abort(429))
    with failing_commits():
        unavailable = client.post(f"{PAGE}/sign", data={**form, "step": "send"})
    return {
        "a page": kept,
        "a page the visitor has": client.get(PAGE, headers={"If-None-Match": kept.headers["ETag"]}),
        "a head": client.head(PAGE),
        "options": client.options(PAGE),
        "a redirect": client.get("/"),
        "a lasting redirect": client.get("/fr/petition/clear-criteria"),
        "a missing slash": client.get("/fr"),
        "a counter": client.get(f"{PAGE}/count.json"),
        "a challenge": client.get(f"{PAGE}/challenge.json"),
        "a style sheet": client.get(assets.address("css")),
        "robots.txt": client.get("/robots.txt"),
        "a probe": client.get("/healthz"),
        "the review": client.post(f"{PAGE}/sign", data=form),
        "an accepted form": client.post(f"{PAGE}/sign", data={**form, "step": "send"}),
        "a form with faults": client.post(f"{PAGE}/sign", data={"token": form["token"]}),
        "400": client.get(f"{PAGE}?q=%00"),
        "403": client.post(f"{PAGE}/sign", headers={"Origin": "https://evil.example"}),
        "404": client.get("/fr/nowhere"),
        "404 in JSON": client.get("/fr/petitions/nowhere/count.json"),
        "405": client.delete(PAGE),
        "410": client.get("/fr/petitions/gone"),
        "413": client.post(f"{PAGE}/sign", data={"given_name": "x" * 100_000}),
        "429": client.get("/fr/accessibility"),
        "500": client.get("/fr/privacy"),
        "503": unavailable,
    }


@contextmanager
def site_for(config: Config, patch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """A site of these settings beside the one under test; the log stays as it was."""
    root = logging.getLogger()
    with patch.context() as within:
        within.setattr(root, "handlers", list(root.handlers))
        within.setattr(root, "level", root.level)
        made = create_app(config)
        yield made
        with made.app_context():
            for engine in db.engines.values():
                engine.dispose()


def policy_of(response: TestResponse) -> dict[str, list[str]]:
    """The content security policy, by directive."""
    parts = [part.split() for part in response.headers["Content-Security-Policy"].split(";")]
    return {name: sources for name, *sources in parts}


class TestHeaders:
    def test_are_on_every_answer_whatever_it_is(
        self, client: CheckingClient, app: Flask, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        given = answers(client, app, monkeypatch)
        for name, response in given.items():
            if name.isdecimal():
                assert response.status_code == int(name)
            assert response.headers["X-Content-Type-Options"] == "nosniff", name
            assert response.headers["X-Frame-Options"] == "DENY", name
            assert response.headers["Referrer-Policy"] == "same-origin", name
            assert response.headers["Cross-Origin-Opener-Policy"] == "same-origin", name
            assert "geolocation=()" in response.headers["Permissions-Policy"], name
            assert len(response.headers.getlist("Content-Security-Policy")) == 1, name
        assert given["a page the visitor has"].status_code == 304
        statuses = {response.status_code for response in given.values()}
        assert statuses >= {200, 301, 302, 303, 304, 308, 422}

    def test_the_policy_lets_nothing_inline_and_nothing_from_elsewhere_in(
        self, client: CheckingClient, app: Flask, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for name, response in answers(client, app, monkeypatch).items():
            policy = policy_of(response)
            assert policy["default-src"] == ["'none'"], name
            assert policy["frame-ancestors"] == policy["base-uri"] == ["'none'"], name
            assert policy["form-action"] == ["'self'"], name
            sources = {source for each in policy.values() for source in each}
            assert sources == {"'none'", "'self'"}, f"{name}: no unsafe-inline, no host, no data:"

    def test_no_answer_sets_a_cookie(
        self, client: CheckingClient, app: Flask, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for name, response in answers(client, app, monkeypatch).items():
            assert "Set-Cookie" not in response.headers, name
            assert "Cookie" not in response.headers.get("Vary", ""), name

    def test_no_address_of_the_site_sets_a_cookie_whoever_asks(
        self, client: CheckingClient, app: Flask
    ) -> None:
        """Every route there is, with and without a cookie of somebody else's making."""
        make_petition()
        signature = make_confirmed()
        tokens = {
            "petitions.signature": mails.rights_token(signature.ref),
            "petitions.no_reminder": mails.rights_token(signature.ref),
            **{
                f"petitions.{act}": mails.rights_token(signature.ref)
                for act in (
                    *("correct_page", "correct", "address_page", "address", "cancel_address"),
                    *("objecting", "stop_all_mails", "hide", "take_away", "withdraw"),
                    *("erase_page", "erase"),
                )
            },
            "petitions.unsubscribe": mails.unsubscribe_token(signature.ref, 1),
        }
        confirm_token = token_of(signature)  # before an address erases it
        answer_code = mails.answer_code(signature.petition_id, NOON.date())
        asked = 0
        for rule in app.url_map.iter_rules():
            values = {
                "lang": "fr",
                "slug": "clear-criteria",
                "token": tokens.get(rule.endpoint, confirm_token),
                "digest": assets.address("css").split("/")[2],
                "name": "site.css",
                "number": 1,
                "instrument_id": "be-chamber-hearing",
                "version": "2019-06-05",
                "card": "a-card",
                "code": answer_code if rule.endpoint == "petitions.answer" else "ABCDEF",
                "sheet": "qr.svg",
                "language": "fr",
            }
            with app.test_request_context("/"):
                path = app.url_map.bind("").build(
                    rule.endpoint, {name: values[name] for name in rule.arguments}
                )
            for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
                for headers in ({}, {"Cookie": "session=stolen; tracker=1"}):
                    response = client.open(path, method=method, headers=headers)
                    assert "Set-Cookie" not in response.headers, f"{method} {path}"
                    assert response.status_code != 500, f"{method} {path}"
                    asked += 1
        assert asked > 40

    def test_only_production_asks_browsers_for_https_for_ever(
        self,
        client: CheckingClient,
        test_config: Config,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        assert TRANSPORT not in client.get("/healthz").headers
        for environment, expected in (("production", True), ("development", False)):
            config = dataclasses.replace(test_config, environment=environment)
            with site_for(config, monkeypatch) as site:
                for path in ("/healthz", "/fr/nowhere", "/"):
                    headers = site.test_client().get(path).headers
                    assert (TRANSPORT in headers) is expected, (environment, path)
                    if expected:
                        seconds = int(headers[TRANSPORT].split(";")[0].removeprefix("max-age="))
                        assert seconds >= 365 * 86_400


class TestForeignForms:
    @pytest.mark.parametrize(
        "headers",
        [
            {"Origin": "https://evil.example"},
            {"Origin": "http://localhost:1"},
            {"Origin": "https://127.0.0.1.evil.example"},
            {"Origin": "null"},
            {"Origin": "null", "Sec-Fetch-Site": "cross-site"},
            {"Origin": "nonsense"},
            {"Sec-Fetch-Site": "cross-site"},
            {"Sec-Fetch-Site": "same-site"},
            {"Sec-Fetch-Site": "invented"},
            {"Origin": "https://evil.example", "Sec-Fetch-Site": "same-origin"},
        ],
    )
    def test_are_refused_and_change_nothing(
        self, client: CheckingClient, headers: dict[str, str]
    ) -> None:
        make_petition()
        sign()
        token = token_of(signatures()[0])
        for path in (f"/fr/confirm/{token}", f"/fr/confirm/{token}/not-me", f"{PAGE}/sign"):
            assert client.post(path, headers=headers).status_code == 403, path
        assert [signature.state for signature in signatures()] == ["pending"]

    @pytest.mark.parametrize(
        "headers",
        [
            {},
            {"Sec-Fetch-Site": "same-origin"},
            {"Sec-Fetch-Site": "none"},
            {"Origin": "null", "Sec-Fetch-Site": "same-origin"},
        ],
    )
    def test_our_own_and_those_of_mail_programs_are_not(
        self, client: CheckingClient, headers: dict[str, str]
    ) -> None:
        make_petition()
        sign()
        path = f"/fr/confirm/{token_of(signatures()[0])}"
        assert client.post(path, headers=headers).status_code == 303

    def test_a_form_of_our_own_address_is_ours(self, client: CheckingClient, app: Flask) -> None:
        own = app.config["BASE_URL"]
        response = client.post("/fr/confirm/unknown", headers={"Origin": own})
        assert response.status_code == 404

    def test_reading_is_free_to_all(self, client: CheckingClient) -> None:
        make_petition()
        headers = {"Origin": "https://elsewhere.example", "Sec-Fetch-Site": "cross-site"}
        assert client.get(PAGE, headers=headers).status_code == 200


class TestNullBytes:
    @pytest.mark.parametrize(
        "path",
        [
            "/fr/petitions/%00",
            "/fr/petitions/clear%00criteria",
            "/fr/petitions?q=%00",
            "/fr/petitions?q=a%00b&page=2",
            "/fr/petitions/a%00/count.json",
            "/fr/confirm/%00",
            "/fr/signature/%00",
            "/assets/%00/site.css",
            "/%00",
        ],
    )
    def test_in_an_address_are_a_bad_request(self, client: CheckingClient, path: str) -> None:
        """Behaviour 102."""
        assert client.get(path).status_code == 400
        assert client.post(path).status_code in {400, 405}

    @pytest.mark.parametrize("name", [*form_fields(), "token", "step", "altcha", "website"])
    def test_in_a_field_are_a_bad_request_and_not_shown_again(
        self, client: CheckingClient, name: str
    ) -> None:
        """Behaviour 102: PostgreSQL takes none in its texts."""
        make_petition()
        token = make_form_token("clear-criteria", NOON)
        fields = {**form_fields(), "token": token, "step": "send"}
        fields[name] = f"{fields.get(name, '')}\0"
        response = client.post(f"{PAGE}/sign", data=fields)
        assert response.status_code == 400
        assert b"\0" not in response.data
        assert signatures() == []
