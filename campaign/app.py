"""The application: the only file that knows every part."""

from collections.abc import Callable
from typing import Any, NoReturn
from urllib.parse import urlsplit

from flask import Flask, Request, current_app, request
from werkzeug.routing import RequestRedirect

from campaign.accounts import guards
from campaign.accounts import views as account_views
from campaign.cli import register_commands
from campaign.core import db as database
from campaign.core import tokens
from campaign.feeds import views as feed_views
from campaign.i18n import formats, languages
from campaign.legal_facts import workspace_views as legal_facts_views
from campaign.outbox import views as mailbox_views
from campaign.petitions import views as petition_views
from campaign.petitions import workspace_views as petition_workspace_views
from campaign.petitions.views import lane
from campaign.privacy import workspace_views as privacy_views
from campaign.site import health, instrument_views
from campaign.site import views as site_views
from campaign.site.voices import views as voice_views
from campaign.web import assets, errors, logs, security
from campaign.web.limits import Limits
from campaign.web.page_cache import PageCache, ReadyPages
from campaign.web.rate_limit import RateLimiter
from campaign.workspace import navigation
from campaign.workspace import views as workspace_views
from campaign.workspace.voices import views as voice_workspace_views
from config import ROOT, Config

LARGEST_FORM = 64 * 1024
SECONDS_A_DRAWING_IS_KEPT = 60.0


class Site(Flask):
    """Flask without its question, at every step of every request, whether a function is async; and
    with one address of its own, whatever host a request was sent to."""

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Ours are all plain functions."""
        return func

    def url_for(self, /, endpoint: str, *, _external: bool | None = None, **values: Any) -> str:
        """As Flask's; an address for the outside begins with BASE_URL where it is set.

        Anybody may write anything in a request's Host header, and what is made of it would be kept
        for everybody: the canonical address, the links to share, the map for search engines.
        """
        own: str = self.config["BASE_URL"]
        if not (_external and own):
            return super().url_for(endpoint, _external=_external, **values)
        return own + super().url_for(endpoint, _external=False, **values)

    def raise_routing_exception(self, request: Request) -> NoReturn:
        """As Flask's; a redirect to the address with its last slash names no host either."""
        if isinstance(request.routing_exception, RequestRedirect):
            there = urlsplit(request.routing_exception.new_url)
            request.routing_exception.new_url = there._replace(scheme="", netloc="").geturl()
        super().raise_routing_exception(request)


def create_app(config: Config) -> Flask:
    """Make the application from its settings."""
    config.state_dir.mkdir(parents=True, exist_ok=True)
    app = Site("campaign", template_folder=str(ROOT / "templates"), static_folder=None)
    app.config.update(_settings(config))
    app.extensions["portevoix_config"] = config
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    logs.configure(config.log_level)
    tokens.configure(config.secret_key)
    database.init_app(app)
    logs.init_app(app)
    lane.init_app(app, config)
    app.wsgi_app = ReadyPages(app.wsgi_app, app.extensions)  # type: ignore[method-assign]
    app.before_request(_take_larger_forms)
    security.init_app(app, config)
    errors.init_app(app)
    languages.init_app(app)
    formats.init_app(app)
    assets.init_app(app)
    guards.init_app(app, config)
    navigation.init_app(app)
    storage = config.redis_url or (
        "memory://" if config.environment == "test" else config.state_dir / "limits.sqlite"
    )
    app.extensions["limits"] = Limits(RateLimiter(storage, secret=tokens.purpose_key("limits")))
    app.extensions["page_cache"] = PageCache(config.page_cache_seconds)
    app.extensions["drawings"] = PageCache(SECONDS_A_DRAWING_IS_KEPT)
    _register_views(app, config)
    register_commands(app)
    return app


def _take_larger_forms() -> None:
    """Before anything reads what was sent: a few forms may be larger than the others, by the mark
    `largest_body` (bytes) on their view."""
    view = current_app.view_functions.get(request.endpoint or "")
    largest = getattr(view, "largest_body", None)
    if largest is not None:
        request.max_content_length = largest
        request.max_form_memory_size = largest


def _settings(config: Config) -> dict[str, object]:
    return {
        "SECRET_KEY": config.secret_key,
        "SQLALCHEMY_DATABASE_URI": config.database_url,
        "SQLALCHEMY_ENGINE_OPTIONS": {}
        if config.database_url.startswith("sqlite")
        else {"pool_size": 8},
        "MAX_CONTENT_LENGTH": LARGEST_FORM,
        "MAX_FORM_MEMORY_SIZE": LARGEST_FORM,
        "TESTING": config.environment == "test",
        "READ_ONLY": config.read_only,
        "BASE_URL": config.base_url,
        "CONTACT_EMAIL": config.contact_email,
        "DEV_MAILBOX": config.dev_mailbox,
        "STATE_DIR": config.state_dir,
        "PROOF_OF_WORK_MAX": config.proof_of_work_max,
        "MINIMUM_FORM_SECONDS": config.minimum_form_seconds,
        "MAIL_SERVER": config.mail_server,
        "MAIL_PORT": config.mail_port,
        "MAIL_USERNAME": config.mail_username or None,
        "MAIL_PASSWORD": config.mail_password or None,
        "MAIL_USE_TLS": config.mail_use_tls,
        "MAIL_USE_SSL": config.mail_use_ssl,
        "MAIL_DEFAULT_SENDER": config.mail_default_sender,
    }


def _register_views(app: Flask, config: Config) -> None:
    app.register_blueprint(site_views.bp)
    app.register_blueprint(health.bp)
    app.register_blueprint(petition_views.bp)
    app.register_blueprint(instrument_views.bp)
    app.register_blueprint(feed_views.bp)
    app.register_blueprint(voice_views.bp)
    app.register_blueprint(account_views.bp)
    app.register_blueprint(workspace_views.bp)
    app.register_blueprint(petition_workspace_views.bp)
    app.register_blueprint(legal_facts_views.bp)
    app.register_blueprint(privacy_views.bp)
    app.register_blueprint(voice_workspace_views.bp)
    if config.dev_mailbox:
        app.register_blueprint(mailbox_views.bp)
