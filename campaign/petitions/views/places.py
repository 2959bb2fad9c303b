"""Where a petition's support comes from, and how it grew: a page, and the same numbers as files."""

from flask import Response, jsonify, render_template

from campaign.core import clock
from campaign.i18n.languages import current_code
from campaign.petitions.exports import history_csv, history_of
from campaign.petitions.pages.where import where_page
from campaign.petitions.views.blueprint import bp
from campaign.petitions.views.reading import readable_petition
from campaign.web.page_cache import keep

FRESH_SECONDS = 300


@bp.get("/petitions/<slug>/where")
@keep(FRESH_SECONDS)
def where(slug: str) -> str:
    """Support by province on a map, by commune in a table, without numbers of a few people."""
    page = where_page(readable_petition(slug), current_code(), now=clock.now())
    return render_template("petitions/where.html", where=page, card=page.card)


@bp.get("/petitions/<slug>/history.json")
@keep(FRESH_SECONDS)
def history_json(slug: str) -> Response:
    """The hourly and daily series, and the official counts, apart. docs/history-format.md."""
    return jsonify(history_of(readable_petition(slug)))


@bp.get("/petitions/<slug>/history.csv")
@keep(FRESH_SECONDS)
def history_table(slug: str) -> Response:
    """The same as a table for a spreadsheet."""
    written = history_csv(history_of(readable_petition(slug)))
    return Response(written, content_type="text/csv; charset=utf-8")
