"""The front page, and the pages that say what is true here."""

from flask import (
    Blueprint,
    Response,
    current_app,
    make_response,
    redirect,
    render_template,
    url_for,
)

from campaign.core import clock
from campaign.i18n.formats import BRUSSELS
from campaign.i18n.languages import LANGUAGES, current_code, preferred_language
from campaign.legal_facts.pages import rules_in_force
from campaign.petitions.pages import cards_for
from campaign.petitions.queries import petitions as queries
from campaign.privacy.queries import report
from campaign.privacy.registry import NEVER, REGISTER
from campaign.privacy.retention import RULES
from campaign.web.page_cache import keep

bp = Blueprint("site", __name__)


@bp.get("/")
def choose_language() -> Response:
    """Lead to the visitor's language."""
    response = make_response(redirect(url_for("site.home", lang=preferred_language().code)))
    response.headers["Vary"] = "Accept-Language"
    response.headers["Cache-Control"] = "public, max-age=3600"
    return response


@bp.get("/<lang:lang>/")
@keep(5)
def home() -> str:
    """What is happening now."""
    now = clock.now()
    petitions, _total = queries.search(queries.PetitionQuery(), now=now)
    cards = cards_for(petitions, current_code(), now=now)
    running = [card for card in cards if card.days_left is not None]
    featured = max(running or cards, key=lambda card: card.support_count, default=None)
    return render_template(
        "site/home.html",
        featured=featured,
        cards=[card for card in cards if card is not featured][:6],
        trending=cards_for(queries.trending(now=now), current_code(), now=now),
    )


@bp.get("/<lang:lang>/privacy")
@keep(300)
def privacy() -> str:
    """What is held about a person, why and until when: made from the register of columns."""
    register = [
        (part, [(field.label, field.purpose, field.kept_until) for field in fields])
        for part, fields in REGISTER.items()
    ]
    return render_template(
        "site/privacy.html",
        register=register,
        never=NEVER,
        report=report(clock.now()),
        rules=RULES,
    )


@bp.get("/<lang:lang>/accessibility")
@keep(300)
def accessibility() -> str:
    """What was checked, what was not, and how to tell us."""
    return render_template("site/accessibility.html", contact=current_app.config["CONTACT_EMAIL"])


@bp.get("/robots.txt")
@keep(86_400)
def robots() -> Response:
    """Petition pages may be indexed; forms and personal pages may not."""
    rules = (
        "User-agent: *\nDisallow: /*/confirm/\nDisallow: /*/signature/\nDisallow: /*/unsubscribe/\n"
        "Disallow: /*/voices\n"
        "Disallow: /*/official/\n"
        "Disallow: /*/address/\n"
        f"Sitemap: {url_for('site.sitemap', _external=True)}\n"
    )
    return Response(rules, content_type="text/plain; charset=utf-8")


@bp.get("/sitemap.xml")
@keep(3_600)
def sitemap() -> Response:
    """Every page that may be found by searching, in each language (sitemaps.org, with hreflang)."""
    slugs = queries.slugs_listed()
    pages: list[tuple[str, dict[str, str]]] = [
        ("site.home", {}),
        ("petitions.index", {}),
        *(("petitions.page", {"slug": slug}) for slug in slugs),
        *(("petitions.where", {"slug": slug}) for slug in slugs),
        ("instruments.index", {}),
        *(
            ("instruments.page", {"instrument_id": rule.id})
            for rule in rules_in_force(clock.now().astimezone(BRUSSELS).date())
        ),
        ("site.privacy", {}),
        ("site.accessibility", {}),
    ]
    addresses = [
        [
            (language.code, url_for(endpoint, lang=language.code, _external=True, **values))
            for language in LANGUAGES
        ]
        for endpoint, values in pages
    ]
    written = render_template("site/sitemap.xml", pages=addresses)
    return Response(written, content_type="application/xml; charset=utf-8")
