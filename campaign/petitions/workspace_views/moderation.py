"""The queue of moderators, and one petition as they read it: taking it, noting, setting it aside."""

from typing import Any

from flask import Response, jsonify, request

from campaign.accounts.guards import (
    current_account,
    may,
    organisations_where,
    requires,
)
from campaign.accounts.permissions import Permission
from campaign.accounts.views.blueprint import go
from campaign.core import clock
from campaign.core.db import transaction
from campaign.core.errors import RefusedError
from campaign.i18n.formats import BRUSSELS
from campaign.petitions.operations import moderating as operations
from campaign.petitions.pages.moderating import case_page, queue_page
from campaign.petitions.queries.coalition import carrying_organisation_ids
from campaign.petitions.queries.moderating import FILTERS, petition_called
from campaign.petitions.rules.moderating import NotesChangedError, NotesTooLongError
from campaign.petitions.vocabulary import DECISION_LABELS, FILTER_LABELS
from campaign.petitions.workspace_forms import NotesForm, decision_form, stop_form
from campaign.petitions.workspace_views.blueprint import bp, page, petition_at, petition_page

CASE = "/moderation/<slug>"


@bp.get("/moderation")
@requires(Permission.PETITION_MODERATE)
def moderation_queue() -> Response:
    """What waits, the longest first; a number or an address typed in leads to its petition."""
    mine = organisations_where(Permission.PETITION_MODERATE)
    typed = request.args.get("q", "")[:100]
    found = petition_called(typed, mine) if typed else None
    if found is not None:
        return go("petitions_workspace.moderation_page", slug=found.slug)
    asked = request.args.get("show", "")
    chosen = asked if asked in FILTERS else "waiting"
    return page(
        "petitions/workspace/moderation_queue.html",
        queue=queue_page(chosen, mine, actor=current_account().actor, now=clock.now()),
        chosen=chosen,
        filters=FILTER_LABELS,
        typed=typed,
    )


@bp.get(CASE)
@requires(Permission.PETITION_MODERATE, of=carrying_organisation_ids)
def moderation_page(slug: str) -> Response:
    """One petition: its texts with the places to look at, what others did, and the decision."""
    return show_case(slug)


def show_case(slug: str, status: int = 200, **context: Any) -> Response:
    """That page; a form that was refused is shown with what was typed."""
    is_higher = may(Permission.PETITION_TAKEDOWN)
    now = clock.now()
    shown = case_page(
        petition_at(slug), is_higher=is_higher, actor=current_account().actor, now=now
    )
    fresh = {
        "form": decision_form(seen=shown.seen, day=now.astimezone(BRUSSELS).date()),
        "stop": stop_form(seen=shown.seen, is_higher=is_higher),
        "notes": NotesForm(notes=shown.case.notes, version=str(shown.case.notes_version)),
        "decision_labels": DECISION_LABELS,
        "may_decide": may(Permission.PETITION_PUBLISH, carrying_organisation_ids(slug)),
        "is_higher": is_higher,
    }
    return petition_page(
        shown.petition, "petitions/workspace/moderation.html", status, shown=shown,
        **(fresh | context),
    )  # fmt: skip


@bp.get(f"{CASE}/reader.json")
@requires(Permission.PETITION_MODERATE, of=carrying_organisation_ids)
def reader_now(slug: str) -> Response:
    """Who reads it now, for the page that stays open."""
    shown = case_page(
        petition_at(slug), is_higher=False, actor=current_account().actor, now=clock.now()
    )
    return jsonify(reader=shown.reader_actor, name=shown.reader, seen=shown.seen)


@bp.post(f"{CASE}/claim")
@requires(Permission.PETITION_MODERATE, of=carrying_organisation_ids)
def claim_one(slug: str) -> Response:
    """Take it, or take it over from the one who was reading it."""
    with transaction():
        operations.claim(
            petition_at(slug).id,
            seen=request.form.get("reader", ""),
            actor=current_account().actor,
            now=clock.now(),
        )
    return go("petitions_workspace.moderation_page", "taken", slug=slug)


@bp.post(f"{CASE}/release")
@requires(Permission.PETITION_MODERATE, of=carrying_organisation_ids)
def release_one(slug: str) -> Response:
    """Let others read it."""
    with transaction():
        operations.release(petition_at(slug).id, actor=current_account().actor, now=clock.now())
    return go("petitions_workspace.moderation_page", "let_go", slug=slug)


@bp.post(f"{CASE}/mark")
@requires(Permission.PETITION_MODERATE, of=carrying_organisation_ids)
def mark_one(slug: str) -> Response:
    """Ask for a second pair of eyes, or set it aside; nobody is mailed."""
    with transaction():
        operations.set_mark(
            petition_at(slug).id,
            request.form.get("mark", ""),
            actor=current_account().actor,
            now=clock.now(),
        )
    return go("petitions_workspace.moderation_page", "saved", slug=slug)


def _keep_notes(slug: str, form: NotesForm) -> int:
    with transaction():
        return operations.write_notes(
            petition_at(slug).id,
            (form.notes.data or "").replace("\r\n", "\n"),
            version=form.read_version,
            actor=current_account().actor,
            now=clock.now(),
        )


@bp.post(f"{CASE}/notes")
@requires(Permission.PETITION_MODERATE, of=carrying_organisation_ids)
def write_notes(slug: str) -> Response:
    """Keep the notes."""
    form = NotesForm(request.form)
    try:
        _keep_notes(slug, form)
    except (NotesChangedError, NotesTooLongError) as refusal:
        return show_case(slug, refusal.http_status, notes=form, notes_problem=refusal.sentence)
    return go("petitions_workspace.moderation_page", "saved", slug=slug)


@bp.post(f"{CASE}/notes.json")
@requires(Permission.PETITION_MODERATE, of=carrying_organisation_ids)
def write_notes_meanwhile(slug: str) -> Response:
    """Keep the notes while they are written: the answer is their new version, or what is wrong."""
    form = NotesForm(request.form)
    try:
        version = _keep_notes(slug, form)
    except RefusedError as refusal:
        answer = jsonify(problem=refusal.sentence)
        answer.status_code = refusal.http_status
        return answer
    return jsonify(version=version)
