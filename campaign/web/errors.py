"""Refusals and failures become pages (or problem documents, RFC 9457) that say what to do."""

import logging
import sqlite3
from dataclasses import dataclass
from typing import Any

import psycopg
from flask import Flask, Response, jsonify, make_response, render_template, request
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from sqlalchemy import exc
from werkzeug.exceptions import HTTPException

from campaign.core.errors import RefusedError

log = logging.getLogger(__name__)

# Unavailable, disconnected, locked, or every connection taken: none of it is the visitor's doing.
# The drivers' own come from the few words that are sent without SQLAlchemy (`BEGIN`).
DATABASE_FAILURES = (
    exc.OperationalError,
    exc.InterfaceError,
    exc.TimeoutError,
    sqlite3.OperationalError,
    psycopg.OperationalError,
)


class ForeignFormError(RefusedError):
    """A form sent from another site."""

    code = "foreign_form"
    http_status = 403
    message = _l("This form was sent from another site, so we did not accept it.")


class ReadOnlyError(RefusedError):
    """Nothing can be written for the moment."""

    code = "read_only"
    http_status = 503
    title = _l("Signing is paused")
    message = _l("Signing is paused for a moment. You can read everything; nothing was recorded.")


class TooManyRequestsError(RefusedError):
    """Too much from one network."""

    code = "too_many"
    http_status = 429
    message = _l("Too many signatures came from your network in a short time.")


@dataclass(frozen=True)
class ErrorPage:
    """What an error page says: a title, a sentence, and what to do."""

    title: Any
    sentence: Any
    advice: tuple[Any, ...] = ()


GO_HOME = _l("Go back to the petitions.")
TRY_AGAIN = _l("Try again in a few minutes.")
PAGES = {
    400: ErrorPage(
        _l("We did not understand this request"),
        _l("Something in the address or the form is not readable."),
        (_l("Go back, check the address and try again."), GO_HOME),
    ),
    403: ErrorPage(
        _l("This is not allowed"),
        _l("We did not accept this request."),
        (_l("Open the petition on this site and use the form there."), GO_HOME),
    ),
    404: ErrorPage(
        _l("This page does not exist"),
        _l("The address may be misspelt, or the page was moved."),
        (_l("Check the address."), GO_HOME),
    ),
    405: ErrorPage(
        _l("This address cannot be used like that"),
        _l("The page was opened in a way it does not know."),
        (GO_HOME,),
    ),
    409: ErrorPage(
        _l("This is no longer possible"), _l("Something changed in the meantime."), (GO_HOME,)
    ),
    410: ErrorPage(
        _l("This petition was removed"),
        _l("It is no longer published here, and it will not come back."),
        (GO_HOME,),
    ),
    413: ErrorPage(
        _l("That was too much to send"),
        _l("The form is larger than we accept."),
        (_l("Shorten what you typed and try again."),),
    ),
    422: ErrorPage(
        _l("Something is missing or wrong"),
        _l("Nothing was recorded."),
        (_l("Go back and correct the form."),),
    ),
    429: ErrorPage(
        _l("Please wait a little"),
        _l("Too many requests came from your network in a short time."),
        (
            _l("Wait a few minutes, then send the form again."),
            _l("Nothing you did is lost: what was accepted is kept."),
        ),
    ),
    500: ErrorPage(
        _l("Something broke on our side"),
        _l("We have a record of the fault, without your personal details."),
        (TRY_AGAIN, _l("If you were signing, sign again: nobody is counted twice.")),
    ),
    503: ErrorPage(_l("We are not available right now"), _l("Nothing was recorded."), (TRY_AGAIN,)),
}


def come_back_in(seconds: int) -> str:
    """When to try again, in whole minutes, rounded up."""
    minutes = -(-seconds // 60)
    return str(
        ngettext(
            "You can try again in %(count)s minute.",
            "You can try again in %(count)s minutes.",
            minutes,
            count=minutes,
        )
    )


def init_app(app: Flask) -> None:
    """Turn each refusal, HTTP error and database failure into its page."""
    app.register_error_handler(RefusedError, refused)
    app.register_error_handler(HTTPException, _http_error)
    for failure in DATABASE_FAILURES:
        app.register_error_handler(failure, _database_failed)
    app.register_error_handler(Exception, _unexpected)


def error_response(
    status: int, sentence: str = "", retry_after: int | None = None, title: Any = None
) -> Response:
    """The page (or the problem document, when JSON is asked for) of one error."""
    page = PAGES.get(status, PAGES[500])
    if request.path.endswith(".json"):
        response = jsonify(
            type="about:blank",
            title=str(title or page.title),
            status=status,
            detail=sentence or str(page.sentence),
        )
        response.content_type = "application/problem+json"
    else:
        response = make_response(
            render_template(
                "errors/error.html",
                status=status,
                title=title or page.title,
                advice=page.advice,
                sentence=sentence or page.sentence,
                retry_after_minutes=-(-retry_after // 60) if retry_after else None,
            )
        )
    response.status_code = status
    response.headers["Cache-Control"] = "no-store"
    if retry_after:
        response.headers["Retry-After"] = str(retry_after)
    return response


def refused(error: RefusedError) -> Response:
    """The page of a refusal."""
    return error_response(
        error.http_status,
        error.sentence,
        error.values.get("retry_after"),
        getattr(error, "title", None),
    )


def _http_error(error: HTTPException) -> Response:
    if error.response is not None or (error.code or 500) < 400:
        return error.get_response()  # type: ignore[return-value]
    response = error_response(error.code or 500)
    if error.code == 405 and getattr(error, "valid_methods", None):
        response.headers["Allow"] = ", ".join(error.valid_methods)  # type: ignore[attr-defined]
    return response


def _database_failed(error: Exception) -> Response:
    log.error("database failed: %s", type(getattr(error, "orig", error)).__name__)
    return error_response(503, retry_after=120)


def _unexpected(error: Exception) -> Response:
    log.error("unexpected %s", type(error).__name__, exc_info=error)
    return error_response(500)
