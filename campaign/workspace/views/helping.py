"""What a volunteer asks in the first weeks, answered on one page."""

from flask import Response

from campaign.accounts.guards import requires
from campaign.accounts.permissions import OF_AN_ORGANISATION, Permission
from campaign.accounts.vocabulary import ROLE_LABELS, ROLE_MEANINGS
from campaign.workspace.views.blueprint import bp, page


@bp.get("/help")
@requires(Permission.ACCOUNT_OWN)
def help_page() -> Response:
    """What counts, who may do what, what is never written down, and what to do when a phone is lost."""
    roles = [(ROLE_LABELS[role], ROLE_MEANINGS[role]) for role in OF_AN_ORGANISATION]
    return page("workspace/help.html", roles=roles)
