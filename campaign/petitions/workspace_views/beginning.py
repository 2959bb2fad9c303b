"""Beginning a petition: whom to address, its title, and what others ask already."""

from typing import Any

from flask import Response, request
from werkzeug.exceptions import NotFound

from campaign.accounts.guards import current_account, organisations_where, requires
from campaign.accounts.permissions import Permission
from campaign.accounts.views.blueprint import go
from campaign.core import clock
from campaign.core.db import transaction
from campaign.i18n.languages import current_code
from campaign.legal_facts.pages import door_lines
from campaign.legal_facts.vocabulary import QUESTIONS
from campaign.partners.queries import organisations
from campaign.petitions.operations.facts import today
from campaign.petitions.operations.writing import start_petition
from campaign.petitions.pages import cards_for
from campaign.petitions.pages.writing import admissibility
from campaign.petitions.queries.writing import candidates, petitions_by_id
from campaign.petitions.rules.similar import nearest
from campaign.petitions.workspace_forms import NewPetitionForm, new_petition_form
from campaign.petitions.workspace_views.blueprint import bp, page
from campaign.thresholds.instruments import (
    Instrument,
    NoVersionInForceError,
    UnknownInstrumentError,
    instrument,
)
from campaign.thresholds.rules.choosing import Answers


def questions_given() -> dict[str, str]:
    """The answers to the five questions, as the address carries them."""
    return {
        name: request.args.get(name, "")
        for name, (_question, answers) in QUESTIONS.items()
        if request.args.get(name, "") in answers
    }


def doors_shown() -> dict[str, Any]:
    """The questions, what was answered, and the doors, what fits best first."""
    given = questions_given()
    lines = door_lines(Answers(**given), current_code(), today=today(clock.now()))
    return {"questions": QUESTIONS, "given": given, "lines": lines}


def rule_at(instrument_id: str) -> Instrument:
    """The rule of an address as it holds today. Raises NotFound."""
    try:
        return instrument(instrument_id, today(clock.now()))
    except (UnknownInstrumentError, NoVersionInForceError):
        raise NotFound from None


@bp.get("/petitions/new")
@requires(Permission.PETITION_EDIT)
def new_page() -> Response:
    """Which door to knock on."""
    return page("petitions/workspace/new.html", **doors_shown())


@bp.get("/petitions/new/<instrument_id>")
@requires(Permission.PETITION_EDIT)
def title_page(instrument_id: str) -> Response:
    """What this door asks, and the form for the title."""
    return _title_page(rule_at(instrument_id), _form())


def _form(typed: Any = None) -> NewPetitionForm:
    mine = organisations(organisations_where(Permission.PETITION_EDIT))
    return new_petition_form(mine, current_account().language, typed)


def _title_page(rule: Instrument, form: NewPetitionForm, status: int = 200) -> Response:
    return page(
        "petitions/workspace/new_title.html",
        status,
        rule=rule,
        lines=[text.in_language(current_code()) for text in admissibility(rule)],
        form=form,
    )


@bp.post("/petitions/new/<instrument_id>")
@requires(Permission.PETITION_EDIT)
def begin(instrument_id: str) -> Response:
    """Show what others ask already; after that, or where there is nothing like it, begin the draft."""
    rule, form = rule_at(instrument_id), _form(request.form)
    title = form.read_title()
    if title is None:
        return _title_page(rule, form, 422)
    found = nearest(title, candidates(), authority=rule.authority_key or rule.id)
    if found and form.seen.data != title:
        form.seen.data = title
        cards = cards_for(petitions_by_id(found), current_code(), now=clock.now())
        return page("petitions/workspace/new_similar.html", rule=rule, form=form, cards=cards)
    leading = next(each for each in organisations({form.organisation.data}))
    with transaction():
        petition = start_petition(
            organisation=leading,
            source_language=form.source_language.data,
            instrument_id=rule.id,
            title=title,
            actor=current_account().actor,
            now=clock.now(),
        )
    language = petition.source_language
    return go("petitions_workspace.edit_text", "begun", slug=petition.slug, language=language)
