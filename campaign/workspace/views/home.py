"""The overview, and the table of who may do what."""

from flask import Response, g

from campaign.accounts import queries
from campaign.accounts.guards import current_account, organisations_where, requires
from campaign.accounts.permissions import NEED_SECOND_FACTOR, Permission
from campaign.accounts.vocabulary import ROLE_LABELS
from campaign.core import clock
from campaign.petitions.rules.tasks import MOST_SHOWN
from campaign.workspace.first_hour import first_hour
from campaign.workspace.pages import matrix, parts_of, questions_to
from campaign.workspace.tasks import overview_tasks
from campaign.workspace.views.blueprint import bp, page


@bp.get("")
@requires(Permission.ACCOUNT_OWN)
def home() -> Response:
    """What to do today, my organisations and their petitions, what waits for me, how safe my account is."""
    account, grants = current_account(), g.signed_in.grants
    parts = parts_of(grants, now=clock.now())
    mine = [part.organisation for part in parts]
    coordinated = organisations_where(Permission.PETITION_CARRY) or set()
    return page(
        "workspace/home.html",
        account=account,
        parts=parts,
        tasks=overview_tasks(mine, now=clock.now()),
        most_tasks=MOST_SHOWN,
        steps=first_hour(account, mine),
        questions=questions_to(coordinated),
        invitations=queries.open_invitations_of(account.email_key),
        role_labels=ROLE_LABELS,
        needs_factor=not account.has_second_factor
        and any(grant.role in NEED_SECOND_FACTOR for grant in grants),
    )


@bp.get("/permissions")
@requires(Permission.ACCOUNT_OWN)
def permissions() -> Response:
    """The table that the guards go by."""
    columns, rows = matrix()
    return page("workspace/permissions.html", columns=columns, rows=rows)
