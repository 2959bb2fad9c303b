"""Reading the log: who did what to what, and when."""

from flask import Response, request

from campaign.accounts.guards import organisations_where, requires
from campaign.accounts.permissions import Permission
from campaign.audit.queries import PER_PAGE, search
from campaign.core.text import one_line
from campaign.web.paging import Pagination
from campaign.workspace.audit_pages import Scope, log_page, read_query, scope_of
from campaign.workspace.views.blueprint import bp, page

LAST_PAGE = 10_000
FILTERS = ("organisation", "petition", "actor", "act", "first", "last")


@bp.get("/audit")
@requires(Permission.AUDIT_READ)
def audit() -> Response:
    """The entries about one's organisations and their petitions, the newest first; an administrator
    sees all."""
    asked = {name: one_line(request.args.get(name, ""))[:80] for name in FILTERS}
    scope = scope_of(organisations_where(Permission.AUDIT_READ))
    number = min(max(request.args.get("page", 1, type=int), 1), LAST_PAGE)
    entries, total = search(read_query(asked, scope), _limits(scope), page=number)
    return page(
        "workspace/audit.html",
        query=asked,
        log=log_page(entries, scope),
        pages=Pagination(page=number, total=total, per_page=PER_PAGE),
    )


def _limits(scope: Scope) -> list[str] | None:
    return None if scope.is_everything else sorted(scope.titles)
