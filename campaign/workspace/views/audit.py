"""Reading the log: who did what to what, and when."""

from flask import Response, request

from campaign.accounts.guards import organisations_where, requires
from campaign.accounts.permissions import Permission
from campaign.accounts.queries import names_of_actors
from campaign.audit.queries import PER_PAGE, EntryQuery, search
from campaign.core.text import one_line
from campaign.petitions.queries.petitions import carried_by
from campaign.voices.operations import consent_subject
from campaign.web.paging import Pagination
from campaign.workspace.views.blueprint import bp, page

LAST_PAGE = 10_000


@bp.get("/audit")
@requires(Permission.AUDIT_READ)
def audit() -> Response:
    """The entries about one's organisations and their petitions, the newest first; an administrator
    sees all."""
    asked = {
        name: one_line(request.args.get(name, ""))[:80] for name in ("act", "actor", "subject")
    }
    number = request.args.get("page", 1, type=int)
    number = min(max(number, 1), LAST_PAGE)
    entries, total = search(EntryQuery(**asked), _subjects(), page=number)
    return page(
        "workspace/audit.html",
        query=asked,
        entries=entries,
        names=names_of_actors({entry.actor for entry in entries}),
        pages=Pagination(page=number, total=total, per_page=PER_PAGE),
    )


def _subjects() -> list[str] | None:
    ids = organisations_where(Permission.AUDIT_READ)
    if ids is None:
        return None
    carried = carried_by(ids)
    return [
        *(f"organisation:{each}" for each in ids),
        *(f"petition:{petition.slug}" for petition in carried),
        *(consent_subject(petition.id) for petition in carried),
    ]
