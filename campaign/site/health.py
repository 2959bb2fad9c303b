"""What a supervisor asks: does the process answer, and can the site do its work."""

from datetime import timedelta
from functools import lru_cache

from alembic.config import Config as AlembicConfig
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Blueprint, Response, jsonify
from sqlalchemy.exc import SQLAlchemyError

from campaign.core import clock
from campaign.core.db import db
from campaign.outbox.queries import give_up_count, last_heartbeat
from campaign.privacy.queries import is_late
from config import ROOT

bp = Blueprint("health", __name__)
WORKER_SILENT_AFTER = timedelta(seconds=60)


@bp.get("/healthz")
def healthz() -> Response:
    """The process answers. Touches no database: restarting this process would not mend one."""
    return _uncached(Response("ok\n", content_type="text/plain; charset=utf-8"))


@bp.get("/readyz")
def readyz() -> Response:
    """Database, migrations and worker, each true or false; 503 when one is not in order.

    `messages_given_up` and `retention_late` are to be looked at; they do not make the site unready.
    """
    try:
        checks = {
            "database": True,
            "migrations": _is_migrated(),
            "worker": _has_living_worker(),
            "messages_given_up": give_up_count(),
            "retention_late": is_late(clock.now()),
        }
    except SQLAlchemyError:
        db.session.rollback()
        checks = {"database": False, "migrations": False, "worker": False}
    is_ready = all(checks[name] for name in ("database", "migrations", "worker"))
    response = jsonify(checks)
    response.status_code = 200 if is_ready else 503
    return _uncached(response)


@lru_cache(maxsize=1)
def _newest_migration() -> str | None:
    settings = AlembicConfig()
    settings.set_main_option("script_location", str(ROOT / "migrations"))
    return ScriptDirectory.from_config(settings).get_current_head()


def _is_migrated() -> bool:
    current = MigrationContext.configure(db.session.connection()).get_current_revision()
    return current is not None and current == _newest_migration()


def _has_living_worker() -> bool:
    seen_at = last_heartbeat()
    return seen_at is not None and clock.now() - seen_at < WORKER_SILENT_AFTER


def _uncached(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response
