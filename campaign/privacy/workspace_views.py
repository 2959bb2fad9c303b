"""What is held about people, and until when."""

from flask import Blueprint, Response, make_response, render_template

from campaign.accounts.guards import requires
from campaign.accounts.permissions import Permission
from campaign.core import clock
from campaign.privacy.pages import retention_page

bp = Blueprint("privacy_workspace", __name__, url_prefix="/workspace")


@bp.get("/retention")
@requires(Permission.RETENTION_READ)
def retention() -> Response:
    """The last run, what each rule forgot, and what is due now."""
    return make_response(
        render_template("privacy/workspace/retention.html", report=retention_page(clock.now()))
    )
