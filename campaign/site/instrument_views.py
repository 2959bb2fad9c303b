"""Which door can I knock on, and what do I need? Public pages about the legal rules themselves."""

from datetime import date

from flask import Blueprint, Response, jsonify, render_template, request
from werkzeug.exceptions import NotFound

from campaign.core import clock
from campaign.i18n.formats import BRUSSELS
from campaign.i18n.languages import current_code
from campaign.legal_facts.pages import door_lines, rules_in_force
from campaign.legal_facts.queries import standing_confirmations
from campaign.legal_facts.vocabulary import QUESTIONS
from campaign.petitions.pages import cards_for
from campaign.petitions.queries.petitions import relying_on
from campaign.site.instrument_pages import as_json, confirmed_as_json, instrument_page
from campaign.thresholds.instruments import UnknownInstrumentError, versions
from campaign.thresholds.models import Instrument
from campaign.thresholds.rules.choosing import Answers, level_of
from campaign.web.page_cache import keep

bp = Blueprint("instruments", __name__, url_prefix="/<lang:lang>")
FRESH_SECONDS = 300


def today() -> date:
    """The day it is in Brussels, whose law is asked for."""
    return clock.now().astimezone(BRUSSELS).date()


def version_asked(instrument_id: str, version: str) -> Instrument:
    """The version of that date, else the newest. Raises NotFound."""
    try:
        known = versions(instrument_id)
    except UnknownInstrumentError:
        raise NotFound from None
    found = [rule for rule in known if version in ("", rule.version.isoformat())]
    if not found or level_of(found[-1]) is None:
        raise NotFound
    return found[-1]


def day_asked(text: str) -> date | None:
    """A day within the next hundred years, as a browser writes it; None for anything else."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if 0 <= (day - today()).days < 36_525 else None


@bp.get("/instruments")
@keep(FRESH_SECONDS, arguments=tuple(QUESTIONS))
def index() -> str:
    """Every door, or those that five answers leave, what fits best first."""
    given = {
        name: request.args.get(name, "")
        for name, (_question, answers) in QUESTIONS.items()
        if request.args.get(name, "") in answers
    }
    return render_template(
        "site/instruments.html",
        lines=door_lines(Answers(**given), current_code(), today=today()),
        questions=QUESTIONS,
        given=given,
    )


@bp.get("/instruments.json")
@keep(FRESH_SECONDS)
def index_json() -> Response:
    """Every instrument in force, for other programs."""
    return jsonify([as_json(rule, current_code()) for rule in rules_in_force(today())])


@bp.get("/instruments/<instrument_id>")
@keep(FRESH_SECONDS, arguments=("version", "meeting"))
def page(instrument_id: str) -> str:
    """One instrument: who may sign, how it counts, what it gives, where we read it."""
    rule = version_asked(instrument_id, request.args.get("version", ""))
    meeting_on = day_asked(request.args.get("meeting", ""))
    return render_template(
        "site/instrument.html",
        instrument=instrument_page(
            rule,
            versions(instrument_id),
            current_code(),
            confirmations=standing_confirmations(rule.id, rule.version),
            meeting_on=meeting_on,
        ),
        cards=cards_for(relying_on(instrument_id), current_code(), now=clock.now()),
    )


@bp.get("/instruments/<instrument_id>.json")
@keep(FRESH_SECONDS, arguments=("version",))
def page_json(instrument_id: str) -> Response:
    """The same, for other programs."""
    rule = version_asked(instrument_id, request.args.get("version", ""))
    confirmed = confirmed_as_json(rule, standing_confirmations(rule.id, rule.version))
    return jsonify({**as_json(rule, current_code()), **confirmed})
