"""Bursts of a petition, its checks for false signatures, and the form for a new one."""

from typing import Any

from flask import Response, current_app, request

from campaign.accounts.guards import current_account, organisations_where, requires
from campaign.accounts.permissions import Permission
from campaign.accounts.queries import names_of_actors
from campaign.accounts.rules.refusals import NotThereError
from campaign.accounts.views.blueprint import go
from campaign.core import clock
from campaign.core.db import transaction
from campaign.i18n.languages import current_code
from campaign.petitions.models import Petition
from campaign.petitions.operations import bursts, invalidating
from campaign.petitions.pages.abuse import check_shown, conditions_for, watched
from campaign.petitions.queries.bursts import burst_by_id, bursts_of
from campaign.petitions.queries.coalition import carrying_organisation_ids
from campaign.petitions.queries.invalidating import invalidations_of
from campaign.petitions.queries.petitions import carried_by
from campaign.petitions.rules.bursts import check_explanation
from campaign.petitions.rules.coalition import CARRYING
from campaign.petitions.workspace_forms import (
    ConditionsForm,
    ExplainForm,
    conditions_form,
    refuse,
)
from campaign.petitions.workspace_views.blueprint import bp, page, petition_at, petition_page
from campaign.web.limits import Limits


@bp.get("/abuse")
@requires(Permission.SIGNATURE_INVALIDATE)
def abuse_list() -> Response:
    """The petitions whose false signatures one may refuse, with what waits in each."""
    mine = organisations_where(Permission.SIGNATURE_INVALIDATE)
    petitions = [each for each in carried_by(mine) if mine is None or _is_carried(each, mine)]
    return page("petitions/workspace/abuse_list.html", watched=watched(petitions, current_code()))


def _is_carried(petition: Petition, mine: set[int]) -> bool:
    return any(p.role in CARRYING and p.organisation_id in mine for p in petition.carriers)


@bp.get("/petitions/<slug>/abuse")
@requires(Permission.SIGNATURE_INVALIDATE, of=carrying_organisation_ids)
def abuse_page(slug: str) -> Response:
    """What was noticed, what was checked, and the form to check more; filled in from a burst."""
    return _show(petition_at(slug), conditions_form(current_code(), request.args))


def _show(
    petition: Petition,
    form: ConditionsForm,
    status: int = 200,
    explaining: dict[int, ExplainForm] | None = None,
) -> Response:
    noticed, checks = bursts_of(petition.id), invalidations_of(petition.id)
    forms = {each.id: ExplainForm(prefix=f"b{each.id}-") for each in noticed}
    actors = {each.explained_by for each in noticed} | {each.created_by for each in checks}
    return petition_page(
        petition,
        "petitions/workspace/abuse.html",
        status,
        bursts=[(each, conditions_for(each)) for each in noticed],
        explaining=forms | (explaining or {}),
        checks=[check_shown(each) for each in checks],
        form=form,
        names=names_of_actors(actors),
        now=clock.now(),
    )


@bp.post("/petitions/<slug>/abuse")
@requires(Permission.SIGNATURE_INVALIDATE, of=carrying_organisation_ids)
def prepare(slug: str) -> Response:
    """Write down a check and let the worker count what it would find."""
    petition, form = petition_at(slug), conditions_form(current_code(), request.form)
    read = form.read_check()
    if read is None:
        return _show(petition, form, 422)
    conditions, reason = read
    act: dict[str, Any] = {"actor": current_account().actor, "now": clock.now()}
    with transaction():
        check = invalidating.prepare(petition=petition, conditions=conditions, reason=reason, **act)
        invalidating.count(invalidation_id=check.id, **act)
    return go("petitions_workspace.check_page", slug=slug, number=check.id)


@bp.post("/petitions/<slug>/abuse/bursts/<int:number>")
@requires(Permission.SIGNATURE_INVALIDATE, of=carrying_organisation_ids)
def explain(slug: str, number: int) -> Response:
    """Keep what explains a burst; whoever signs does the usual sum again."""
    petition, burst = petition_at(slug), burst_by_id(number)
    if burst is None or burst.petition_id != petition.id:
        raise NotThereError
    form = ExplainForm(request.form, prefix=f"b{number}-")
    explanation = refuse(form.explanation, check_explanation, form.explanation.data or "")
    if explanation is None:
        return _show(petition, conditions_form(current_code()), 422, {number: form})
    with transaction():
        bursts.explain(
            burst_id=number,
            explanation=explanation,
            actor=current_account().actor,
            now=clock.now(),
        )
    limits: Limits = current_app.extensions["limits"]
    limits.loosen(slug)
    return go("petitions_workspace.abuse_page", "explained", slug=slug)
