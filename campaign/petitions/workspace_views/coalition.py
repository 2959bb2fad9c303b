"""Who carries a petition: asking organisations, and answering for one's own."""

from flask import Response, make_response, render_template, request

from campaign.accounts.guards import current_account, may, organisations_where, requires
from campaign.accounts.permissions import Permission
from campaign.accounts.rules.refusals import NotThereError
from campaign.accounts.views.blueprint import go
from campaign.core import clock
from campaign.core.db import db, transaction
from campaign.i18n.languages import current_code
from campaign.partners.queries import organisation_by_slug, organisations
from campaign.petitions.models import CoalitionInvitation
from campaign.petitions.operations import coalition
from campaign.petitions.queries.coalition import (
    asked_organisation_ids,
    carrying_organisation_ids,
    part_of,
    questions_about,
)
from campaign.petitions.queries.petitions import text_for
from campaign.petitions.rules.coalition import CARRYING
from campaign.petitions.workspace_views.blueprint import bp, petition_at


@bp.get("/petitions/<slug>/coalition")
@requires(Permission.PETITION_READ, of=carrying_organisation_ids)
def coalition_page(slug: str) -> Response:
    """Who carries it, who was asked, and the form to ask one more."""
    petition = petition_at(slug)
    carrying = [part for part in petition.carriers if part.role in CARRYING]
    taken = {part.organisation_id for part in carrying}
    mine = organisations_where(Permission.PETITION_CARRY)
    return make_response(
        render_template(
            "petitions/workspace/coalition.html",
            petition=petition,
            text=text_for(petition, current_code()) if petition.texts else None,
            carrying=carrying,
            questions=questions_about(petition.id),
            others=[each for each in organisations(None) if each.id not in taken],
            may_ask=may(Permission.PETITION_CARRY, taken),
            leaving=[part for part in carrying if mine is None or part.organisation_id in mine],
        )
    )


@bp.post("/petitions/<slug>/coalition")
@requires(Permission.PETITION_CARRY, of=carrying_organisation_ids)
def ask(slug: str) -> Response:
    """Ask an organisation."""
    asked = organisation_by_slug(request.form.get("organisation", ""))
    if asked is None:
        raise NotThereError
    with transaction():
        coalition.ask_to_carry(
            petition_at(slug), asked, actor=current_account().actor, now=clock.now()
        )
    return go("petitions_workspace.coalition_page", "asked", slug=slug)


@bp.post("/petitions/<slug>/coalition/<int:number>/withdraw")
@requires(Permission.PETITION_CARRY, of=carrying_organisation_ids)
def withdraw(slug: str, number: int) -> Response:
    """Take a question back."""
    question = db.session.get(CoalitionInvitation, number)
    if question is None or question.petition.slug != slug:
        raise NotThereError
    with transaction():
        coalition.withdraw_question(question, actor=current_account().actor, now=clock.now())
    return go("petitions_workspace.coalition_page", "declined", slug=slug)


@bp.post("/petitions/<slug>/coalition/leave/<int:number>")
@requires(Permission.PETITION_CARRY, of=carrying_organisation_ids)
def leave(slug: str, number: int) -> Response:
    """Stop carrying it, for one's own organisation."""
    petition = petition_at(slug)
    part = part_of(petition.id, number)
    if part is None or not may(Permission.PETITION_CARRY, [number]):
        raise NotThereError
    with transaction():
        coalition.leave_coalition(petition, part, actor=current_account().actor, now=clock.now())
    return go("workspace.home", "declined")


@bp.post("/coalition/<int:number>")
@requires(Permission.PETITION_CARRY, of=asked_organisation_ids)
def answer(number: int) -> Response:
    """Say yes or no for one's own organisation."""
    question = db.session.get_one(CoalitionInvitation, number)
    is_yes = request.form.get("answer") == "yes"
    act = coalition.accept_to_carry if is_yes else coalition.decline_to_carry
    with transaction():
        act(question, actor=current_account().actor, now=clock.now())
    return go("workspace.home", "joined" if is_yes else "declined")
