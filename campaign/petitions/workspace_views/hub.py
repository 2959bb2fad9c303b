"""Everything organisers do with one petition begins here."""

from flask import Response

from campaign.accounts.guards import requires
from campaign.accounts.permissions import Permission
from campaign.core import clock
from campaign.i18n.languages import current_code
from campaign.petitions.pages.moderating import moderation_note
from campaign.petitions.pages.organising import hub_page
from campaign.petitions.queries.coalition import carrying_organisation_ids
from campaign.petitions.workspace_views.blueprint import bp, page, petition_at
from campaign.petitions.workspace_views.parts import parts_for


@bp.get("/petitions/<slug>")
@requires(Permission.PETITION_READ, of=carrying_organisation_ids)
def hub(slug: str) -> Response:
    """Where the petition stands, what comes next, and the pages one may use."""
    return page(
        "petitions/workspace/hub.html",
        hub=hub_page(petition_at(slug), current_code(), now=clock.now()),
        parts=parts_for(slug),
        moderation=moderation_note(petition_at(slug), now=clock.now()),
    )
