"""Mail domains that are not counted on the whole site, or are counted after all."""

from datetime import datetime
from typing import Any

from flask import Response, request
from flask_babel import gettext as _

from campaign.accounts.guards import current_account, requires
from campaign.accounts.permissions import Permission
from campaign.accounts.queries import names_of_actors
from campaign.accounts.views.blueprint import go
from campaign.core import clock
from campaign.core.db import transaction
from campaign.core.email_address import is_disposable
from campaign.petitions.operations import blocking
from campaign.petitions.queries.blocking import blocked_mailbox_count, listed_domains
from campaign.petitions.rules.blocking import (
    DomainUnclearError,
    check_block_reason,
    check_domain,
    check_may_block,
    check_sender,
    read_end,
    standing,
)
from campaign.petitions.workspace_forms import DomainForm, refuse
from campaign.petitions.workspace_views.blueprint import bp, page


def _show(form: DomainForm, status: int = 200) -> Response:
    now = clock.now()
    listed = [each for each in listed_domains() if each.until is None or each.until > now]
    asked = request.args.get("asked", "")
    return page(
        "petitions/workspace/domains.html",
        status,
        form=form,
        listed=listed,
        mailbox_count=blocked_mailbox_count(),
        names=names_of_actors({each.added_by for each in listed}),
        asked=asked,
        standing=_standing(asked, {each.domain: each.kind for each in listed if each.domain}),
    )


def _standing(asked: str, listed: dict[str, str]) -> str:
    """What becomes of a domain that somebody asks about; "" where nothing is asked."""
    if not asked.strip():
        return ""
    try:
        domain = check_domain(asked)
    except DomainUnclearError:
        return "unclear"
    return standing(domain, listed, is_disposable=is_disposable(f"name@{domain}"))


@bp.get("/domains")
@requires(Permission.DOMAIN_BLOCK)
def domains_page() -> Response:
    """The list, and the form to add to it."""
    return _show(DomainForm(kind="block", domain=request.args.get("domain", "")))


@bp.post("/domains")
@requires(Permission.DOMAIN_BLOCK)
def add_domain() -> Response:
    """Block a domain or a mailbox, count a domain after all, or forget what was said of it."""
    form, now = DomainForm(request.form), clock.now()
    read = _read(form, now)
    if form.errors or read is None:
        return _show(form, 422)
    sender, reason, until = read
    act: dict[str, Any] = {
        "reason": reason,
        "until": until,
        "actor": current_account().actor,
        "now": now,
    }
    with transaction():
        if form.kind.data == "block":
            blocking.block(sender if "@" in sender else f"@{sender}", **act)
        elif form.kind.data == "except":
            blocking.except_domain(sender, **act)
        else:
            _forget(sender)
    return go("petitions_workspace.domains_page", "saved")


def _read(form: DomainForm, now: datetime) -> tuple[str, str, datetime | None] | None:
    """Mailbox or domain, reason and end; what is refused stands on its field."""
    kind = form.kind.data
    is_block, is_except = kind == "block", kind == "except"
    read = check_domain if is_except else check_sender
    sender = refuse(form.domain, read, form.domain.data or "")
    if kind == "forget":
        return (sender, "", None) if sender else None
    reason = refuse(form.reason, check_block_reason, form.reason.data or "")
    until = refuse(form.until, read_end, form.until.data or "", now=now)
    if sender and is_block and "@" not in sender:
        refuse(form.domain, check_may_block, sender)
    if not is_block and not is_except:
        form.kind.errors = [_("Choose one of these.")]
    return (sender, reason, until) if sender and reason else None


def _forget(sender: str) -> None:
    act: dict[str, Any] = {"now": clock.now(), "actor": current_account().actor}
    forget = blocking.unblock_mailbox if "@" in sender else blocking.unblock_domain
    forget(sender, **act)


@bp.post("/domains/forget")
@requires(Permission.DOMAIN_BLOCK)
def forget_domain() -> Response:
    """Forget what was said of a domain in the list."""
    domain = check_domain(request.form.get("domain", ""))
    with transaction():
        _forget(domain)
    return go("petitions_workspace.domains_page", "removed")
