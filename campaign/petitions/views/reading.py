"""Public pages of the petitions that anybody may keep: list, petition, counter."""

from flask import (
    Response,
    current_app,
    g,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from werkzeug.exceptions import Gone, NotFound

from campaign.core import clock
from campaign.core.tokens import purpose_key
from campaign.i18n.languages import BY_CODE, current_code
from campaign.petitions.forms import sign_form
from campaign.petitions.models import Petition
from campaign.petitions.pages import cards_for, petition_page
from campaign.petitions.pages.structured import described
from campaign.petitions.queries import petitions as queries
from campaign.petitions.rules.bursts import TIMES_THE_SUM
from campaign.petitions.rules.states import READABLE, is_open_for_signing
from campaign.petitions.views.blueprint import bp
from campaign.petitions.vocabulary import AUTHORITIES, SORTS, STATE_LABELS, THEMES
from campaign.web.form_token import make_form_token
from campaign.web.limits import Limits
from campaign.web.page_cache import keep
from campaign.web.paging import Pagination
from campaign.web.proof_of_work import make_challenge

PAGE_SECONDS = 5


def readable_petition(slug: str) -> Petition:
    """The petition at this address, when it may be read. Raises NotFound, or Gone once removed."""
    petition = queries.petition_by_slug(slug)
    if petition is not None and petition.state == "removed":
        raise Gone
    if petition is None or petition.state not in READABLE:
        raise NotFound
    return petition


def form_state(petition: Petition, *, has_terms: bool) -> str:
    """Why the form is shown, or what stands in its place."""
    if not has_terms or not petition.accepts_support:
        return "no_form"
    is_open = is_open_for_signing(
        state=petition.state,
        opens_at=petition.opens_at,
        closes_at=petition.closes_at,
        now=clock.now(),
    )
    if not is_open:
        return "not_open" if petition.opens_at and petition.opens_at > clock.now() else "closed"
    return "read_only" if current_app.config["READ_ONLY"] else "open"


@bp.get("/petitions")
@keep(PAGE_SECONDS, arguments=("q", "authority", "theme", "state", "language", "sort", "page"))
def index() -> str | Response:
    """The list, searched, filtered, sorted, page by page."""
    query = _query()
    petitions, total = queries.search(query, now=clock.now())
    pages = Pagination(page=query.page, total=total, per_page=queries.PER_PAGE)
    if query.page > pages.page_count:
        return make_response(redirect(pages.url_for_page(pages.page_count)))
    return render_template(
        "petitions/list.html",
        cards=cards_for(petitions, current_code(), now=clock.now()),
        query=query,
        choices=_choices(),
        total=total,
        pages=pages,
    )


def _query() -> queries.PetitionQuery:
    wanted = {
        name: request.args.get(name, "")[:100]
        for name in ("q", "authority", "theme", "state", "language")
    }
    sort = request.args.get("sort", "")
    page = request.args.get("page", "1")
    number = int(page) if page.isdecimal() and len(page) < 6 else 1
    return queries.PetitionQuery(
        **wanted, sort=sort if sort in SORTS else "closing", page=max(number, 1)
    )


def _choices() -> dict[str, list[tuple[str, object]]]:
    found = queries.facet_values()
    return {
        "authority": [
            (key, label) for key, label in AUTHORITIES.items() if key in found["authority"]
        ],
        "theme": [(key, label) for key, label in THEMES.items() if key in found["theme"]],
        "state": [(key, label) for key, label in STATE_LABELS.items() if key in found["state"]],
        "language": [
            (code, language.name) for code, language in BY_CODE.items() if code in found["language"]
        ],
        "sort": list(SORTS.items()),
    }


@bp.get("/petitions/<slug>")
@keep(PAGE_SECONDS)
def page(slug: str) -> str:
    """One petition: what it asks, how far it is, and the form."""
    petition = readable_petition(slug)
    terms = queries.signing_terms(petition, current_code())
    state = form_state(petition, has_terms=terms is not None)
    form = None
    if terms is not None and state == "open":
        form = sign_form(terms, language=current_code())
        form.token.data = make_form_token(slug, clock.now())
    shown = petition_page(petition, current_code(), terms, now=clock.now())
    return render_template(
        "petitions/page.html",
        page=shown,
        described=described(shown, current_code(), is_open=form is not None),
        form=form,
        form_state=state,
        refusal=None,
    )


@bp.get("/petitions/<slug>/count.json")
@keep(PAGE_SECONDS)
def count(slug: str) -> Response:
    """Both numbers, apart: support, and what counts in law with its day. At most 300 bytes."""
    card = cards_for([readable_petition(slug)], current_code(), now=clock.now())[0]
    evaluation = card.tracker.evaluation
    as_of = card.tracker.counting_as_of
    return jsonify(
        support=card.support_count,
        threshold={
            "counted": evaluation.total_counted,
            "minimum": evaluation.total_minimum,
            "verdict": evaluation.verdict,
            "as_of": as_of.isoformat() if as_of else None,
        },
    )


@bp.get("/petitions/<slug>/challenge.json")
def challenge(slug: str) -> Response:
    """A proof of work for one signature; fetched when a person begins to fill in the form. In a burst
    it is a harder one."""
    limits: Limits = current_app.extensions["limits"]
    maxnumber = current_app.config["PROOF_OF_WORK_MAX"]
    if limits.is_tight(slug):
        maxnumber *= TIMES_THE_SUM
    response = jsonify(make_challenge(purpose_key("proof-of-work"), slug, clock.now(), maxnumber))
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.get("/petitions/<slug>/check-mailbox")
@keep(60)
def check_mailbox(slug: str) -> str:
    """What everybody sees after sending the form, whoever they are and whatever happened."""
    petition = readable_petition(slug)
    return render_template(
        "petitions/check_mailbox.html",
        card=cards_for([petition], current_code(), now=clock.now())[0],
    )


@bp.get("/petition/<slug>")
@keep(300)
def old_address(slug: str) -> Response:
    """The singular, as people type it."""
    return make_response(redirect(url_for("petitions.page", slug=slug, lang=g.language), 301))
