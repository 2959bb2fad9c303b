"""The official platform's counts: entering them, and deciding large changes by two people."""

from collections.abc import Mapping
from typing import Any

from flask import Response, request

from campaign.accounts.guards import current_account, may, requires
from campaign.accounts.permissions import Permission
from campaign.accounts.rules.refusals import NotThereError
from campaign.accounts.views.blueprint import go
from campaign.core import clock
from campaign.core.db import transaction
from campaign.core.errors import RefusedError
from campaign.i18n.formats import BRUSSELS
from campaign.i18n.languages import current_code
from campaign.petitions.models import CountChange, Petition
from campaign.petitions.operations import official_counts as operations
from campaign.petitions.pages.official_counts import counts_page, names_of_regions
from campaign.petitions.pages.organising import hub_page
from campaign.petitions.queries.coalition import carrying_organisation_ids
from campaign.petitions.queries.official_counts import change_by_id
from campaign.petitions.rules.counting import rule_for
from campaign.petitions.rules.official_counts import region_keys
from campaign.petitions.workspace_forms import CountsForm, RefuseChangeForm, counts_form
from campaign.petitions.workspace_views.blueprint import bp, page, petition_at


def _form(petition: Petition, typed: Any = None, **given: Any) -> CountsForm:
    rule = rule_for(petition.instrument_id, petition.instrument_on, petition.goal)
    names = names_of_regions(rule, current_code())
    return counts_form([(key, names[key]) for key in region_keys(rule)], typed, **given)


def _counts_page(
    petition: Petition,
    form: CountsForm | None = None,
    status: int = 200,
    refusing: Mapping[int, RefuseChangeForm] | None = None,
) -> Response:
    now = clock.now()
    counts = counts_page(petition, current_code(), now=now)
    form = form or _form(petition, as_of=counts.today)
    form.seen.data = counts.mark
    forms = {one.id: _refuse_form(one.id) for one in counts.changes if not one.answer}
    return page(
        "petitions/workspace/counts.html",
        status,
        hub=hub_page(petition, current_code(), now=now),
        counts=counts,
        form=form,
        refuse_forms=forms | dict(refusing or {}),
        may_decide=may(Permission.COUNT_APPROVE, carrying_organisation_ids(petition.slug)),
        me=current_account().actor,
    )


def _refuse_form(number: int, typed: Any = None) -> RefuseChangeForm:
    return RefuseChangeForm(typed, prefix=f"change-{number}")


@bp.get("/petitions/<slug>/counts")
@requires(Permission.COUNT_ENTER, of=carrying_organisation_ids)
def counts(slug: str) -> Response:
    """The counts that stand, the form, what waits, the chart and the history."""
    return _counts_page(petition_at(slug))


@bp.post("/petitions/<slug>/counts")
@requires(Permission.COUNT_ENTER, of=carrying_organisation_ids)
def enter_counts(slug: str) -> Response:
    """Enter what the platform shows of each region."""
    petition, now = petition_at(slug), clock.now()
    form = _form(petition, request.form)
    read = form.read(now.astimezone(BRUSSELS).date())
    if read is None:
        return _counts_page(petition, form, 422)
    try:
        with transaction():
            entered = operations.enter_counts(
                petition=petition,
                counts=read[0],
                report=read[1],
                seen=form.seen.data or "",
                actor=current_account().actor,
                now=now,
            )
    except RefusedError as refusal:
        form.say(refusal)
        return _counts_page(petition, form, refusal.http_status)
    return go("petitions_workspace.counts", _done(entered), slug=slug)


def _done(entered: operations.Entered) -> str:
    if not entered.waiting:
        return "counted"
    return "count_waits" if not entered.kept else "some_counts_wait"


def _change_at(slug: str, number: int) -> CountChange:
    change = change_by_id(number)
    if change is None or change.petition_id != petition_at(slug).id:
        raise NotThereError
    return change


@bp.post("/petitions/<slug>/counts/<int:number>/approve")
@requires(Permission.COUNT_APPROVE, of=carrying_organisation_ids)
def approve_count(slug: str, number: int) -> Response:
    """Say as a second person that a large change is right."""
    change = _change_at(slug, number)
    with transaction():
        operations.approve_change(change, actor=current_account().actor, now=clock.now())
    return go("petitions_workspace.counts", "count_approved", slug=slug)


@bp.post("/petitions/<slug>/counts/<int:number>/refuse")
@requires(Permission.COUNT_APPROVE, of=carrying_organisation_ids)
def refuse_count(slug: str, number: int) -> Response:
    """Say that it is wrong, and why."""
    change, form = _change_at(slug, number), _refuse_form(number, request.form)
    actor = current_account().actor
    try:
        with transaction():
            operations.refuse_change(change, form.reason.data or "", actor=actor, now=clock.now())
    except RefusedError as refusal:
        form.say(refusal)
        status = refusal.http_status
        return _counts_page(petition_at(slug), status=status, refusing={number: form})
    return go("petitions_workspace.counts", "count_refused", slug=slug)


@bp.post("/petitions/<slug>/counts/<int:number>/withdraw")
@requires(Permission.COUNT_ENTER, of=carrying_organisation_ids)
def withdraw_count(slug: str, number: int) -> Response:
    """Take back what one has entered oneself."""
    change = _change_at(slug, number)
    with transaction():
        operations.withdraw_change(change, actor=current_account().actor, now=clock.now())
    return go("petitions_workspace.counts", "count_withdrawn", slug=slug)
