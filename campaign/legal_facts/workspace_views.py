"""What an office confirmed in writing about a legal rule: entering it, and taking it back."""

from typing import Any

from flask import Blueprint, Response, make_response, render_template, request, url_for
from werkzeug.exceptions import NotFound

from campaign.accounts.guards import current_account, requires
from campaign.accounts.permissions import Permission
from campaign.accounts.queries import names_of_actors
from campaign.accounts.views.blueprint import go
from campaign.core import clock
from campaign.core.db import db, transaction
from campaign.i18n.languages import current_code
from campaign.legal_facts.forms import ConfirmationForm, UndoForm
from campaign.legal_facts.models import FactConfirmation
from campaign.legal_facts.operations import confirm_fact, undo_confirmation
from campaign.legal_facts.pages import fact_label, fact_lines, public_address, rule_lines
from campaign.legal_facts.queries import confirmations_of, standing_confirmations
from campaign.legal_facts.rules import IncompleteConfirmationError
from campaign.thresholds.instruments import load_instruments
from campaign.thresholds.models import Instrument

bp = Blueprint("legal_facts_workspace", __name__, url_prefix="/workspace")


def rule_at(instrument_id: str, version: str) -> Instrument:
    """The version of a rule at this address. Raises NotFound."""
    for rule in load_instruments().get(instrument_id, ()):
        if rule.version.isoformat() == version:
            return rule
    raise NotFound


@bp.get("/instruments")
@requires(Permission.INSTRUMENT_CONFIRM)
def instruments() -> Response:
    """Every rule, and how many of its facts wait."""
    return make_response(
        render_template("legal_facts/workspace/rules.html", rules=rule_lines(current_code()))
    )


@bp.get("/instruments/<instrument_id>/<version>")
@requires(Permission.INSTRUMENT_CONFIRM)
def rule_page(instrument_id: str, version: str) -> Response:
    """One version: what waits, the form, and all that was ever entered."""
    rule = rule_at(instrument_id, version)
    return _rule_page(rule, _form(rule, fact=request.args.get("fact", "")))


def _form(rule: Instrument, typed: Any = None, **values: Any) -> ConfirmationForm:
    standing = standing_confirmations(rule.id, rule.version)
    return ConfirmationForm(typed, facts=fact_lines(rule, standing, current_code()), **values)


def _rule_page(
    rule: Instrument,
    form: ConfirmationForm,
    status: int = 200,
    *,
    refused: tuple[int, UndoForm] | None = None,
) -> Response:
    language = current_code()
    standing = standing_confirmations(rule.id, rule.version)
    history = [one for one in confirmations_of(rule.id) if one.version == rule.version][::-1]
    undo_forms = {one.id: _undo_form(one.id) for one in history if one.undone_at is None}
    page = render_template(
        "legal_facts/workspace/rule.html",
        rule=rule,
        title=rule.title.in_language(language),
        authority=rule.authority_name.in_language(language),
        facts=fact_lines(rule, standing, language),
        history=history,
        labels={one.fact: fact_label(rule, one.fact, language) for one in history},
        names=names_of_actors({one.actor for one in history} | {one.undone_by for one in history}),
        form=form,
        undo_forms=undo_forms | (dict([refused]) if refused else {}),
        undo_addresses={
            number: url_for(
                ".undo", instrument_id=rule.id, version=f"{rule.version}", number=number
            )
            for number in undo_forms
        },
        refused=refused[0] if refused else None,
        public_address=public_address(rule, language),
    )
    return make_response(page, status)


@bp.post("/instruments/<instrument_id>/<version>")
@requires(Permission.INSTRUMENT_CONFIRM)
def confirm(instrument_id: str, version: str) -> Response:
    """Keep what an office wrote; visitors read it at once."""
    rule = rule_at(instrument_id, version)
    form = _form(rule, request.form)
    if not form.validate():
        return _rule_page(rule, form, 422)
    try:
        with transaction():
            confirm_fact(actor=current_account().actor, rule=rule, now=clock.now(), **form.data)
    except IncompleteConfirmationError as refusal:
        form.form_errors = [refusal.sentence]
        return _rule_page(rule, form, 422)
    return go(
        "legal_facts_workspace.rule_page", "saved", instrument_id=instrument_id, version=version
    )


@bp.post("/instruments/<instrument_id>/<version>/confirmations/<int:number>/undo")
@requires(Permission.INSTRUMENT_CONFIRM)
def undo(instrument_id: str, version: str, number: int) -> Response:
    """Take one back, with the reason; it stays in the history."""
    rule = rule_at(instrument_id, version)
    found = db.session.get(FactConfirmation, number)
    if found is None or (found.instrument_id, found.version) != (rule.id, rule.version):
        raise NotFound
    form = _undo_form(number, request.form)
    if not form.validate():
        return _rule_page(rule, _form(rule), 422, refused=(number, form))
    with transaction():
        undo_confirmation(
            actor=current_account().actor,
            confirmation_id=number,
            reason=form.reason.data,
            now=clock.now(),
        )
    return go(
        "legal_facts_workspace.rule_page", "removed", instrument_id=instrument_id, version=version
    )


def _undo_form(number: int, typed: Any = None) -> UndoForm:
    return UndoForm(typed, prefix=f"of-{number}-")
