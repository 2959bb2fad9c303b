"""Codes: of the places where a petition is offered, and of events."""

from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Response, request

from campaign.accounts.guards import check, current_account, requires
from campaign.accounts.permissions import Permission
from campaign.accounts.rules.refusals import NotThereError
from campaign.accounts.views.blueprint import go
from campaign.core import clock
from campaign.core.db import transaction
from campaign.core.errors import RefusedError
from campaign.i18n.formats import BRUSSELS
from campaign.i18n.languages import current_code
from campaign.petitions.forms import EventCodeForm, PlacementForm
from campaign.petitions.models import Petition, Placement
from campaign.petitions.operations import placing
from campaign.petitions.pages import codes as pages
from campaign.petitions.queries.coalition import carrying_organisation_ids
from campaign.petitions.queries.petitions import text_for
from campaign.petitions.queries.placements import placement_of_code
from campaign.petitions.rules.placements import (
    EVENT,
    PUBLIC,
    EventHoursError,
    EventSizeError,
    PlacementKindError,
)
from campaign.petitions.workspace_views.blueprint import bp, page, petition_at

# Which field a refusal is about; the others are about the label.
FIELD_OF: dict[type[RefusedError], str] = {
    PlacementKindError: "kind",
    EventHoursError: "hours",
    EventSizeError: "most",
}
LONGEST_HOURS = 1_000


def placement_at(slug: str, code: str) -> Placement:
    """The placement of an address. Raises NotThereError, also for another petition's."""
    found = placement_of_code(code)
    if found is None or found.petition_id != petition_at(slug).id:
        raise NotThereError
    return found


def show_codes(
    petition: Petition,
    placement_form: PlacementForm | None = None,
    event_form: EventCodeForm | None = None,
    status: int = 200,
) -> Response:
    """Every code of a petition, and the forms to make one more."""
    now = clock.now()
    local = now.astimezone(BRUSSELS)
    return page(
        "petitions/workspace/codes.html",
        status,
        petition=petition,
        text=text_for(petition, current_code()) if petition.texts else None,
        lines=pages.code_lines(petition, now=now),
        may_print=pages.may_print(petition, now=now),
        placement_form=placement_form or PlacementForm(),
        event_form=event_form or EventCodeForm(begins_on=local.date(), begins_at=local.time()),
        organisation_ids=carrying_organisation_ids(petition.slug),
    )


@bp.get("/petitions/<slug>/codes")
@requires(Permission.PLACEMENT_ISSUE, of=carrying_organisation_ids)
def codes(slug: str) -> Response:
    """Where the petition is offered, and what each place brought."""
    return show_codes(petition_at(slug))


@bp.post("/petitions/<slug>/codes")
@requires(Permission.PLACEMENT_ISSUE, of=carrying_organisation_ids)
def issue_placement(slug: str) -> Response:
    """Give a place a code of its own."""
    petition, form = petition_at(slug), PlacementForm(request.form)
    try:
        with transaction():
            issued = placing.issue_placement(
                petition,
                kind=form.kind.data or "",
                label=form.label.data or "",
                actor=current_account().actor,
                now=clock.now(),
            )
            code = issued.code
    except RefusedError as refusal:
        _show_refusal(form, refusal)
        return show_codes(petition, placement_form=form, status=422)
    return go("petitions_workspace.code_page", "code_issued", slug=slug, code=code)


@bp.post("/petitions/<slug>/event-codes")
@requires(Permission.EVENT_CODE_ISSUE, of=carrying_organisation_ids)
def issue_event_code(slug: str) -> Response:
    """Give an event a code that lifts the limit on its network."""
    petition, form = petition_at(slug), EventCodeForm(request.form)
    if not form.validate():
        return show_codes(petition, event_form=form, status=422)
    try:
        opens_at, closes_at = _hours(form)
        with transaction():
            issued = placing.issue_event_code(
                petition,
                label=form.label.data or "",
                opens_at=opens_at,
                closes_at=closes_at,
                most=form.most.data or 0,
                actor=current_account().actor,
                now=clock.now(),
            )
            code = issued.code
    except RefusedError as refusal:
        _show_refusal(form, refusal)
        return show_codes(petition, event_form=form, status=422)
    return go("petitions_workspace.code_page", "code_issued", slug=slug, code=code)


def _hours(form: EventCodeForm) -> tuple[datetime, datetime]:
    """From Belgian time to the moments an event begins and ends. Raises EventHoursError."""
    hours = form.hours.data or 0
    if not 0 < hours <= LONGEST_HOURS or not 2000 < form.begins_on.data.year < 9000:
        raise EventHoursError
    begins = datetime.combine(form.begins_on.data, form.begins_at.data, BRUSSELS).astimezone(UTC)
    return begins, begins + timedelta(hours=hours)


def _show_refusal(form: Any, refusal: RefusedError) -> None:
    form[FIELD_OF.get(type(refusal), "label")].errors = [refusal.sentence]


@bp.get("/petitions/<slug>/codes/<code>")
@requires(Permission.PLACEMENT_ISSUE, of=carrying_organisation_ids)
def code_page(slug: str, code: str) -> Response:
    """One code, large enough for a wall, with its sheets in every language."""
    petition, placement, now = petition_at(slug), placement_at(slug, code), clock.now()
    return page(
        "petitions/workspace/code.html",
        petition=petition,
        text=text_for(petition, current_code()) if petition.texts else None,
        line=pages.code_line(slug, placement, now=now),
        may_print=pages.may_print(petition, now=now),
        printed=pages.sheets_of(slug, code),
        drawing=pages.printed_at(slug, code, "qr.svg", current_code()),
        address=pages.address_to_type(code),
    )


@bp.post("/petitions/<slug>/codes/<code>/close")
@requires(Permission.PLACEMENT_ISSUE, of=carrying_organisation_ids)
def close_code(slug: str, code: str) -> Response:
    """Let a code lead nowhere any more."""
    placement = placement_at(slug, code)
    if placement.kind == PUBLIC:
        raise NotThereError
    if placement.kind == EVENT:
        check(Permission.EVENT_CODE_ISSUE, carrying_organisation_ids(slug))
    with transaction():
        placing.close_placement(placement, actor=current_account().actor, now=clock.now())
    return go("petitions_workspace.codes", "code_closed", slug=slug)
