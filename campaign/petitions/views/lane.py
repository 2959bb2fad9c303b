"""The lane: the common signature taken before Flask (docs/decisions/0017).

A whole form in order, without a code, from a page of ours, is read, counted and kept by the same
functions that the view calls. Whatever would have to be shown to somebody goes on to the view
untouched; it has lost a hundred microseconds.
"""

import re
import sys
import time
from collections.abc import Iterable, Mapping
from io import BytesIO
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from flask import Flask, g

from campaign.core import clock
from campaign.i18n.languages import LANGUAGES
from campaign.petitions.rules.signing import read_application
from campaign.petitions.views.accepting import allowance, keep, problem_with, terms_for
from campaign.web.limits import SigningAllowance, visitor_at
from campaign.web.logs import BEGUN, access_line, is_told, request_id_of
from campaign.web.security import is_own_form, own_hosts
from config import Config

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

ROUTE = "/<lang:lang>/petitions/<slug>/sign"
ADDRESS = re.compile(rf"/({'|'.join(one.code for one in LANGUAGES)})/petitions/([a-z0-9-]+)/sign")
FORM = "application/x-www-form-urlencoded"
# What the lane has counted of a form that it could not take, so that the view does not count it again.
COUNTED = "portevoix.allowance"


def init_app(app: Flask, config: Config) -> None:
    """Open the lane in front of the application."""
    app.wsgi_app = Lane(app, app.wsgi_app, own_hosts(config), app.config["MAX_CONTENT_LENGTH"])  # type: ignore[method-assign]


class Lane:
    """Answers the common signature, and lets everything else through."""

    def __init__(
        self, app: Flask, further: "WSGIApplication", own: frozenset[str], longest: int
    ) -> None:
        self._app = app
        self._further = further
        self._own = own
        self._longest = longest

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Keep the signature and lead to the mailbox page, or go on."""
        address = ADDRESS.fullmatch(environ["PATH_INFO"])
        if address is None or environ["REQUEST_METHOD"] != "POST":
            return self._further(environ, start_response)
        environ[BEGUN] = time.perf_counter()
        language, slug = address.groups()
        fields = self._fields(environ)
        if fields is None or not self._is_kept(environ, fields, language, slug):
            return self._further(environ, start_response)
        if is_told():
            sys.stderr.write(access_line(environ, ROUTE, 303))
        headers = [
            ("Location", f"/{language}/petitions/{slug}/check-mailbox"),
            ("Content-Type", "text/html; charset=utf-8"),
            ("Content-Length", "0"),
            ("Cache-Control", "private, no-store"),
            ("X-Robots-Tag", "noindex"),
            ("X-Request-Id", request_id_of(environ)),
        ]
        start_response("303 SEE OTHER", headers)
        return [b""]

    def _fields(self, environ: "WSGIEnvironment") -> dict[str, str] | None:
        """The form, when it is a common one from a page of ours; its first answer to each question."""
        length = environ.get("CONTENT_LENGTH", "")
        is_common = (
            environ.get("CONTENT_TYPE") == FORM
            and length.isdecimal()
            and int(length) <= self._longest
            and not environ.get("QUERY_STRING")
            and not environ.get("SCRIPT_NAME")
            and is_own_form(environ, self._own | {environ.get("HTTP_HOST", "")})
        )
        if not is_common:
            return None
        body = environ["wsgi.input"].read(int(length))
        environ["wsgi.input"] = BytesIO(body)
        try:
            typed = parse_qsl(body.decode("ascii"), keep_blank_values=True, errors="strict")
        except ValueError:
            return None
        fields: dict[str, str] = {}
        for name, value in typed:
            fields.setdefault(name, value)
        is_final = fields.get("step") == "send" and not fields.get("via", "").strip()
        return fields if is_final and b"%00" not in body and b"\0" not in body else None

    def _is_kept(
        self, environ: "WSGIEnvironment", fields: Mapping[str, str], language: str, slug: str
    ) -> bool:
        """Whether the signature is kept; if not, the view says why, and counts nothing again."""
        with self._app.app_context():
            g.language = language
            try:
                return _keep(environ, fields, slug)
            except Exception:  # noqa: BLE001 -- the view meets the same, and knows what to show
                return False


def _keep(environ: "WSGIEnvironment", fields: Mapping[str, str], slug: str) -> bool:
    terms = terms_for(slug)
    application, _errors = read_application(fields, terms)
    if application is None or problem_with(fields, slug):
        return False
    visitor = visitor_at(environ.get("REMOTE_ADDR"), clock.now())
    with allowance(fields, terms, application, visitor) as allowed:
        environ[COUNTED] = allowed
        if not allowed.seconds_to_wait:
            keep(application, terms, may_mail=allowed.may_mail)
    return not allowed.seconds_to_wait


def counted_before(environ: "WSGIEnvironment") -> SigningAllowance | None:
    """What the lane has counted of this very form, if it has."""
    counted: SigningAllowance | None = environ.get(COUNTED)
    return counted
