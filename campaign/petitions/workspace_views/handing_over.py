"""Handing over: the pack, the act, and the stages that follow with their reminders."""

from typing import Any

from flask import Response, current_app, request, url_for
from flask_babel import force_locale

from campaign.accounts.guards import current_account, requires, requires_fresh
from campaign.accounts.permissions import Permission
from campaign.accounts.views.blueprint import go
from campaign.core import clock
from campaign.core.db import transaction
from campaign.core.errors import RefusedError
from campaign.i18n.formats import BRUSSELS
from campaign.i18n.languages import current_code
from campaign.petitions.exports import Pack, pack_csv, pack_of, pack_pdf
from campaign.petitions.models import Petition
from campaign.petitions.operations import handing_over as operations
from campaign.petitions.pages.handing_over import hand_over_page, stages_page
from campaign.petitions.pages.organising import hub_page
from campaign.petitions.queries.coalition import carrying_organisation_ids
from campaign.petitions.rules.counting import rule_for
from campaign.petitions.rules.handing_over import STAGES, letter_languages
from campaign.petitions.workspace_forms import (
    ChannelForm,
    HandOverForm,
    ReminderForm,
    language_form,
    stage_form,
)
from campaign.petitions.workspace_views.blueprint import bp, page, petition_at


def _languages(petition: Petition) -> tuple[str, ...]:
    rule = rule_for(petition.instrument_id, petition.instrument_on, petition.goal)
    return letter_languages(rule)


def _language(petition: Petition, asked: str | None) -> str:
    """The language asked for, where the authority reads it; else the petition's own, else its first."""
    languages = _languages(petition)
    return next(
        (code for code in (asked, petition.source_language) if code in languages), languages[0]
    )


def _pack(petition: Petition, language: str) -> Pack:
    now = clock.now()
    return pack_of(petition, language, today=now.astimezone(BRUSSELS).date(), now=now)


def _hand_over_page(
    petition: Petition, language: str, form: HandOverForm | None = None, status: int = 200
) -> Response:
    with force_locale(language):
        shown = hand_over_page(_pack(petition, language))
    choice = language_form(_languages(petition))
    choice.language.data = language
    return page(
        "petitions/workspace/hand_over.html",
        status,
        hub=hub_page(petition, current_code(), now=clock.now()),
        shown=shown,
        form=form or HandOverForm(on=shown.today),
        choice=choice,
        language=language,
    )


@bp.get("/petitions/<slug>/hand-over")
@requires(Permission.HANDOVER_MAKE, of=carrying_organisation_ids)
def hand_over(slug: str) -> Response:
    """The pack as it would be made now, and the form to say that it was handed over."""
    petition = petition_at(slug)
    return _hand_over_page(petition, _language(petition, request.args.get("language")))


@bp.post("/petitions/<slug>/hand-over")
@requires(Permission.HANDOVER_MAKE, of=carrying_organisation_ids)
def note_hand_over(slug: str) -> Response:
    """It was handed over."""
    petition, form = petition_at(slug), HandOverForm(request.form)
    language = _language(petition, None)
    if not form.validate():
        return _hand_over_page(petition, language, form, 422)
    day: Any = form.on.data
    actor, now = current_account().actor, clock.now()
    try:
        with transaction():
            operations.hand_over(petition=petition, on=day, actor=actor, now=now)
    except RefusedError as refusal:
        form.say(refusal)
        return _hand_over_page(petition, language, form, refusal.http_status)
    return go("petitions_workspace.stages", "handed_over", slug=slug)


@bp.post("/petitions/<slug>/hand-over.pdf")
@requires(Permission.HANDOVER_MAKE, of=carrying_organisation_ids)
@requires_fresh
def take_pack_pdf(slug: str) -> Response:
    """The pack to print and sign."""
    petition = petition_at(slug)
    language = _language(petition, request.form.get("language"))
    address = current_app.config["BASE_URL"] + url_for("petitions.page", lang=language, slug=slug)
    with force_locale(language):
        pack = _pack(petition, language)
        made = pack_pdf(pack, address=address)
    return _file(pack, made, "application/pdf", "pdf")


