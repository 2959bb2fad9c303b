"""One JSON line per request and per event, with a request id and without personal data.

No address, no agent, no path with a token in it: the route's pattern says enough.
"""

import json
import logging
import secrets
import sys
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from flask import Flask, Response, has_request_context, request
from werkzeug.datastructures import Headers

from campaign.web.page_cache import ReadyMade

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

QUIET = frozenset({"health.healthz", "health.readyz", "petitions.count", "assets.asset"})
# What gunicorn says of one request begins so, and goes on with the visitor's network address, with
# the path and its token, or with what was sent.
OF_ONE_REQUEST = ("Invalid request", "Error handling request")
BEGUN, REQUEST_ID = "portevoix.begun", "portevoix.request_id"


class JsonFormatter(logging.Formatter):
    """A log record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """Time, level, logger, message, request id; a fault's trace without its local values."""
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if has_request_context():
            line["request_id"] = request_id()
        line.update(getattr(record, "fields", {}))
        if record.exc_info and record.exc_info[0]:
            line["trace"] = _places(record.exc_info[2])
        return json.dumps(line, ensure_ascii=False)


def _places(trace: Any) -> list[str]:
    places = []
    while trace is not None:
        code = trace.tb_frame.f_code
        file = "/".join(code.co_filename.rsplit("/", 2)[-2:])
        places.append(f"{file}:{trace.tb_lineno} {code.co_name}")
        trace = trace.tb_next
    return places


def without_the_visitor(record: logging.LogRecord) -> bool:
    """Let a line of the web server's pass, cut off where it would tell who came and for what."""
    said = record.getMessage()
    kept = next((beginning for beginning in OF_ONE_REQUEST if said.startswith(beginning)), said)
    record.msg, record.args = kept, ()
    return True


def configure(level: str) -> None:
    """Send every log line to standard error as JSON, those of the web server's workers too."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter())
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    of_server = logging.StreamHandler(sys.stderr)
    of_server.setFormatter(JsonFormatter())
    of_server.addFilter(without_the_visitor)
    server = logging.getLogger("gunicorn.error")
    server.handlers, server.propagate = [of_server], False
    logging.getLogger("alembic").setLevel(logging.WARNING)
    logging.getLogger("fontTools").setLevel(logging.WARNING)  # a line for each table of each font


def init_app(app: Flask) -> None:
    """Number each answer and tell of it, but for ready-made pages: they say each time the same, to
    whoever asks and to the caches on the way, so only their making is told."""
    told = is_told()

    @app.before_request
    def _begin() -> None:
        request.environ.setdefault(BEGUN, time.perf_counter())

    @app.after_request
    def _end(response: Response) -> Response:
        if isinstance(response, ReadyMade) and not response.is_fresh:
            return response
        response.headers = Headers(response.headers)  # of its own: ready-made pages share theirs
        response.headers["X-Request-Id"] = request_id()
        if told and request.endpoint not in QUIET:
            route = request.url_rule.rule if request.url_rule else ""
            sys.stderr.write(access_line(request.environ, route, response.status_code))
        return response


def is_told() -> bool:
    """Whether each answered request is told of."""
    return logging.getLogger().isEnabledFor(logging.INFO)


def request_id() -> str:
    """The number of this request."""
    return request_id_of(request.environ)


def request_id_of(environ: "WSGIEnvironment") -> str:
    """The number of a request, given when it is first asked for."""
    if REQUEST_ID not in environ:
        environ[REQUEST_ID] = secrets.token_hex(8)
    number: str = environ[REQUEST_ID]
    return number


def access_line(environ: "WSGIEnvironment", route: str, status: int) -> str:
    """One answered request as one line of JSON. Written directly: through `logging` the line cost
    more than the page it told of."""
    line = {
        "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "level": "info",
        "message": "request",
        "request_id": request_id_of(environ),
        "method": environ["REQUEST_METHOD"],
        "route": route,
        "status": status,
        "ms": round((time.perf_counter() - environ[BEGUN]) * 1000, 1),
    }
    return json.dumps(line) + "\n"
