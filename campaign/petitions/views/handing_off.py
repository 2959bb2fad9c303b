"""On to the channel that counts: its page, the sheets for paper, the reminder, and how it went."""

from collections.abc import Callable
from typing import Any

from flask import Response, current_app, make_response, redirect, render_template, request, url_for
from werkzeug.exceptions import NotFound

from campaign.core import clock
from campaign.core.db import transaction
from campaign.core.errors import RefusedError
from campaign.i18n.languages import current_code
from campaign.petitions.exports import cover_sheet, return_label
from campaign.petitions.forms import AnswerForm, answer_form
from campaign.petitions.models import Petition
from campaign.petitions.operations import handing_off, taking_back
from campaign.petitions.pages import cards_for, hand_off_of, hand_off_page, petition_page
from campaign.petitions.queries.petitions import petition_by_id
from campaign.petitions.rules.handing_off import NO_BROWSER, browser_family, read_answer
from campaign.petitions.views.blueprint import bp
from campaign.petitions.views.reading import readable_petition
from campaign.petitions.views.rights import signature_of
from campaign.petitions.views.signing import just_signed, private, private_page
from campaign.web.errors import ReadOnlyError, TooManyRequestsError
from campaign.web.limits import Limits, visitor
from campaign.web.page_cache import keep

PAGE_SECONDS, SHEET_SECONDS = 60, 300


@bp.get("/petitions/<slug>/official")
@keep(PAGE_SECONDS)
def official(slug: str) -> str | Response:
    """Every way to sign so that it counts; where there is none, the petition itself."""
    petition = readable_petition(slug)
    now = clock.now()
    if not hand_off_of(petition).ways:
        return make_response(redirect(url_for("petitions.page", slug=slug)))
    return render_template(
        "petitions/official.html",
        page=petition_page(petition, current_code(), None, now=now),
        hand_off=hand_off_page(petition, current_code(), now=now),
    )


@bp.get("/petitions/<slug>/official/cover.pdf")
@keep(SHEET_SECONDS)
def cover(slug: str) -> Response:
    """The sheet on top of a pile of paper forms."""
    return _sheet(slug, cover_sheet)


@bp.get("/petitions/<slug>/official/label.pdf")
@keep(SHEET_SECONDS)
def label(slug: str) -> Response:
    """The label the paper forms go back with."""
    return _sheet(slug, return_label)


def _sheet(slug: str, draw: Callable[..., bytes | None]) -> Response:
    address = url_for("petitions.page", slug=slug, _external=True)
    made = draw(readable_petition(slug), current_code(), address=address, now=clock.now())
    if made is None:
        raise NotFound
    return Response(made, content_type="application/pdf")


@bp.route("/official/<code>", methods=["GET", "POST"])
def answer(code: str) -> Response:
    """How did it go? One press counts one answer; a second one changes nothing."""
    try:
        known = handing_off.read_code(code, now=clock.now())
    except handing_off.CodeUnknownError:
        return private_page("petitions/answered.html", 404, card=None)
    petition = petition_by_id(known.petition_id)
    form = answer_form(hand_off_of(petition), request.form or None)
    if handing_off.is_spent(known):
        return _answer_page("petitions/answered.html", petition, form)
    if request.method != "POST":
        return _answer_page("petitions/answer.html", petition, form)
    return _take_answer(known, petition, form)


def _take_answer(known: handing_off.AnswerCode, petition: Petition, form: AnswerForm) -> Response:
    if current_app.config["READ_ONLY"]:
        raise ReadOnlyError
    hand_off, now = hand_off_of(petition), clock.now()
    try:
        said = read_answer(form.result.data or "", form.step.data or "", hand_off)
    except RefusedError as refusal:
        field = form.step if refusal.code == "step_missing" else form.result
        field.errors = [refusal.sentence]
        return _answer_page("petitions/answer.html", petition, form, 422)
    limits: Limits = current_app.extensions["limits"]
    if not limits.may_answer(visitor(now)):
        raise TooManyRequestsError
    browser = browser_family(request.user_agent.string) if form.same_browser.data else NO_BROWSER
    with transaction():
        handing_off.tell(known, said, browser=browser, language=current_code(), now=now)
    return private(make_response(redirect(request.path, 303)))


def _answer_page(template: str, petition: Petition, form: Any, status: int = 200) -> Response:
    card = cards_for([petition], current_code(), now=clock.now())[0]
    return private_page(template, status, card=card, form=form)


@bp.post("/petitions/<slug>/signed/reminder")
def remind_me(slug: str) -> Response:
    """One reminder in a week, for who has just signed and asks for it. Twice is harmless."""
    if current_app.config["READ_ONLY"]:
        raise ReadOnlyError
    petition, now = readable_petition(slug), clock.now()
    key = request.args.get("k", "")
    with transaction():
        found = just_signed(key, now)
        if found is not None and found.petition_id == petition.id and hand_off_of(petition).ways:
            handing_off.ask_for_reminder(found, petition, now=now)
    address = url_for("petitions.signed", slug=slug, k=key, _anchor="later")
    return private(make_response(redirect(address, 303)))


@bp.post("/signature/<token>/no-reminder")
def no_reminder(token: str) -> Response:
    """No reminder after all. Twice is harmless."""
    if current_app.config["READ_ONLY"]:
        raise ReadOnlyError
    found = signature_of(token)
    if found is not None:
        with transaction():
            taking_back.forget_official_reminder(found.ref)
    return private(make_response(redirect(url_for("petitions.signature", token=token), 303)))
