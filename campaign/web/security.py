"""Headers on every answer, and the check that a form comes from our own pages."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from flask import Flask, Request, request
from flask.sessions import NullSession, SessionInterface
from werkzeug.exceptions import BadRequest
from werkzeug.middleware.proxy_fix import ProxyFix

from campaign.web.errors import ForeignFormError
from config import Config

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = (
    ("Content-Security-Policy", POLICY),
    ("Referrer-Policy", "same-origin"),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=(), usb=()"),
)
TRANSPORT = ("Strict-Transport-Security", "max-age=63072000; includeSubDomains")
UNSAFE = frozenset({"POST", "PUT", "PATCH", "DELETE"})


def init_app(app: Flask, config: Config) -> None:
    """Put the headers on every answer and refuse forms sent from other sites."""
    if config.trusted_proxies:
        hops = config.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    headers = [*HEADERS, TRANSPORT] if config.is_production else list(HEADERS)
    app.wsgi_app = hardened(app.wsgi_app, headers)  # type: ignore[method-assign,assignment]
    app.session_interface = NoSession()
    own = own_hosts(config)

    @app.before_request
    def _refuse_null_bytes() -> None:
        # Nobody types them, and PostgreSQL takes none in its texts.
        query = request.environ.get("QUERY_STRING", "")
        if "\0" in request.environ["PATH_INFO"] or "%00" in query or "\0" in query:
            raise BadRequest
        if request.method in UNSAFE and any("\0" in typed for typed in request.form.values()):
            raise BadRequest

    @app.before_request
    def _refuse_foreign_forms() -> None:
        if request.method in UNSAFE and not is_own_form(request.environ, own | {request.host}):
            raise ForeignFormError


class NoSession(SessionInterface):
    """Public pages know no session: none is opened, signed or kept."""

    def open_session(self, app: Flask, request: Request) -> NullSession:
        """A session that cannot be written to."""
        return NullSession()


def hardened(answer: "WSGIApplication", headers: list[tuple[str, str]]) -> "WSGIApplication":
    """`answer` with these headers on every response, put there once and not searched for."""

    def answer_hardened(
        environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        def start(status: str, sent: list[tuple[str, str]], error: Any = None) -> Any:
            return start_response(status, sent + headers, error)

        return answer(environ, start)

    return answer_hardened


def own_hosts(config: Config) -> frozenset[str]:
    """The hosts this site is known by, whatever host a request was sent to."""
    return frozenset({urlsplit(config.base_url).netloc})


def is_own_form(environ: "WSGIEnvironment", own_hosts: frozenset[str]) -> bool:
    """Whether the request was made by a page of ours (Origin, else Sec-Fetch-Site; Fetch Standard).

    Our pages carry no cookie, so there is nothing to abuse; this keeps other sites from making
    their visitors sign unawares. A client that sends neither header is not a browser's cross-site
    form. One-click unsubscription (RFC 8058) is sent by mail servers, which send neither.
    """
    origin = environ.get("HTTP_ORIGIN", "")
    if origin and origin != "null":
        return urlsplit(origin).netloc in own_hosts
    site: str = environ.get("HTTP_SEC_FETCH_SITE", "")
    if origin == "null":
        return site == "same-origin"
    return site in {"", "same-origin", "none"}
