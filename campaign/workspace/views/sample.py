"""The sample petition, to be copied and rewritten."""

from flask import Response

from campaign.accounts.guards import current_account, requires
from campaign.accounts.permissions import Permission
from campaign.accounts.views.blueprint import go
from campaign.core import clock
from campaign.core.db import transaction
from campaign.partners.queries import organisation_ids_at
from campaign.petitions.operations.sampling import begin_from_sample
from campaign.workspace.views.blueprint import bp
from campaign.workspace.views.organisations import organisation_at


@bp.post("/organisations/<slug>/sample")
@requires(Permission.PETITION_EDIT, of=organisation_ids_at)
def copy_sample(slug: str) -> Response:
    """A draft with the words of the sample, that this organisation leads."""
    with transaction():
        draft = begin_from_sample(
            organisation_at(slug), actor=current_account().actor, now=clock.now()
        )
    return go("petitions_workspace.hub", "saved", slug=draft.slug)
