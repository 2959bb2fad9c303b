"""Closing in an emergency: one person asks, a second confirms, and it holds at once."""

from collections.abc import Callable
from typing import Any

from flask import Response, request
from wtforms.fields.choices import SelectChoice

from campaign.accounts.guards import (
    current_account,
    organisations_where,
    requires,
    requires_fresh,
)
from campaign.accounts.permissions import Permission
from campaign.accounts.queries import names_of_actors
from campaign.accounts.views.blueprint import go
from campaign.core import clock
from campaign.core.db import transaction
from campaign.i18n.languages import current_code
from campaign.partners.models import Organisation
from campaign.partners.queries import organisations
from campaign.petitions.models import Petition
from campaign.petitions.operations import closing
from campaign.petitions.pages.closing import choices, closure_lines
from campaign.petitions.queries.closing import closure_organisation_ids
from campaign.petitions.queries.petitions import carried_by
from campaign.petitions.rules.coalition import CARRYING
from campaign.petitions.workspace_forms.closing import ClosureForm
from campaign.petitions.workspace_views.blueprint import bp, page
from campaign.web.page_cache import forget_all_pages

CLOSURE = "/emergencies/<int:number>"


def _mine() -> tuple[set[int] | None, list[Organisation], list[Petition]]:
    """What the person who asks may close: in which organisations (None: all), these and their petitions."""
    ids = organisations_where(Permission.PANIC_CLOSE)
    carried = [
        petition
        for petition in carried_by(ids)
        if ids is None
        or any(p.organisation_id in ids and p.role in CARRYING for p in petition.carriers)
    ]
    return ids, list(organisations(ids)), carried


def _form(
    mine: list[Organisation], carried: list[Petition], typed: object = None
) -> tuple[ClosureForm, bool]:
    hiding, erasing = choices(mine, carried, current_code())
    form = ClosureForm(typed)
    form.subject.choices = [SelectChoice(*each) for each in (*hiding, *erasing)]
    return form, bool(form.subject.choices)


def _emergencies(form: ClosureForm | None = None, status: int = 200) -> Response:
    ids, mine, carried = _mine()
    hiding, erasing = choices(mine, carried, current_code())
    lines = closure_lines(
        ids,
        [petition.id for petition in carried],
        actor=current_account().actor,
        now=clock.now(),
        language=current_code(),
    )
    actors = {
        actor
        for line in lines
        for actor in (line.closure.asked_by, line.closure.confirmed_by, line.closure.lift_asked_by)
    }
    return page(
        "petitions/workspace/emergencies.html",
        status,
        form=form,
        chosen=form.subject.data if form else "",
        hiding=hiding,
        erasing=erasing,
        lines=lines,
        names=names_of_actors(actors),
    )


@bp.get("/emergencies")
@requires(Permission.PANIC_CLOSE)
def emergencies() -> Response:
    """What waits for a second person, what is closed, and the form to ask."""
    return _emergencies()


@bp.post("/emergencies")
@requires(Permission.PANIC_CLOSE)
@requires_fresh
def ask_to_close() -> Response:
    """Ask; nothing changes before a second person confirms."""
    _ids, mine, carried = _mine()
    form, _is_any = _form(mine, carried, request.form)
    reason = form.read()
    if reason is None:
        return _emergencies(form, 422)
    act: dict[str, Any] = {
        "reason": reason, "actor": current_account().actor, "now": clock.now()
    }  # fmt: skip
    by_subject = {each.subject: each for each in mine}
    with transaction():
        if form.subject.data in by_subject:
            closing.ask_to_hide(by_subject[form.subject.data], **act)
        else:
            slug = form.subject.data.removeprefix("petition:")
            closing.ask_to_erase(next(each for each in carried if each.slug == slug), **act)
    return go("petitions_workspace.emergencies", "emergency_asked")


def _move(number: int, operation: Callable[..., Any], done: str) -> Response:
    with transaction():
        operation(closure_id=number, actor=current_account().actor, now=clock.now())
    forget_all_pages()
    return go("petitions_workspace.emergencies", done)


@bp.post(f"{CLOSURE}/confirm")
@requires(Permission.PANIC_CLOSE, of=closure_organisation_ids)
@requires_fresh
def confirm_closure(number: int) -> Response:
    """The second person: it holds at once."""
    return _move(number, closing.confirm_closure, "emergency_closed")


@bp.post(f"{CLOSURE}/withdraw")
@requires(Permission.PANIC_CLOSE, of=closure_organisation_ids)
def withdraw_closure(number: int) -> Response:
    """Take the question back."""
    return _move(number, closing.withdraw_closure, "emergency_withdrawn")


@bp.post(f"{CLOSURE}/lift")
@requires(Permission.PANIC_CLOSE, of=closure_organisation_ids)
@requires_fresh
def ask_to_lift(number: int) -> Response:
    """Ask that an organisation be shown again."""
    return _move(number, closing.ask_to_lift, "emergency_asked")


@bp.post(f"{CLOSURE}/confirm-lift")
@requires(Permission.PANIC_CLOSE, of=closure_organisation_ids)
@requires_fresh
def confirm_lift(number: int) -> Response:
    """The second person: it is shown again."""
    return _move(number, closing.confirm_lift, "emergency_lifted")
