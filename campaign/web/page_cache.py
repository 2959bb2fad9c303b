"""Ready-made pages: rendered once a second at most, however many people look.

A page is kept as compressed bytes with its ETag. When it grows old, one request renders it again
while the others still receive the old one, so that a new signature never causes a stampede.
"""

import gzip
import hashlib
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache, wraps
from typing import TYPE_CHECKING, Any, TypeVar

import brotli
from flask import Response, current_app, g, make_response, request
from werkzeug.datastructures import Headers, ImmutableHeadersMixin
from werkzeug.exceptions import Gone, NotFound
from werkzeug.http import parse_accept_header

from campaign.web.paging import with_query

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

View = Callable[..., Any]
T = TypeVar("T")
LARGEST = 512
SHORTEST_WORTH_COMPRESSING = 400
ALREADY_COMPRESSED = ("image/png", "image/webp", "application/pdf")


@dataclass
class CachedPage:
    """One page in every encoding, when it stops being fresh, and who is renewing it."""

    bodies: dict[str, bytes]
    etags: dict[str, str]
    content_type: str
    fresh_until: float
    headers: dict[tuple[str, int], Headers] = field(default_factory=dict)
    wsgi_headers: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    renewing: threading.Lock = field(default_factory=threading.Lock)


@dataclass(frozen=True)
class CachedValue:
    """One value, when it stops being fresh, and who is making it again."""

    value: Any
    fresh_until: float
    renewing: threading.Lock


class FixedHeaders(ImmutableHeadersMixin, Headers):  # type: ignore[misc]
    """Headers that many answers share, so that none may change them."""

    def __init__(self, pairs: dict[str, str]) -> None:
        super().__init__()
        self._list.extend(pairs.items())


class ReadyMade(Response):
    """An answer out of the cache; `is_fresh` when this very request made the page."""

    is_fresh = False

    def get_wsgi_headers(self, environ: "WSGIEnvironment") -> Headers:
        """The headers as they are: they were complete when the page was made."""
        return self.headers if self.status_code == 200 else super().get_wsgi_headers(environ)


