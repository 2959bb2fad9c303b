"""Letting an update leave, and stopping it again."""

from collections.abc import Callable
from typing import Any

from flask import Response, jsonify, request

from campaign.accounts.guards import current_account, requires, requires_fresh
from campaign.accounts.permissions import Permission
from campaign.accounts.views.blueprint import go
from campaign.core import clock
from campaign.core.db import transaction
from campaign.core.errors import RefusedError
from campaign.petitions.operations import updates
from campaign.petitions.pages.updates import update_shown
from campaign.petitions.queries.updates import writing_organisation_ids
from campaign.petitions.workspace_forms import SendForm
from campaign.petitions.workspace_views.blueprint import bp
from campaign.petitions.workspace_views.updates import UPDATE, show_update, update_at


@bp.post(f"{UPDATE}/send")
@requires(Permission.UPDATE_SEND, of=writing_organisation_ids)
@requires_fresh
def send_update(slug: str, number: int) -> Response:
    """Let it leave, now or at a time."""
    form, now = SendForm(request.form), clock.now()
    if not form.validate():
        return show_update(slug, number, 422, send_form=form)
    try:
        with transaction():
            updates.schedule(
                number, send_at=form.read_time(now), is_public=bool(form.is_public.data),
                actor=current_account().actor, now=now,
            )  # fmt: skip
    except RefusedError as refusal:
        form.refuse(refusal)
        return show_update(slug, number, refusal.http_status, send_form=form)
    return go("petitions_workspace.update_page", "update_scheduled", slug=slug, number=number)


@bp.get(f"{UPDATE}/progress.json")
@requires(Permission.UPDATE_WRITE, of=writing_organisation_ids)
def update_progress(number: int, **_rest: str) -> Response:
    """How far it is, for the page that stays open; `state` is what the page shows, which is drawn anew
    when that is over."""
    shown = update_shown(update_at(number))
    is_as_shown = request.args.get("state", shown.update.state) == shown.update.state
    return jsonify(
        percent=shown.percent,
        sentence=shown.sentence,
        is_under_way=shown.is_under_way and is_as_shown,
    )


def _move(slug: str, number: int, act: Callable[..., Any], done: str) -> Response:
    """Take the next step; one pressed too late changes nothing and says so."""
    try:
        with transaction():
            act(number, actor=current_account().actor, now=clock.now())
    except RefusedError as refusal:
        return show_update(slug, number, refusal.http_status, refusal=refusal.sentence)
    return go("petitions_workspace.update_page", done, slug=slug, number=number)


@bp.post(f"{UPDATE}/take-back")
@requires(Permission.UPDATE_SEND, of=writing_organisation_ids)
def take_back_update(slug: str, number: int) -> Response:
    """Make a draft of it again before it leaves."""
    return _move(slug, number, updates.take_back, "update_back")


@bp.post(f"{UPDATE}/pause")
@requires(Permission.UPDATE_SEND, of=writing_organisation_ids)
def pause_update(slug: str, number: int) -> Response:
    """Let no more of it leave for now."""
    return _move(slug, number, updates.pause, "update_paused")


@bp.post(f"{UPDATE}/resume")
@requires(Permission.UPDATE_SEND, of=writing_organisation_ids)
@requires_fresh
def resume_update(slug: str, number: int) -> Response:
    """Go on where it was paused."""
    return _move(slug, number, updates.resume, "update_resumed")


@bp.post(f"{UPDATE}/cancel")
@requires(Permission.UPDATE_SEND, of=writing_organisation_ids)
def cancel_update(slug: str, number: int) -> Response:
    """Stop it for good."""
    return _move(slug, number, updates.cancel, "update_stopped")


@bp.post(f"{UPDATE}/unpublish")
@requires(Permission.UPDATE_SEND, of=writing_organisation_ids)
def unpublish_update(slug: str, number: int) -> Response:
    """Take it off the petition's public page."""
    return _move(slug, number, updates.withdraw_from_page, "update_unpublished")
