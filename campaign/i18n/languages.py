"""The languages of the product, and the one of the present request."""

from dataclasses import dataclass

from flask import Flask, g, has_app_context, has_request_context, request, url_for
from flask.globals import request_ctx
from flask_babel import Babel
from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.routing import BaseConverter

from campaign.web.paging import query_of_page, with_query


@dataclass(frozen=True)
class Language:
    """A language a visitor can read. `is_reviewed` is false until a native speaker has read it."""

    code: str
    name: str
    direction: str = "ltr"
    is_reviewed: bool = True
    territory: str = "BE"

    @property
    def locale(self) -> str:
        """As the Open Graph protocol writes it: language_TERRITORY."""
        return f"{self.code}_{self.territory}"


LANGUAGES = (
    Language("fr", "Français"),
    Language("nl", "Nederlands"),
    Language("de", "Deutsch"),
    Language("en", "English", territory="GB"),
    Language("ar", "العربية", direction="rtl", is_reviewed=False, territory="AR"),
    Language("bm", "Bamanankan", is_reviewed=False, territory="ML"),
)
BY_CODE = {language.code: language for language in LANGUAGES}
DEFAULT = LANGUAGES[0]

babel = Babel()


class LanguageConverter(BaseConverter):
    """`<lang:lang>` in a route: only the languages we have, so that /xx/ is not found."""

    regex = "|".join(BY_CODE)


def init_app(app: Flask) -> None:
    """Read the language from the path and give it to every link made in the same request."""
    app.url_map.converters["lang"] = LanguageConverter
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = f"{app.root_path}/../translations"
    app.config["BABEL_DEFAULT_LOCALE"] = DEFAULT.code
    babel.init_app(app, locale_selector=current_code)

    @app.url_value_preprocessor
    def _take_language(_endpoint: str | None, values: dict[str, str] | None) -> None:
        if values and "lang" in values:
            g.language = values.pop("lang")

    @app.url_defaults
    def _give_language(endpoint: str, values: dict[str, str]) -> None:
        if "lang" not in values and app.url_map.is_endpoint_expecting(endpoint, "lang"):
            values["lang"] = current_code()

    app.context_processor(
        lambda: {"lang": current_language(), "languages": LANGUAGES, "url": url_for}
    )
    app.jinja_env.globals["language_links"] = language_links


def current_code() -> str:
    """The code of the language this request is answered in."""
    code: str | None = g.get("language") if has_app_context() else None
    if code is None and has_request_context():
        code = request.path.split("/", 2)[1] if request.path[:1] == "/" else None
    return code if code in BY_CODE else preferred_language().code


def current_language() -> Language:
    """The language this request is answered in."""
    return BY_CODE[current_code()]


def preferred_language() -> Language:
    """The reader's best language among ours, by Accept-Language (RFC 9110 §12.5.4)."""
    if not has_request_context():
        return DEFAULT
    code = request.accept_languages.best_match(list(BY_CODE), default=DEFAULT.code)
    return BY_CODE[str(code)]


def language_links(*, absolute: bool = False) -> list[tuple[Language, str]]:
    """This same page in each language, with its query kept; of a form that was sent, the page with
    the form; the home page where there is neither."""
    endpoint, values = _page_here()
    query = {} if endpoint == "site.home" else query_of_page()
    return [
        (
            language,
            with_query(url_for(endpoint, **values, lang=language.code, _external=absolute), query),
        )
        for language in LANGUAGES
    ]


def _page_here() -> tuple[str, dict[str, str]]:
    """What this request's address shows to whoever opens it, and its values but for the language."""
    rule = request.url_rule
    if rule is None or "lang" not in rule.arguments:
        return "site.home", {}
    if "GET" in (rule.methods or ()):
        return rule.endpoint, request.view_args or {}
    try:
        endpoint, values = request_ctx.url_adapter.match(method="GET")  # type: ignore[union-attr]
    except (NotFound, MethodNotAllowed):  # one comes here by pressing a button only
        return "site.home", {}
    return endpoint, {name: value for name, value in values.items() if name != "lang"}