@bp.post("/petitions/<slug>/hand-over.csv")
@requires(Permission.HANDOVER_MAKE, of=carrying_organisation_ids)
@requires_fresh
def take_pack_csv(slug: str) -> Response:
    """Its numbers and seals as a table."""
    petition = petition_at(slug)
    language = _language(petition, request.form.get("language"))
    with force_locale(language):
        pack = _pack(petition, language)
        made = pack_csv(pack).encode()
    return _file(pack, made, "text/csv; charset=utf-8", "csv")


def _file(pack: Pack, body: bytes, kind: str, ending: str) -> Response:
    """The file, once its making is in the log."""
    petition, how = pack.petition, f"{ending} {pack.language}"
    with transaction():
        operations.note_pack(
            petition, how, pack.list_seal, actor=current_account().actor, now=clock.now()
        )
    response = Response(body, content_type=kind)
    name = f"{petition.slug}-{pack.made_at.date().isoformat()}-{pack.language}.{ending}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _stages_page(
    petition: Petition,
    stage: str,
    form: ChannelForm | None = None,
    reminder_form: ReminderForm | None = None,
    status: int = 200,
) -> Response:
    now = clock.now()
    shown = stages_page(petition, stage, now=now)
    chosen = shown.chosen
    form = form or stage_form(petition, chosen.there)
    form.seen.data = operations.mark_of(chosen.there)
    reminder = chosen.reminder.remind_on if chosen.reminder else None
    return page(
        "petitions/workspace/stages.html",
        status,
        hub=hub_page(petition, current_code(), now=now),
        shown=shown,
        form=form,
        reminder_form=reminder_form or ReminderForm(prefix="reminder", remind_on=reminder),
    )


@bp.get("/petitions/<slug>/stages")
@requires(Permission.HANDOVER_MAKE, of=carrying_organisation_ids)
def stages(slug: str) -> Response:
    """The timeline, and one stage to write."""
    return _stages_page(petition_at(slug), request.args.get("stage", ""))


def _asked_stage() -> str:
    asked = request.args.get("stage", "")
    return asked if asked in STAGES else ""


@bp.post("/petitions/<slug>/stages")
@requires(Permission.HANDOVER_MAKE, of=carrying_organisation_ids)
def publish_stage(slug: str) -> Response:
    """Put a stage on the public timeline."""
    petition, stage = petition_at(slug), _asked_stage()
    form = stage_form(petition, None, request.form)
    if not form.validate():
        return _stages_page(petition, stage, form, status=422)
    try:
        with transaction():
            operations.publish_stage(
                petition=petition,
                written=form.written(stage),
                seen=form.seen.data or "",
                actor=current_account().actor,
                now=clock.now(),
            )
    except RefusedError as refusal:
        form.say(refusal)
        return _stages_page(petition, stage, form, status=refusal.http_status)
    return go("petitions_workspace.stages", "stage_published", slug=slug)


@bp.post("/petitions/<slug>/stages/reminder")
@requires(Permission.HANDOVER_MAKE, of=carrying_organisation_ids)
def set_reminder(slug: str) -> Response:
    """Set the day of a reminder, or take it away."""
    petition, stage = petition_at(slug), _asked_stage()
    form = ReminderForm(request.form, prefix="reminder")
    if not form.validate() or not stage:
        return _stages_page(petition, stage, reminder_form=form, status=422)
    day: Any = form.remind_on.data
    actor, now = current_account().actor, clock.now()
    try:
        with transaction():
            operations.set_reminder(
                petition=petition, stage=stage, remind_on=day, actor=actor, now=now
            )
    except RefusedError as refusal:
        form.say(refusal)
        return _stages_page(petition, stage, reminder_form=form, status=refusal.http_status)
    return go("petitions_workspace.stages", "reminder_set", slug=slug, stage=stage)
