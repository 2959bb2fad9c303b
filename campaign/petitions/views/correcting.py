"""Correcting a signature, and moving it to another mailbox: shown by GET, done by POST."""

from flask import Response, current_app, request

from campaign.core import clock
from campaign.core.db import transaction
from campaign.core.email_address import InvalidEmailAddress, check_email
from campaign.core.errors import RefusedError
from campaign.core.tokens import token_digest
from campaign.i18n.languages import BY_CODE, current_code
from campaign.petitions.forms import AddressForm, CorrectionForm, correction_form
from campaign.petitions.models import Signature
from campaign.petitions.operations import correcting
from campaign.petitions.operations.confirming import LinkUnknownError
from campaign.petitions.operations.signing import email_key
from campaign.petitions.queries.petitions import petition_by_id
from campaign.petitions.queries.signatures import address_change_behind, by_ref
from campaign.petitions.rules.correcting import (
    NotCorrectableError,
    SharedPlaceError,
    may_move_region,
    read_correction,
)
from campaign.petitions.views.blueprint import bp
from campaign.petitions.views.rights import (
    card_of,
    check_writable,
    held_signature,
    to_own_page,
    unknown_link,
)
from campaign.petitions.views.signing import private_page
from campaign.web.limits import Limits


@bp.get("/signature/<token>/correct")
def correct_page(token: str) -> Response:
    """The form, filled in with what is held."""
    found = held_signature(token)
    if found is None:
        return unknown_link()
    return _correct_form(found, token, correction_form(language=current_code(), held=found))


@bp.post("/signature/<token>/correct")
def correct(token: str) -> Response:
    """Correct what is held, and say what changed; a faulty form comes back as typed."""
    check_writable()
    found = held_signature(token)
    if found is None:
        return unknown_link()
    form = correction_form(language=current_code(), typed=request.form)
    correction, errors = read_correction(request.form, BY_CODE)
    if correction is None:
        return _correct_form(found, token, form, errors)
    try:
        with transaction():
            changed = correcting.correct(found, correction, now=clock.now())
    except RefusedError as refusal:
        name = "postal_code" if isinstance(refusal, SharedPlaceError) else "given_name"
        return _correct_form(found, token, form, {name: refusal})
    return to_own_page(token, *(changed or ["nothing"]))


def _correct_form(
    found: Signature,
    token: str,
    form: CorrectionForm,
    errors: dict[str, RefusedError] | None = None,
) -> Response:
    for name, refusal in (errors or {}).items():
        form[name].errors = [refusal.sentence]
    petition = petition_by_id(found.petition_id)
    moves = may_move_region(state=petition.state, closes_at=petition.closes_at, now=clock.now())
    return private_page(
        "petitions/correct.html",
        422 if errors else 200,
        card=card_of(found),
        token=token,
        form=form,
        moves_region=moves,
    )


@bp.get("/signature/<token>/address")
def address_page(token: str) -> Response:
    """Ask for the new address."""
    found = held_signature(token)
    if found is None:
        return unknown_link()
    return private_page(
        "petitions/address.html", card=card_of(found), token=token, form=AddressForm()
    )


@bp.post("/signature/<token>/address")
def address(token: str) -> Response:
    """Write to the new mailbox and to the present one; the answer is the same whatever either holds."""
    check_writable()
    found = held_signature(token)
    if found is None:
        return unknown_link()
    form = AddressForm(request.form)
    try:
        new = check_email(form.email.data or "")
        _ask(found, new)
    except (InvalidEmailAddress, NotCorrectableError) as refusal:
        form.email.errors = [refusal.sentence]
        return private_page(
            "petitions/address.html", 422, card=card_of(found), token=token, form=form
        )
    return to_own_page(token, "asked")


def _ask(found: Signature, new: str) -> None:
    limits: Limits = current_app.extensions["limits"]
    if limits.may_ask_for_address(found.ref, email_key(0, new)):
        with transaction():
            correcting.ask_for_address(found, new, now=clock.now())


@bp.post("/signature/<token>/address/cancel")
def cancel_address(token: str) -> Response:
    """Stay with the present mailbox."""
    check_writable()
    found = held_signature(token)
    if found is None:
        return unknown_link()
    with transaction():
        correcting.cancel_address(found)
    return to_own_page(token, "cancelled")


@bp.get("/address/<token>")
def new_address_page(token: str) -> Response:
    """In the new mailbox: name the petition and wait for a press, as scanners open links."""
    change = address_change_behind(token_digest(token), clock.now())
    found = by_ref(change.signature_ref) if change else None
    if found is None:
        return unknown_link()
    return private_page("petitions/new_address.html", card=card_of(found), token=token, refusal="")


@bp.post("/address/<token>")
def new_address(token: str) -> Response:
    """The new mailbox takes over. Pressing again meets a link that has served."""
    check_writable()
    try:
        with transaction():
            own_token = correcting.confirm_address(token, now=clock.now())
    except LinkUnknownError:
        return unknown_link()
    except RefusedError as refusal:
        change = address_change_behind(token_digest(token), clock.now())
        found = by_ref(change.signature_ref) if change else None
        return private_page(
            "petitions/new_address.html",
            refusal.http_status,
            card=card_of(found) if found else None,
            token=token,
            refusal=refusal.sentence,
        )
    return to_own_page(own_token, "address")
