"""The test client that checks every page it is given."""

import gzip
from contextvars import Context
from typing import Any

import brotli
from flask import has_app_context
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from campaign.core.db import db
from tests.pages.checks import check_page


class CheckingClient(FlaskClient):
    """Opens addresses like a browser would; any HTML page answered is checked on the way.

    Each request runs in a context of its own, as on a real server: neither its database session
    nor its `g` is shared with the test. The test's own session is ended around it, so that what
    the test reads next is what the request has left.
    """

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        if args and isinstance(args[0], str) and args[0].startswith("/"):
            kwargs.setdefault("base_url", self.application.config["BASE_URL"])
        kwargs.setdefault(
            "buffered", True
        )  # what is written while it is sent ends in its context too
        _end_session()
        response: TestResponse = Context().run(super().open, *args, **kwargs)
        _end_session()
        is_page = response.mimetype == "text/html" and response.request.method != "HEAD"
        if is_page and response.data and not 300 <= response.status_code < 400:
            host = response.request.host.rpartition(":")[0] or response.request.host
            check_page(html_of(response), response.headers, host=host)
        return response


def html_of(response: TestResponse) -> str:
    """The page, uncompressed."""
    encoding = response.headers.get("Content-Encoding", "")
    if encoding == "br":
        return brotli.decompress(response.data).decode()
    return gzip.decompress(response.data).decode() if encoding == "gzip" else response.text


def _end_session() -> None:
    if not has_app_context():
        return
    if db.session.new or db.session.dirty or db.session.deleted:
        raise AssertionError("keep your changes with `with transaction():` before a request")
    db.session.rollback()
