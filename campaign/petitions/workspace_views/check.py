"""One check for false signatures: counted, looked at, started, cancelled, given back."""

from collections.abc import Callable
from typing import Any

from flask import Response, jsonify, request

from campaign.accounts.guards import current_account, requires, requires_fresh
from campaign.accounts.permissions import Permission
from campaign.accounts.queries import names_of_actors
from campaign.accounts.rules.refusals import NotThereError
from campaign.accounts.views.blueprint import go
from campaign.core import clock
from campaign.core.db import transaction
from campaign.petitions.models import Invalidation
from campaign.petitions.operations import invalidating
from campaign.petitions.pages.abuse import check_shown, told
from campaign.petitions.queries.coalition import carrying_organisation_ids
from campaign.petitions.queries.invalidating import invalidation_by_id, progress
from campaign.petitions.rules.invalidating import UNDER_WAY, WrongStepError
from campaign.petitions.vocabulary import SIGNATURE_CHANNELS, SIGNATURE_STATES
from campaign.petitions.workspace_forms import ReasonForm
from campaign.petitions.workspace_views.blueprint import bp, petition_at, petition_page

CHECK = "/petitions/<slug>/abuse/<int:number>"


def check_at(slug: str, number: int) -> Invalidation:
    """The check of an address. Raises NotThereError where it is another petition's."""
    found = invalidation_by_id(number)
    if found is None or found.petition_id != petition_at(slug).id:
        raise NotThereError
    return found


def _show(slug: str, check: Invalidation, status: int = 200, **context: Any) -> Response:
    return petition_page(
        petition_at(slug),
        "petitions/workspace/check.html",
        status,
        shown=check_shown(check),
        states=SIGNATURE_STATES,
        channels=SIGNATURE_CHANNELS,
        names=names_of_actors({check.created_by, check.started_by, check.reinstated_by}),
        **context,
    )


@bp.get(CHECK)
@requires(Permission.SIGNATURE_INVALIDATE, of=carrying_organisation_ids)
def check_page(slug: str, number: int) -> Response:
    """What it looks for, what it found, how far it is."""
    return _show(slug, check_at(slug, number))


@bp.get(f"{CHECK}/progress.json")
@requires(Permission.SIGNATURE_INVALIDATE, of=carrying_organisation_ids)
def check_progress(slug: str, number: int) -> Response:
    """How far it is, for the page that stays open."""
    far = progress(check_at(slug, number))
    return jsonify(percent=far.percent, sentence=told(far), is_under_way=far.state in UNDER_WAY)


def _move(slug: str, number: int, operation: Callable[..., Any]) -> Response:
    """Take the next step and show the check; one pressed too late changes nothing and says so."""
    check = check_at(slug, number)
    try:
        with transaction():
            operation(invalidation_id=check.id, actor=current_account().actor, now=clock.now())
    except WrongStepError as refusal:
        return _show(slug, check_at(slug, number), 409, refusal=refusal.sentence)
    return go("petitions_workspace.check_page", slug=slug, number=number)


@bp.post(f"{CHECK}/count")
@requires(Permission.SIGNATURE_INVALIDATE, of=carrying_organisation_ids)
def count_check(slug: str, number: int) -> Response:
    """Count anew what it would find."""
    return _move(slug, number, invalidating.count)


@bp.post(f"{CHECK}/start")
@requires(Permission.SIGNATURE_INVALIDATE, of=carrying_organisation_ids)
@requires_fresh
def start_check(slug: str, number: int) -> Response:
    """Let the worker stop counting what it finds."""
    return _move(slug, number, invalidating.start)


@bp.post(f"{CHECK}/cancel")
@requires(Permission.SIGNATURE_INVALIDATE, of=carrying_organisation_ids)
def cancel_check(slug: str, number: int) -> Response:
    """Stop it where it is."""
    return _move(slug, number, invalidating.cancel)


@bp.post(f"{CHECK}/reinstate")
@requires(Permission.SIGNATURE_INVALIDATE, of=carrying_organisation_ids)
@requires_fresh
def reinstate_check(slug: str, number: int) -> Response:
    """Let the worker give back what it took."""
    return _move(slug, number, invalidating.reinstate)


@bp.post(f"{CHECK}/discard")
@requires(Permission.SIGNATURE_INVALIDATE, of=carrying_organisation_ids)
def discard_check(slug: str, number: int) -> Response:
    """Delete a check that never started."""
    check = check_at(slug, number)
    with transaction():
        invalidating.discard(
            invalidation_id=check.id, actor=current_account().actor, now=clock.now()
        )
    return go("petitions_workspace.abuse_page", "discarded", slug=slug)


@bp.post(f"{CHECK}/look")
@requires(Permission.SIGNATURE_INVALIDATE, of=carrying_organisation_ids)
def look_at_matches(slug: str, number: int) -> Response:
    """Show some of what it finds, masked; the log tells that somebody looked."""
    check, actor = check_at(slug, number), current_account().actor
    after = max(0, request.form.get("after", 0, type=int))
    with transaction():
        found = invalidating.look(
            invalidation_id=check.id, after=after, actor=actor, now=clock.now()
        )
    ids = [each.signature_id for each in found]
    return _show(
        slug,
        check_at(slug, number),
        found=found,
        offered=invalidating.offer_list(check.petition_id, ids, actor=actor),
        is_full=len(found) == invalidating.SHOWN_AT_ONCE,
    )


@bp.post("/petitions/<slug>/abuse/choose")
@requires(Permission.SIGNATURE_INVALIDATE, of=carrying_organisation_ids)
@requires_fresh
def choose(slug: str) -> Response:
    """Stop counting the signatures that were ticked in a list, once it is said why."""
    petition, actor = petition_at(slug), current_account().actor
    offered, chosen = request.form.get("offered", ""), request.form.getlist("chosen", type=int)
    ids = invalidating.check_chosen(petition.id, offered, chosen, actor=actor)
    form = ReasonForm(request.form)
    is_asked = "reason" in request.form
    reason = form.read() if is_asked else None
    if reason is None:
        carried = {"offered": [offered], "chosen": ids}
        return petition_page(
            petition_at(slug), "petitions/workspace/choose.html", 422 if is_asked else 200,
            form=form, carried=carried, count=len(ids),
        )  # fmt: skip
    with transaction():
        check = invalidating.invalidate_chosen(
            petition=petition, offered=offered, chosen=ids, reason=reason, actor=actor, now=clock.now()
        )  # fmt: skip
    return go("petitions_workspace.check_page", "refused", slug=slug, number=check.id)
