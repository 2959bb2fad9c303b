"""News of a petition: the updates that its organisations show to everybody."""

from flask import render_template

from campaign.core import clock
from campaign.i18n.languages import current_code
from campaign.petitions.pages import cards_for
from campaign.petitions.pages.updates import news_of_petition
from campaign.petitions.views.blueprint import bp
from campaign.petitions.views.reading import readable_petition
from campaign.web.page_cache import keep

FRESH_SECONDS = 60


@bp.get("/petitions/<slug>/updates")
@keep(FRESH_SECONDS)
def news(slug: str) -> str:
    """What the organisations wrote to their signatories and show to everybody, newest first."""
    petition, language = readable_petition(slug), current_code()
    return render_template(
        "petitions/news.html",
        card=cards_for([petition], language, now=clock.now())[0],
        news=news_of_petition(petition, language),
    )