class PageCache:
    """Pages by address, the one rendered longest ago forgotten first."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._pages: OrderedDict[str, CachedPage] = OrderedDict()
        self._values: dict[Hashable, CachedValue] = {}
        self._lock = threading.Lock()
        self._missing: dict[str, threading.Lock] = {}

    def get(self, key: str, render: Callable[[], Response]) -> CachedPage | Response:
        """The page at `key`. An answer other than 200 is passed through and not kept."""
        page = self._pages.get(key)
        if page is not None:
            if time.monotonic() < page.fresh_until or not page.renewing.acquire(blocking=False):
                return page
            try:
                return self._render(key, render)
            finally:
                page.renewing.release()
        with self._lock:
            turn = self._missing.setdefault(key, threading.Lock())
        try:
            with turn:
                page = self._pages.get(key)
                return page if page is not None else self._render(key, render)
        finally:
            self._missing.pop(key, None)

    def fresh(self, key: str) -> CachedPage | None:
        """The page at `key`, when it is there and need not be made again yet."""
        page = self._pages.get(key)
        return page if page is not None and time.monotonic() < page.fresh_until else None

    def value(self, key: Hashable, make: Callable[[], T]) -> T:
        """What `make` gives; an exception is passed through. When it grows old, one makes it again while
        the others still have the old, which is never twice as old as a kept page may be."""
        kept, now = self._values.get(key), time.monotonic()
        if kept is None or now >= kept.fresh_until + self.seconds:
            return self._make(key, make, threading.Lock())
        if now < kept.fresh_until or not kept.renewing.acquire(blocking=False):
            found: T = kept.value
            return found
        try:
            return self._make(key, make, kept.renewing)
        finally:
            kept.renewing.release()

    def _make(self, key: Hashable, make: Callable[[], T], renewing: threading.Lock) -> T:
        made = make()
        if len(self._values) >= LARGEST:
            self._values.clear()
        self._values[key] = CachedValue(made, time.monotonic() + self.seconds, renewing)
        return made

    def clear(self) -> None:
        """Forget every page: what must not be seen any more is gone at once in this process."""
        with self._lock:
            self._pages.clear()
            self._values.clear()

    def _render(self, key: str, render: Callable[[], Response]) -> CachedPage | Response:
        try:
            response = render()
        except (NotFound, Gone):
            self._pages.pop(key, None)
            raise
        if response.status_code != 200:
            return response
        page = ready(response.get_data(), response.content_type, self.seconds)
        with self._lock:
            self._pages[key] = page
            self._pages.move_to_end(key)
            while len(self._pages) > LARGEST:
                self._pages.popitem(last=False)
        return page


class ReadyPages:
    """Answers with kept pages before Flask, whose routing and hooks cost more than the page does
    (docs/decisions/0017). Whoever asks for anything else, or has the page already, goes on."""

    def __init__(self, further: "WSGIApplication", extensions: Mapping[str, Any]) -> None:
        self._further = further
        self._extensions = extensions

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """The page at this very address, if it is there, fresh and has been sent before."""
        path = environ["PATH_INFO"]
        is_plain = (
            environ["REQUEST_METHOD"] == "GET"
            and not environ.get("QUERY_STRING")
            and not environ.get("SCRIPT_NAME")
            and "HTTP_IF_NONE_MATCH" not in environ
            and path.isascii()
        )
        page = self._fresh(path) if is_plain else None
        if page is not None:
            encoding = best_encoding(environ.get("HTTP_ACCEPT_ENCODING", ""), page.bodies)
            headers = page.wsgi_headers.get(encoding)
            if headers is not None:
                start_response("200 OK", list(headers))
                return [page.bodies[encoding]]
        return self._further(environ, start_response)

    def _fresh(self, key: str) -> CachedPage | None:
        pages: PageCache = self._extensions["page_cache"]
        drawings: PageCache = self._extensions["drawings"]
        return pages.fresh(key) or drawings.fresh(key)


def forget_all_pages() -> None:
    """Forget every kept page and drawing: what was hidden is gone from this process at once, and from
    the others as soon as their copy is old, a second for a page and a minute for a drawing."""
    for cache_name in ("page_cache", "drawings"):
        cache: PageCache = current_app.extensions[cache_name]
        cache.clear()


def ready(body: bytes, content_type: str, seconds: float) -> CachedPage:
    """A page compressed once, fresh for `seconds`."""
    bodies = {"": body}
    if len(body) >= SHORTEST_WORTH_COMPRESSING and content_type not in ALREADY_COMPRESSED:
        bodies["br"] = brotli.compress(body, quality=5)
        bodies["gzip"] = gzip.compress(body, 6, mtime=0)
    digest = hashlib.blake2b(body, digest_size=9).hexdigest()
    etags = {name: f'"{digest}{name and "-"}{name}"' for name in bodies}
    return CachedPage(bodies, etags, content_type, time.monotonic() + seconds)


def best_encoding(accepted: str, available: dict[str, bytes]) -> str:
    """The smallest form the client takes (RFC 9110 §12.5.3); weights of zero are honoured."""
    return next((name for name in _encodings_taken(accepted) if name in available), "")


@lru_cache(maxsize=256)
def _encodings_taken(accepted: str) -> tuple[str, ...]:
    wanted = parse_accept_header(accepted)
    return tuple(name for name in ("br", "gzip") if wanted[name] > 0)


def serve(page: CachedPage, *, max_age: int) -> ReadyMade:
    """Answer with a kept page, or 304 when the client has it already."""
    encoding = best_encoding(request.environ.get("HTTP_ACCEPT_ENCODING", ""), page.bodies)
    headers = page.headers.get((encoding, max_age))
    if headers is None:
        headers = page.headers[encoding, max_age] = _headers(page, encoding, max_age)
        page.wsgi_headers[encoding] = headers.to_wsgi_list()
    # Weakly, and in a list: a cache on the way may have marked it, or hold several (§13.1.2).
    is_asked = "HTTP_IF_NONE_MATCH" in request.environ
    if is_asked and request.if_none_match.contains_weak(page.etags[encoding].strip('"')):
        return ReadyMade(status=304, headers=headers)
    return ReadyMade([page.bodies[encoding]], headers=headers)


def _headers(page: CachedPage, encoding: str, max_age: int) -> Headers:
    stale_if_error = 5 * max_age if max_age > 60 else 3600
    kept = f"public, max-age={max_age}, stale-while-revalidate={2 * max_age}, stale-if-error={stale_if_error}"
    headers = {
        "Content-Type": page.content_type,
        "Content-Length": str(len(page.bodies[encoding])),
        "ETag": page.etags[encoding],
        "Vary": "Accept-Encoding",
        "Cache-Control": kept,
    }
    return FixedHeaders(headers | ({"Content-Encoding": encoding} if encoding else {}))


def compress_private(response: Response) -> Response:
    """Compress a page made for one person, for slow networks; it is never kept."""
    accepted = request.headers.get("Accept-Encoding", "")
    is_worth_it = (response.content_length or 0) >= SHORTEST_WORTH_COMPRESSING
    if is_worth_it and "gzip" in accepted and "Content-Encoding" not in response.headers:
        response.set_data(gzip.compress(response.get_data(), 6))
        response.headers["Content-Encoding"] = "gzip"
        response.headers.add("Vary", "Accept-Encoding")
    return response


def keep(
    max_age: int, arguments: tuple[str, ...] = (), *, cache_name: str = "page_cache"
) -> Callable[[View], View]:
    """Serve a public view from the page cache; of its query only `arguments` make a difference.

    What takes long to draw is kept in the cache named "drawings", and drawn once a minute at most.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def kept_view(**values: str) -> Response:
            is_made_now = False

            def make() -> Response:
                nonlocal is_made_now
                is_made_now = True
                return make_response(view(**values))

            query = {name: request.args[name] for name in arguments if name in request.args}
            g.query_of_page = query
            cache: PageCache = current_app.extensions[cache_name]
            # No page depends on the host it was asked of, where the site knows its own address.
            host = "" if current_app.config.get("BASE_URL") else request.host
            page = cache.get(with_query(host + request.path, query), make)
            if isinstance(page, Response):
                if page.status_code < 400:  # leads everybody to the same place
                    page.headers.setdefault("Cache-Control", f"public, max-age={max_age}")
                return page
            response = serve(page, max_age=max_age)
            response.is_fresh = is_made_now
            return response

        return kept_view

    return decorate
