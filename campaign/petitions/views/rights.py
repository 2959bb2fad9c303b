"""A signatory's own page, by signed link: see, take away, withdraw, erase, object, stop mails."""

from flask import (
    Response,
    current_app,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from werkzeug.exceptions import NotFound

from campaign.consents.models import ConsentReceipt, ConsentText
from campaign.consents.queries import standing_yes, stopped_by_mailbox
from campaign.core import clock
from campaign.core.db import transaction
from campaign.core.tokens import read_token
from campaign.i18n.languages import current_code
from campaign.partners.queries import organisation_names
from campaign.petitions import mails
from campaign.petitions.exports import held_about
from campaign.petitions.models import Signature
from campaign.petitions.operations import taking_back
from campaign.petitions.pages import PetitionCard, cards_for
from campaign.petitions.pages.exporting import given_lists
from campaign.petitions.queries.petitions import petition_by_id
from campaign.petitions.queries.signatures import address_change_of, by_ref
from campaign.petitions.rules.correcting import CORRECTABLE
from campaign.petitions.rules.signing import is_ticked
from campaign.petitions.views.blueprint import bp
from campaign.petitions.views.signing import private, private_page
from campaign.web.errors import ReadOnlyError
from campaign.web.page_cache import keep

REF_BYTES = 16


def signature_of(token: str) -> Signature | None:
    """The signature a rights link leads to, unless the link is wrong or replaced, or all is forgotten."""
    payload = read_token("rights", token)
    found = by_ref(payload[:REF_BYTES]) if payload else None
    if found is None or token != mails.rights_token(found.ref, found.link_version):
        return None
    is_forgotten = found.email_key is None and found.state != "withdrawn"
    return None if is_forgotten else found


def held_signature(token: str) -> Signature | None:
    """The same, where it still says something about a person."""
    found = signature_of(token)
    return None if found is None or found.state == "withdrawn" else found


def unknown_link() -> Response:
    """One gentle answer for a link that is wrong, cut off, expired, replaced or of something erased."""
    return private_page("petitions/unknown_link.html", 404)


def check_writable() -> None:
    """Raises ReadOnlyError while the site is being repaired."""
    if current_app.config["READ_ONLY"]:
        raise ReadOnlyError


def card_of(found: Signature) -> PetitionCard:
    """The petition a signature is about."""
    return cards_for([petition_by_id(found.petition_id)], current_code(), now=clock.now())[0]


def to_own_page(token: str, *changed: str) -> Response:
    """Back to one's own page, which says what changed."""
    address = url_for("petitions.signature", token=token, changed=" ".join(changed) or None)
    return private(make_response(redirect(address, 303)))


@bp.get("/signature/<token>")
def signature(token: str) -> Response:
    """All that is held about one signature."""
    found = signature_of(token)
    if found is None:
        return unknown_link()
    if found.state == "withdrawn":
        return private_page("petitions/withdrawn.html", card=card_of(found))
    return private_page(
        "petitions/signature.html",
        signature=found,
        card=card_of(found),
        token=token,
        updates=_updates(found.ref),
        ended=_ended(found.ref),
        lists=given_lists(found),
        change=address_change_of(found.ref, clock.now()),
        changed=request.args.get("changed", "").split(),
        is_correctable=found.state in CORRECTABLE and found.given_name is not None,
    )


def _updates(ref: bytes) -> list[tuple[str, ConsentReceipt, ConsentText, str]]:
    """Each yes that stands: the organisation, the receipt, its words, and where to end it."""
    allowed = standing_yes(ref)
    names = organisation_names([receipt.organisation_id for receipt, _text in allowed])
    return [
        (
            names.get(receipt.organisation_id, ""),
            receipt,
            text,
            _stop_address(ref, receipt.organisation_id),
        )
        for receipt, text in allowed
    ]


def _ended(ref: bytes) -> list[tuple[str, ConsentReceipt]]:
    """Each organisation whose mails ended because the mailbox did not want them, and the receipt."""
    ended = stopped_by_mailbox(ref)
    names = organisation_names([receipt.organisation_id for receipt in ended])
    return [(names.get(receipt.organisation_id, ""), receipt) for receipt in ended]


def _stop_address(ref: bytes, organisation_id: int) -> str:
    token = mails.unsubscribe_token(ref, organisation_id)
    return url_for("petitions.unsubscribe", token=token)


@bp.get("/signature/<token>/data.json")
def take_away(token: str) -> Response:
    """The same to take away, for a person or a program. Raises NotFound."""
    found = held_signature(token)
    if found is None:
        raise NotFound
    change = address_change_of(found.ref, clock.now())
    response = jsonify(held_about(found, petition_by_id(found.petition_id), change))
    response.headers["Content-Disposition"] = 'attachment; filename="signature.json"'
    return private(response)


@bp.post("/signature/<token>/withdraw")
def withdraw(token: str) -> Response:
    """Take the signature back; a second press changes nothing."""
    check_writable()
    found = signature_of(token)
    if found is not None:
        with transaction():
            taking_back.withdraw(found, now=clock.now())
    return to_own_page(token)


@bp.get("/signature/<token>/object")
def objecting(token: str) -> Response:
    """What objecting means, and its three buttons (GDPR art. 21)."""
    found = held_signature(token)
    if found is None:
        return unknown_link()
    return private_page(
        "petitions/object.html",
        signature=found,
        card=card_of(found),
        token=token,
        has_allowed=bool(standing_yes(found.ref)),
    )


@bp.post("/signature/<token>/stop-mails")
def stop_all_mails(token: str) -> Response:
    """End every organisation's permission to write, at once."""
    check_writable()
    found = held_signature(token)
    if found is None:
        return unknown_link()
    with transaction():
        taking_back.stop_all_updates(found.ref, now=clock.now())
    return to_own_page(token, "mails")


@bp.post("/signature/<token>/hide")
def hide(token: str) -> Response:
    """Show nothing publicly any more."""
    check_writable()
    found = held_signature(token)
    if found is None:
        return unknown_link()
    with transaction():
        taking_back.hide(found)
    return to_own_page(token, "shown")


@bp.get("/signature/<token>/erase")
def erase_page(token: str) -> Response:
    """Say what erasing does, and wait for a press."""
    found = signature_of(token)
    if found is None:
        return unknown_link()
    return private_page("petitions/erase.html", signature=found, card=card_of(found), token=token)


@bp.post("/signature/<token>/erase")
def erase(token: str) -> Response:
    """Erase everything now. A second press meets nothing and is told the same."""
    check_writable()
    found = signature_of(token)
    if found is None and read_token("rights", token) is None:
        return unknown_link()
    if found is not None:
        never_write = is_ticked(request.form.get("never_write", ""))
        with transaction():
            taking_back.erase(found, never_write=never_write, now=clock.now())
    return private(make_response(redirect(url_for("petitions.erased"), 303)))


@bp.get("/my-signature/erased")
@keep(300)
def erased() -> str:
    """Done: the same page for everybody, since nobody is left to name."""
    return render_template("petitions/erased.html")


@bp.route("/unsubscribe/<token>", methods=["GET", "POST"])
def unsubscribe(token: str) -> Response:
    """Stop one organisation's mails: a page with a button, or one click by RFC 8058. Twice is harmless."""
    payload = read_token("unsubscribe", token)
    if payload is None:
        return unknown_link()
    if request.method != "POST":
        return private_page("petitions/unsubscribe.html", token=token)
    check_writable()
    with transaction():
        taking_back.stop_updates(
            payload[:REF_BYTES], int.from_bytes(payload[REF_BYTES:], "big"), now=clock.now()
        )
    return private_page("petitions/unsubscribed.html")
