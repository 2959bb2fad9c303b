"""The ledger of paper: batches out, back, counted, handed over and answered."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import Response, current_app, request, url_for
from flask_babel import force_locale

from campaign.accounts.guards import current_account, requires
from campaign.accounts.permissions import Permission
from campaign.accounts.rules.refusals import NotThereError
from campaign.accounts.views.blueprint import go
from campaign.core import clock
from campaign.core.db import transaction
from campaign.core.errors import RefusedError
from campaign.i18n.languages import BY_CODE, current_code
from campaign.petitions.exports import batch_cover
from campaign.petitions.models import PaperBatch, Petition
from campaign.petitions.operations import paper as operations
from campaign.petitions.operations.paper import Step
from campaign.petitions.pages.official_counts import names_of_regions
from campaign.petitions.pages.organising import hub_page
from campaign.petitions.pages.paper import BatchPage, batch_page, ledger_page
from campaign.petitions.queries.coalition import carrying_organisation_ids
from campaign.petitions.queries.paper import batch_at, known_holders
from campaign.petitions.rules.counting import rule_for
from campaign.petitions.rules.paper import Figures, paper_regions
from campaign.petitions.workspace_forms import (
    BatchForm,
    ChannelForm,
    DayForm,
    HolderForm,
    WhyForm,
    accepted_form,
    counted_form,
)
from campaign.petitions.workspace_views.blueprint import bp, page, petition_at


def _ledger(petition: Petition, form: BatchForm | None = None, status: int = 200) -> Response:
    now = clock.now()
    ledger = ledger_page(petition, current_code(), now=now)
    form = form or BatchForm(number=str(ledger.next_number), out_on=ledger.today)
    return page(
        "petitions/workspace/paper.html",
        status,
        hub=hub_page(petition, current_code(), now=now),
        ledger=ledger,
        form=form,
    )


@bp.get("/petitions/<slug>/paper")
@requires(Permission.PAPER_KEEP, of=carrying_organisation_ids)
def paper(slug: str) -> Response:
    """Every batch, what their lines come to, and the form to let one more go out."""
    petition = petition_at(slug)
    _note_look(petition)
    return _ledger(petition)


@bp.post("/petitions/<slug>/paper")
@requires(Permission.PAPER_KEEP, of=carrying_organisation_ids)
def open_batch(slug: str) -> Response:
    """Let a batch go out."""
    petition, form = petition_at(slug), BatchForm(request.form)
    if not form.validate():
        return _ledger(petition, form, 422)
    out_on: Any = form.out_on.data
    try:
        with transaction():
            batch = operations.open_batch(
                petition=petition,
                number=form.read_number(),
                place=form.place.data or "",
                holder=form.holder.data or "",
                out_on=out_on,
                actor=current_account().actor,
                now=clock.now(),
            )
            number = batch.number
    except RefusedError as refusal:
        form.say(refusal)
        return _ledger(petition, form, refusal.http_status)
    return go("petitions_workspace.paper_batch", "batch_out", slug=slug, number=number)


def _batch_at(petition: Petition, number: int) -> PaperBatch:
    batch = batch_at(petition.id, number)
    if batch is None:
        raise NotThereError
    return batch


def _forms(shown: BatchPage) -> dict[str, ChannelForm]:
    batch, today = shown.line.batch, shown.today
    valid = [(key, name) for key, name in shown.regions if key in shown.figures.valid]
    counted = {f"valid_{key}": str(n) for key, n in shown.figures.valid.items()}
    counted |= {f"spoiled_{key}": str(n) for key, n in shown.figures.spoiled.items()}
    accepted = {f"accepted_{key}": str(n) for key, n in (shown.accepted or {}).items()}
    return {
        "came_back": DayForm(prefix="came_back", on=today),
        "counted": counted_form(shown.regions, None, **counted),
        "lost": DayForm(prefix="lost", on=today),
        "taken_back": WhyForm(prefix="taken_back"),
        "answered": accepted_form(valid, None, on=today, **accepted),
        "moved": HolderForm(prefix="moved", place=batch.place, holder=batch.holder or ""),
    }


def _batch_page(
    petition: Petition,
    number: int,
    typed: Mapping[str, ChannelForm] | None = None,
    status: int = 200,
) -> Response:
    now, batch = clock.now(), _batch_at(petition, number)
    shown = batch_page(petition, batch, current_code(), now=now)
    forms = _forms(shown) | dict(typed or {})
    for form in forms.values():
        form.seen.data = str(batch.revision)
    return page(
        "petitions/workspace/batch.html",
        status,
        hub=hub_page(petition, current_code(), now=now),
        shown=shown,
        batch=batch,
        forms=forms,
        wrong=next(iter(typed or {}), ""),
    )


@bp.get("/petitions/<slug>/paper/<int:number>")
@requires(Permission.PAPER_KEEP, of=carrying_organisation_ids)
def paper_batch(slug: str, number: int) -> Response:
    """One batch: the code on its cover sheet opens this page."""
    petition = petition_at(slug)
    _note_look(petition, number)
    return _batch_page(petition, number)


def _note_look(petition: Petition, number: int | None = None) -> None:
    count = known_holders(petition.id, number)
    if count:
        with transaction():
            operations.note_holders_read(
                petition, count, actor=current_account().actor, now=clock.now()
            )


@bp.get("/petitions/<slug>/paper/<int:number>/cover.pdf")
@requires(Permission.PAPER_KEEP, of=carrying_organisation_ids)
def paper_cover(slug: str, number: int) -> Response:
    """The cover sheet, in the language asked for."""
    petition, language = petition_at(slug), request.args.get("language", current_code())
    if language not in BY_CODE:
        raise NotThereError
    batch = _batch_at(petition, number)
    there = url_for("petitions_workspace.paper_batch", slug=slug, number=number)
    rule = rule_for(petition.instrument_id, petition.instrument_on, petition.goal)
    with force_locale(language):
        names = names_of_regions(rule, language)
        made = batch_cover(
            petition,
            batch,
            language,
            link=current_app.config["BASE_URL"] + there,
            regions=[names[key] for key in paper_regions(rule)],
            now=clock.now(),
        )
    response = Response(made, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{slug}-{number}.pdf"'
    return response


def _change(
    slug: str, number: int, name: str, form: ChannelForm, act: Callable[[Step], object]
) -> Response:
    """Do one act to a batch; where it is refused, the page says so and keeps what was typed."""
    petition = petition_at(slug)
    _batch_at(petition, number)
    if not form.validate():
        return _batch_page(petition, number, {name: form}, 422)
    step = Step(petition, number, form.revision, current_account().actor, clock.now())
    try:
        with transaction():
            act(step)
    except RefusedError as refusal:
        form.say(refusal)
        return _batch_page(petition, number, {name: form}, refusal.http_status)
    return go("petitions_workspace.paper_batch", f"batch_{name}", slug=slug, number=number)


@bp.post("/petitions/<slug>/paper/<int:number>/back")
@requires(Permission.PAPER_KEEP, of=carrying_organisation_ids)
def batch_came_back(slug: str, number: int) -> Response:
    """It is back, or found again."""
    form = DayForm(request.form, prefix="came_back")
    day: Any = form.on
    return _change(
        slug, number, "came_back", form, lambda step: operations.note_return(step, day.data)
    )


@bp.post("/petitions/<slug>/paper/<int:number>/count")
@requires(Permission.PAPER_KEEP, of=carrying_organisation_ids)
def count_batch(slug: str, number: int) -> Response:
    """Keep and seal what was counted."""
    petition = petition_at(slug)
    form = counted_form(_region_names(petition), request.form)
    valid, spoiled = form.numbers("valid_"), form.numbers("spoiled_")
    if valid is None or spoiled is None:
        _batch_at(petition, number)
        return _batch_page(petition, number, {"counted": form}, 422)
    figures, why = Figures(valid, spoiled), form.reason.data or ""
    return _change(
        slug, number, "counted", form, lambda step: operations.count_batch(step, figures, why)
    )


def _region_names(petition: Petition) -> list[tuple[str, str]]:
    rule = rule_for(petition.instrument_id, petition.instrument_on, petition.goal)
    names = names_of_regions(rule, current_code())
    return [(key, names[key]) for key in paper_regions(rule)]


@bp.post("/petitions/<slug>/paper/<int:number>/lost")
@requires(Permission.PAPER_KEEP, of=carrying_organisation_ids)
def batch_lost(slug: str, number: int) -> Response:
    """It is lost."""
    form = DayForm(request.form, prefix="lost")
    day: Any = form.on
    why = form.reason.data or ""
    return _change(
        slug, number, "lost", form, lambda step: operations.note_loss(step, day.data, why)
    )


@bp.post("/petitions/<slug>/paper/<int:number>/not-handed-over")
@requires(Permission.PAPER_KEEP, of=carrying_organisation_ids)
def batch_taken_back(slug: str, number: int) -> Response:
    """It was not handed over after all."""
    form = WhyForm(request.form, prefix="taken_back")
    why = form.reason.data or ""
    return _change(slug, number, "taken_back", form, lambda step: operations.take_back(step, why))


@bp.post("/petitions/<slug>/paper/<int:number>/answer")
@requires(Permission.PAPER_KEEP, of=carrying_organisation_ids)
def batch_answered(slug: str, number: int) -> Response:
    """What the authority accepted of it."""
    petition = petition_at(slug)
    form = accepted_form(_region_names(petition), request.form)
    accepted = form.numbers("accepted_")
    if accepted is None:
        return _batch_page(petition, number, {"answered": form}, 422)
    day: Any = form.on
    why = form.reason.data or ""
    return _change(
        slug,
        number,
        "answered",
        form,
        lambda step: operations.note_answer(step, accepted, day.data, why),
    )


@bp.post("/petitions/<slug>/paper/<int:number>/move")
@requires(Permission.PAPER_KEEP, of=carrying_organisation_ids)
def batch_moved(slug: str, number: int) -> Response:
    """Say anew where it is and who has it; an empty holder erases the one there was."""
    form = HolderForm(request.form, prefix="moved")
    place, holder = form.place.data or "", form.holder.data or ""
    return _change(
        slug, number, "moved", form, lambda step: operations.move_batch(step, place, holder)
    )
