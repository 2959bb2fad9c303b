"""Writing a petition: what is done and missing, whom it addresses, seeing it, sending it."""

from typing import Any

from flask import Response, g, render_template, request
from werkzeug.exceptions import NotFound

from campaign.accounts.guards import current_account, may, requires
from campaign.accounts.permissions import Permission
from campaign.accounts.views.blueprint import go
from campaign.core import clock
from campaign.core.db import transaction
from campaign.i18n.languages import BY_CODE, current_code
from campaign.petitions.forms import sign_form
from campaign.petitions.models import Petition
from campaign.petitions.operations import facts as facts_operations
from campaign.petitions.operations import writing as operations
from campaign.petitions.pages import writing as pages
from campaign.petitions.pages.previewing import preview_of
from campaign.petitions.queries.coalition import carrying_organisation_ids
from campaign.petitions.rules.completeness import IncompleteError
from campaign.petitions.vocabulary import STATE_LABELS
from campaign.petitions.workspace_views.beginning import doors_shown, rule_at
from campaign.petitions.workspace_views.blueprint import bp, petition_at, petition_page

EDIT = "/petitions/<slug>/edit"


def edit_page(
    petition: Petition, template: str, here: str, status: int = 200, **context: Any
) -> Response:
    """A rendered page of the writing, with the way through all of them."""
    return petition_page(
        petition,
        template,
        status,
        steps=pages.steps_of(petition, here, now=clock.now()),
        may_write=pages.may_be_written(petition),
        state_label=STATE_LABELS[petition.state],
        **context,
    )


@bp.get(EDIT)
@requires(Permission.PETITION_EDIT, of=carrying_organisation_ids)
def edit(slug: str) -> Response:
    """How far it is: the languages, what is missing, and the button that sends it."""
    return _check_page(petition_at(slug))


def _check_page(petition: Petition, status: int = 200, refusal: str = "") -> Response:
    lines = pages.checklist(petition, current_code())
    return edit_page(
        petition,
        "petitions/workspace/edit.html",
        "check",
        status,
        languages=pages.language_lines(petition, now=clock.now()),
        to_add=pages.languages_to_add(petition),
        missing=pages.missing_of(petition, now=clock.now()),
        unticked=sum(not line.is_ticked for line in lines),
        may_submit=may(Permission.PETITION_SUBMIT, carrying_organisation_ids(petition.slug)),
        refusal=refusal,
    )


@bp.post(f"{EDIT}/submit")
@requires(Permission.PETITION_SUBMIT, of=carrying_organisation_ids)
def submit(slug: str) -> Response:
    """Send it to the moderators."""
    try:
        with transaction():
            operations.submit_petition(
                petition_at(slug), actor=current_account().actor, now=clock.now()
            )
    except IncompleteError as refusal:
        return _check_page(petition_at(slug), 422, refusal.sentence)
    return go("petitions_workspace.edit", "submitted", slug=slug)


@bp.post(f"{EDIT}/take-back")
@requires(Permission.PETITION_SUBMIT, of=carrying_organisation_ids)
def take_back(slug: str) -> Response:
    """Make it a draft again."""
    with transaction():
        operations.take_back(petition_at(slug), actor=current_account().actor, now=clock.now())
    return go("petitions_workspace.edit", "taken_back", slug=slug)


@bp.get(f"{EDIT}/door")
@requires(Permission.PETITION_EDIT, of=carrying_organisation_ids)
def edit_door(slug: str) -> Response:
    """Whom it addresses, by which rule, and whether it is admissible there."""
    petition = petition_at(slug)
    rule = operations.rule_of(petition)
    return edit_page(
        petition,
        "petitions/workspace/edit_door.html",
        "door",
        rule=rule,
        checklist=pages.checklist(petition, current_code()),
        is_fixed=pages.tells_corrections(petition),
        **doors_shown(),
    )


@bp.post(f"{EDIT}/door")
@requires(Permission.PETITION_EDIT, of=carrying_organisation_ids)
def choose_door(slug: str) -> Response:
    """Address it elsewhere."""
    rule = rule_at(request.form.get("instrument_id", ""))
    with transaction():
        facts_operations.choose_door(
            petition_at(slug), rule.id, actor=current_account().actor, now=clock.now()
        )
    return go("petitions_workspace.edit_door", "saved", slug=slug)


@bp.post(f"{EDIT}/checklist")
@requires(Permission.PETITION_EDIT, of=carrying_organisation_ids)
def tick(slug: str) -> Response:
    """Keep which lines hold."""
    petition = petition_at(slug)
    known = {line.mark for line in pages.checklist(petition, current_code())}
    with transaction():
        facts_operations.tick_lines(
            petition,
            known & set(request.form.getlist("line")),
            known,
            actor=current_account().actor,
            now=clock.now(),
        )
    return go("petitions_workspace.edit_door", "saved", slug=slug)


@bp.get(f"{EDIT}/preview/<language>")
@requires(Permission.PETITION_READ, of=carrying_organisation_ids)
def preview(slug: str, language: str) -> str:
    """The very page that visitors will see, for its organisers alone."""
    petition = petition_at(slug)
    if language not in BY_CODE or not petition.texts:
        raise NotFound
    g.language = language
    shown = preview_of(petition, language, clock.now())
    has_form = shown.form_state == "open"
    return render_template(
        "petitions/page.html",
        page=shown.page,
        described=shown.described,
        form_state=shown.form_state,
        form=sign_form(shown.terms, language=language) if has_form else None,
        refusal=None,
    )
