"""What is shared of a petition: the picture of a link, the page to share from, print, and short addresses."""

from contextlib import suppress

from flask import Response, make_response, redirect, render_template, url_for
from werkzeug.exceptions import NotFound

from campaign.core import clock
from campaign.core.errors import RefusedError
from campaign.i18n.languages import current_code
from campaign.petitions.models import Petition, Placement
from campaign.petitions.pages import PetitionCard, cards_for
from campaign.petitions.pages.sharing import (
    invitations,
    leaflet_of,
    picture_of,
    radio_script,
    short_link,
    typed_address,
)
from campaign.petitions.queries.petitions import petition_by_id
from campaign.petitions.queries.placements import placement_of_code, public_placement
from campaign.petitions.rules.placements import readable_code
from campaign.petitions.views.arrival import look_up
from campaign.petitions.views.blueprint import bp
from campaign.petitions.views.reading import readable_petition
from campaign.print import card as pictures
from campaign.print import qr, sheets
from campaign.web.page_cache import keep

PAGE_SECONDS = 60
# In kilobytes, rounded up; a test weighs what is really made.
SIZES = {"poster": 40, "leaflets": 45, "stand": 45}


def _card(petition: Petition) -> PetitionCard:
    return cards_for([petition], current_code(), now=clock.now())[0]


def _may_invite(card: PetitionCard) -> bool:
    """Whether people may still be asked to sign: nobody hangs up what cannot be signed."""
    return card.state == "open" and not card.is_over


def _to_the_petition(slug: str) -> Response:
    return _elsewhere(url_for("petitions.page", slug=slug))


def _elsewhere(address: str) -> Response:
    """A redirect that may be another one tomorrow."""
    response = make_response(redirect(address))
    response.headers["Cache-Control"] = "private, no-store"
    return response


@bp.get("/petitions/<slug>/card.png")
@keep(PAGE_SECONDS, cache_name="drawings")
def card_picture(slug: str) -> Response:
    """The picture that stands beside a shared link, with today's counters."""
    drawn = pictures.draw(picture_of(_card(readable_petition(slug))))
    return Response(drawn, content_type="image/png")


@bp.get("/petitions/<slug>/share")
@keep(PAGE_SECONDS)
def share(slug: str) -> str:
    """Every way to pass a petition on: messages, the address, paper, the radio."""
    petition = readable_petition(slug)
    card = _card(petition)
    placement = public_placement(petition.id) if _may_invite(card) else None
    link = short_link(placement.code) if placement else ""
    return render_template(
        "petitions/share.html",
        card=card,
        placement=placement,
        short_address=typed_address(link),
        sizes=SIZES,
    )


@bp.get("/petitions/<slug>/radio")
@keep(PAGE_SECONDS)
def radio(slug: str) -> str | Response:
    """One minute to read aloud, to print and to take to a studio."""
    card = _card(readable_petition(slug))
    if card.is_announced or not _may_invite(card):  # "a petition is open", it says
        return _to_the_petition(slug)
    return render_template("petitions/radio.html", card=card, script=radio_script(card))


@bp.get("/petitions/<slug>/print/<code>/<sheet>")
@keep(PAGE_SECONDS, cache_name="drawings")
def printed(slug: str, code: str, sheet: str) -> Response:
    """A poster, leaflets, a sheet for a stand or the QR code alone, with a placement's own code.

    A code that is closed, or another petition's, leads to the public one: nobody prints what leads
    nowhere.
    """
    petition = readable_petition(slug)
    if not _may_invite(_card(petition)):
        return _to_the_petition(slug)
    placement = _placement_to_print(petition, code)
    if placement.code != code:
        return _elsewhere(url_for("petitions.printed", slug=slug, code=placement.code, sheet=sheet))
    if sheet == "qr.svg":
        title = _card(petition).short_title
        return Response(qr.svg(short_link(code), title), content_type="image/svg+xml")
    return Response(_drawn(petition, code, sheet), content_type="application/pdf")


def _placement_to_print(petition: Petition, code: str) -> Placement:
    found = placement_of_code(readable_code(code))
    if found is not None and found.petition_id == petition.id and found.closed_at is None:
        return found
    public = public_placement(petition.id)
    if public is None:
        raise NotFound
    return public


def _drawn(petition: Petition, code: str, sheet: str) -> bytes:
    leaflet = leaflet_of(_card(petition), code, made_at=petition.changed_at)
    if sheet == "poster.pdf":
        return sheets.poster(leaflet)
    if sheet == "leaflets.pdf":
        return sheets.leaflets(leaflet)
    if sheet == "stand.pdf":
        return sheets.stand(leaflet, invitations(code))
    raise NotFound


@bp.get("/s/<code>")
def short_address(code: str) -> Response:
    """Where a QR code leads: the form, which keeps the code. An unknown one leads to the petitions."""
    there = url_for("petitions.index")
    with suppress(RefusedError):
        slug = petition_by_id(look_up(code).petition_id).slug
        there = url_for("petitions.sign_page", slug=slug, via=readable_code(code))
    return _elsewhere(there)
