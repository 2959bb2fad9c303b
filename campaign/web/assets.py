"""Style sheets as one file, every static file under a name that changes with its content."""

import hashlib
from functools import lru_cache
from pathlib import Path

from flask import Blueprint, Flask, Response, abort
from werkzeug.datastructures import Headers

from campaign.web.page_cache import CachedPage, ready, serve

STATIC = Path(__file__).resolve().parent.parent.parent / "static"
ONE_YEAR = 31_536_000
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}

bp = Blueprint("assets", __name__)


def init_app(app: Flask) -> None:
    """Serve the assets and let templates name them: `asset('css')`, `asset('js/sign.js')`."""
    app.register_blueprint(bp)
    app.jinja_env.globals["asset"] = address


@lru_cache(maxsize=128)
def content(name: str) -> bytes:
    """The bytes of an asset. Raises FileNotFoundError when there is none of that name."""
    if name == "css":
        sheets = [STATIC / "css" / f"{part}.css" for part in ("tokens", "base", "layout")]
        sheets += sorted((STATIC / "css" / "components").glob("*.css"))
        return b"\n".join(sheet.read_bytes() for sheet in sheets if sheet.exists())
    path = (STATIC / name).resolve()
    if not path.is_relative_to(STATIC) or path.suffix not in TYPES or not path.is_file():
        raise FileNotFoundError(name)
    return path.read_bytes()


@lru_cache(maxsize=128)
def address(name: str) -> str:
    """The asset's address, which changes with its content."""
    digest = hashlib.blake2b(content(name), digest_size=6).hexdigest()
    return f"/assets/{digest}/{'site.css' if name == 'css' else name}"


@lru_cache(maxsize=128)
def _kept(name: str) -> CachedPage:
    return ready(content(name), TYPES[Path("site.css" if name == "css" else name).suffix], 0)


@bp.get("/assets/<digest>/<path:name>")
def asset(digest: str, name: str) -> Response:
    """One static file, kept by browsers for a year: a change gives it another address."""
    name = "css" if name == "site.css" else name
    try:
        if address(name).split("/")[2] != digest:
            abort(404)
    except FileNotFoundError:
        abort(404)
    response = serve(_kept(name), max_age=ONE_YEAR)
    response.headers = Headers(response.headers)
    response.headers["Cache-Control"] = f"public, max-age={ONE_YEAR}, immutable"
    return response


@bp.get("/favicon.ico")
def favicon() -> Response:
    """The mark, for browsers that ask without reading the page."""
    return serve(_kept("img/mark.svg"), max_age=86_400)
