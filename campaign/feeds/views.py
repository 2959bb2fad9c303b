"""Feeds that anybody may keep."""

from datetime import datetime

from flask import Blueprint, Response, current_app, render_template, url_for

from campaign.core import clock
from campaign.feeds.pages import Entry, new_petitions, news_of
from campaign.i18n.languages import current_code
from campaign.petitions.queries import petitions as queries
from campaign.petitions.views.reading import readable_petition
from campaign.web.page_cache import keep

bp = Blueprint("feeds", __name__, url_prefix="/<lang:lang>")
FRESH_SECONDS = 300
KIND = "application/atom+xml; charset=utf-8"


@bp.get("/petitions.atom")
@keep(FRESH_SECONDS)
def petitions() -> Response:
    """The newest petitions."""
    found, _total = queries.search(queries.PetitionQuery(sort="newest"), now=clock.now())
    return _feed(
        new_petitions(found, current_code()),
        title="Portevoix",
        address=url_for("petitions.index", _external=True),
        changed_at=max((one.changed_at for one in found), default=clock.now()),
    )


@bp.get("/petitions/<slug>/news.atom")
@keep(FRESH_SECONDS)
def petition(slug: str) -> Response:
    """What happened with one petition: its stages, its lines, its official counts."""
    found = readable_petition(slug)
    return _feed(
        news_of(found, current_code(), now=clock.now()),
        title=queries.text_for(found, current_code()).title,
        address=url_for("petitions.page", slug=slug, _external=True),
        changed_at=found.changed_at,
    )


def _feed(entries: list[Entry], *, title: str, address: str, changed_at: datetime) -> Response:
    written = render_template(
        "feeds/feed.xml",
        entries=entries,
        title=title,
        address=address,
        changed_at=max((entry.happened_at for entry in entries), default=changed_at),
        base_url=current_app.config["BASE_URL"],
    )
    return Response(written, content_type=KIND)
