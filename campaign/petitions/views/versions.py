"""What a petition said before, for everybody; and its picture."""

from flask import Response, render_template
from werkzeug.exceptions import NotFound

from campaign.core import clock
from campaign.i18n.languages import current_code
from campaign.petitions.pages import cards_for
from campaign.petitions.pages.versions import shown_wordings
from campaign.petitions.queries.writing import picture_of
from campaign.petitions.views.blueprint import bp
from campaign.petitions.views.reading import readable_petition
from campaign.web.page_cache import keep

PAGE_SECONDS = 60


@bp.get("/petitions/<slug>/versions")
@keep(PAGE_SECONDS)
def versions(slug: str) -> str:
    """Every wording that visitors could read, with what each correction changed."""
    petition = readable_petition(slug)
    return render_template(
        "petitions/versions.html",
        card=cards_for([petition], current_code(), now=clock.now())[0],
        wordings=shown_wordings(petition, current_code()),
    )


@bp.get("/petitions/<slug>/picture/<digest>.webp")
@keep(PAGE_SECONDS, cache_name="drawings")
def picture(slug: str, digest: str) -> Response:
    """The picture of a petition; an earlier one is gone."""
    found = picture_of(readable_petition(slug).id)
    if found is None or found.digest != digest:
        raise NotFound
    return Response(found.body, content_type="image/webp")
