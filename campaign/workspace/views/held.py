"""What an organisation holds about people, and until when."""

from flask import Response

from campaign.accounts.guards import requires
from campaign.accounts.permissions import Permission
from campaign.core import clock
from campaign.partners.queries import organisation_ids_at
from campaign.workspace.held_pages import held_exports, held_parts, held_people
from campaign.workspace.views.blueprint import bp, page
from campaign.workspace.views.organisations import organisation_at


@bp.get("/organisations/<slug>/held")
@requires(Permission.RETENTION_READ, of=organisation_ids_at)
def held(slug: str) -> Response:
    """Numbers only, petition by petition, each with its end."""
    found = organisation_at(slug)
    return page(
        "workspace/held.html",
        organisation=found,
        parts=held_parts(found, clock.now()),
        exports=held_exports(found),
        people=held_people(found),
    )
