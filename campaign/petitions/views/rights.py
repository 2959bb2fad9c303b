"""A signatory's own page, by signed link: see, withdraw, stop an organisation's mails."""

from flask import Response, current_app, jsonify, make_response, redirect, request, url_for
from werkzeug.exceptions import NotFound

from campaign.consents.queries import standing_yes
from campaign.core import clock
from campaign.core.db import transaction
from campaign.core.tokens import read_token
from campaign.i18n.languages import current_code
from campaign.petitions import mails
from campaign.petitions.exports import held_about
from campaign.petitions.models import Signature
from campaign.petitions.operations import taking_back
from campaign.petitions.pages import PetitionCard, cards_for
from campaign.petitions.queries.petitions import petition_by_id
from campaign.petitions.queries.signatures import by_ref
from campaign.petitions.views.blueprint import bp
from campaign.petitions.views.signing import private, private_page
from campaign.web.errors import ReadOnlyError


def signature_of(token: str) -> Signature | None:
    """The signature a rights link leads to, unless the link is wrong or all is forgotten."""
    ref = read_token("rights", token)
    found = by_ref(ref) if ref else None
    is_forgotten = found is not None and found.email_key is None and found.state != "withdrawn"
    return None if is_forgotten else found


@bp.get("/signature/<token>")
def signature(token: str) -> Response:
    """All that is held about one signature."""
    found = signature_of(token)
    if found is None or found.state == "withdrawn":
        return private_page(
            "petitions/withdrawn.html", 200 if found else 404, card=_card(found), found=found
        )
    updates = [
        (receipt, text, mails.unsubscribe_token(found.ref, receipt.organisation_id))
        for receipt, text in standing_yes(found.ref)
    ]
    return private_page(
        "petitions/signature.html", signature=found, card=_card(found), token=token, updates=updates
    )


@bp.get("/signature/<token>/data.json")
def take_away(token: str) -> Response:
    """The same to take away, for a person or a program. Raises NotFound."""
    found = signature_of(token)
    if found is None or found.state == "withdrawn":
        raise NotFound
    response = jsonify(held_about(found, petition_by_id(found.petition_id)))
    response.headers["Content-Disposition"] = 'attachment; filename="signature.json"'
    return private(response)


@bp.post("/signature/<token>/withdraw")
def withdraw(token: str) -> Response:
    """Take the signature back; a second press changes nothing."""
    if current_app.config["READ_ONLY"]:
        raise ReadOnlyError
    found = signature_of(token)
    if found is not None:
        with transaction():
            taking_back.withdraw(found, now=clock.now())
    return private(make_response(redirect(url_for("petitions.signature", token=token), 303)))


def _card(found: Signature | None) -> PetitionCard | None:
    if found is None:
        return None
    return cards_for([petition_by_id(found.petition_id)], current_code(), now=clock.now())[0]


@bp.route("/unsubscribe/<token>", methods=["GET", "POST"])
def unsubscribe(token: str) -> Response:
    """Stop one organisation's mails: a page with a button, or one click by RFC 8058. Twice is harmless."""
    payload = read_token("unsubscribe", token)
    if payload is None:
        return private_page("petitions/unsubscribed.html", 404, is_known=False)
    if request.method != "POST":
        return private_page("petitions/unsubscribe.html", token=token)
    if current_app.config["READ_ONLY"]:
        raise ReadOnlyError
    with transaction():
        taking_back.stop_updates(payload[:16], int.from_bytes(payload[16:], "big"), now=clock.now())
    return private_page("petitions/unsubscribed.html", is_known=True)
