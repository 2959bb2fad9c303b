"""Signing: the form, the review, the mailbox page, and the link in the mail."""

from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from typing import Any

from flask import Response, current_app, make_response, redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _l

from campaign.core import clock
from campaign.core.db import quick_transaction, transaction
from campaign.core.email_address import suggest_domain
from campaign.core.errors import RefusedError
from campaign.core.tokens import read_token, sign_token, token_digest
from campaign.i18n.formats import country_name
from campaign.i18n.languages import current_code
from campaign.petitions import mails
from campaign.petitions.forms import SignForm, show_errors, sign_form
from campaign.petitions.models import Signature
from campaign.petitions.operations import confirming, taking_back
from campaign.petitions.pages import cards_for, hand_off_page, petition_page
from campaign.petitions.queries import petitions as queries
from campaign.petitions.queries.signatures import by_ref
from campaign.petitions.rules.signing import (
    Application,
    NotOpenError,
    SigningTerms,
    read_application,
)
from campaign.petitions.views.accepting import (
    FormProblem,
    allowance,
    keep,
    problem_with,
    terms_for,
)
from campaign.petitions.views.arrival import arrive, look_ahead
from campaign.petitions.views.blueprint import bp
from campaign.petitions.views.lane import counted_before
from campaign.petitions.views.reading import readable_petition
from campaign.web.errors import ReadOnlyError, TooManyRequestsError, come_back_in
from campaign.web.form_token import make_form_token, make_once_token
from campaign.web.limits import SigningAllowance, visitor
from campaign.web.page_cache import compress_private

SIGNED_PAGE_SECONDS = 15 * 60
PROBLEMS = {
    FormProblem.ROBOT: _l("The hidden field “website” was filled in. Empty it, then send again."),
    FormProblem.TOO_FAST: _l(
        "That was very fast. To keep robots out, wait three seconds, then send again."
    ),
    FormProblem.TOO_OLD: _l(
        "This page had been open for too long. We renewed it: check it and send again."
    ),
}


def private(response: Response) -> Response:
    """A page made for one person: kept by nobody, indexed by nobody."""
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return compress_private(response)


def private_page(template: str, status: int = 200, **context: Any) -> Response:
    """A rendered page for one person."""
    return private(make_response(render_template(template, **context), status))


@bp.get("/petitions/<slug>/sign")
def sign_page(slug: str) -> Response:
    """The form alone, for slow networks and for coming back; closed petitions lead to their page."""
    try:
        terms = terms_for(slug)
    except NotOpenError:
        return private(make_response(redirect(url_for("petitions.page", slug=slug) + "#support")))
    form = sign_form(terms, language=current_code())
    form.token.data = make_form_token(slug, clock.now())
    arrival = look_ahead(terms, request.args.get("via", ""))
    form.via.data = arrival.code
    return _form_again(slug, terms, form, 200, arrival.note, asks_code=bool(arrival.note))


@bp.post("/petitions/<slug>/sign")
def sign(slug: str) -> Response:
    """Check the form; show it again, show the review, or keep the signature."""
    terms = terms_for(slug)
    application, errors = read_application(request.form, terms)
    if "age" in errors and errors["age"].code == "too_young":
        return private_page("petitions/not_eligible.html", page=_page(slug, terms))
    problem = _problem_with_form(slug)
    step = request.form.get("step", "review")
    if application is None or problem or step == "edit":
        return _refuse_form(slug, terms, problem, 200 if step == "edit" and not problem else 422)
    if step != "send":
        return _review(slug, terms, application)
    arrival = arrive(terms)
    application = arrival.attributed(application)
    with _allowance(terms, application, is_limited=not arrival.lifts_limit) as allowed:
        if allowed.seconds_to_wait:
            return _ask_to_wait(slug, terms, allowed.seconds_to_wait, arrival.note)
        keep(application, terms, may_mail=allowed.may_mail)
    return private(make_response(redirect(url_for("petitions.check_mailbox", slug=slug), 303)))


def _problem_with_form(slug: str) -> str:
    problem = problem_with(request.form, slug)
    return "" if problem is None else str(PROBLEMS[problem])


def _refuse_form(slug: str, terms: SigningTerms, problem: str, status: int) -> Response:
    form = sign_form(terms, request.form, language=current_code())
    if status != 200:
        show_errors(form, request.form, terms)
    if problem:
        form.token.data = make_form_token(slug, clock.now())
        form.website.data = ""
    return _form_again(slug, terms, form, status, problem)


def _form_again(
    slug: str,
    terms: SigningTerms,
    form: SignForm,
    status: int,
    problem: str = "",
    *,
    asks_code: bool = False,
) -> Response:
    return private_page(
        "petitions/sign.html",
        status,
        page=_page(slug, terms),
        form=form,
        form_state="open",
        refusal=problem or None,
        asks_code=asks_code,
    )


def _page(slug: str, terms: SigningTerms) -> Any:
    return petition_page(readable_petition(slug), current_code(), terms, now=clock.now())


def _review(slug: str, terms: SigningTerms, application: Application) -> Response:
    return private_page(
        "petitions/review.html",
        page=_page(slug, terms),
        form=sign_form(terms, request.form, language=current_code()),
        review=application,
        place=application.place,
        country_name=country_name(application.country),
        suggestion=suggest_domain(application.email),
    )


def _ask_to_wait(slug: str, terms: SigningTerms, seconds: int, note: str) -> Response:
    """Too many from this network: the form comes back as it was, and says when to send it again;
    `note` is why the code that came with it did not help."""
    form = sign_form(terms, request.form, language=current_code())
    form.altcha.data = ""
    sentences = (TooManyRequestsError().sentence, come_back_in(seconds), note)
    response = _form_again(
        slug, terms, form, 429, " ".join(filter(None, sentences)), asks_code=True
    )
    response.headers["Retry-After"] = str(seconds)
    return response


def _allowance(
    terms: SigningTerms, application: Application, *, is_limited: bool
) -> AbstractContextManager[SigningAllowance]:
    """Counted here, or by the lane this form came through."""
    counted = counted_before(request.environ)
    if counted is not None:
        return nullcontext(counted)
    network = visitor(clock.now()) if is_limited else None
    return allowance(request.form, terms, application, network)


@bp.get("/confirm/<token>")
def confirm_page(token: str) -> Response:
    """Name the petition and wait for a press: a mail scanner that opens links confirms nothing."""
    found = queries.petition_of_confirm_digest(token_digest(token))
    try:
        confirming.check_may_confirm(token_digest(token), now=clock.now())
    except RefusedError as refusal:
        return _confirm_refused(refusal, found)
    if found is None:
        raise confirming.LinkUnknownError
    card = cards_for([found.petition], current_code(), now=clock.now())[0]
    if found.state != "pending":
        return private_page("petitions/confirm_state.html", state="already_confirmed", card=card)
    return private_page("petitions/confirm.html", card=card, token=token, stratum=found.stratum)


@bp.post("/confirm/<token>")
def confirm(token: str) -> Response:
    """Count the signature. Pressing again shows the same page and counts nothing more."""
    if current_app.config["READ_ONLY"]:
        raise ReadOnlyError
    try:
        with quick_transaction(writes_once=True):
            ref, slug = confirming.confirm(token, now=clock.now())
    except RefusedError as refusal:
        return _confirm_refused(refusal, queries.petition_of_confirm_digest(token_digest(token)))
    key = sign_token("signed", ref + int(clock.now().timestamp()).to_bytes(5, "big"))
    return private(make_response(redirect(url_for("petitions.signed", slug=slug, k=key), 303)))


def _confirm_refused(refusal: RefusedError, found: Any) -> Response:
    if found is None:
        return private_page("petitions/confirm_state.html", 404, state="unknown", card=None)
    card = cards_for([found.petition], current_code(), now=clock.now())[0]
    return private_page(
        "petitions/confirm_state.html", refusal.http_status, state=refusal.code, card=card
    )


@bp.post("/confirm/<token>/not-me")
def not_me(token: str) -> Response:
    """Forget a signature somebody else typed; answers the same whether there was one or not."""
    if current_app.config["READ_ONLY"]:
        raise ReadOnlyError
    with transaction():
        taking_back.disown(token, now=clock.now())
    return private_page("petitions/confirm_state.html", state="not_me_done", card=None)


@bp.get("/petitions/<slug>/signed")
def signed(slug: str) -> Response:
    """Thanks, and the step that counts. For fifteen minutes; then, or forwarded, the petition."""
    petition = readable_petition(slug)
    now = clock.now()
    signature = just_signed(request.args.get("k", ""), now)
    if signature is None or signature.petition_id != petition.id:
        return private(make_response(redirect(url_for("petitions.page", slug=slug) + "#support")))
    return private_page(
        "petitions/signed.html",
        card=cards_for([petition], current_code(), now=now)[0],
        page=petition_page(petition, current_code(), None, now=now),
        stratum=signature.stratum,
        is_public=signature.is_public,
        hand_off=hand_off_page(petition, current_code(), now=now),
        answer_url=mails.official_paths(slug, current_code(), petition.id, now.date())[
            "answer_path"
        ],
        signature=signature,
        key=request.args["k"],
        carrying=make_once_token(f"carry:{slug}", now),
    )


def just_signed(key: str, now: datetime) -> Signature | None:
    """The signature confirmed a quarter of an hour ago at most, by the key its page was given."""
    payload = read_token("signed", key)
    if (
        payload is None
        or now.timestamp() - int.from_bytes(payload[16:], "big") > SIGNED_PAGE_SECONDS
    ):
        return None
    signature = by_ref(payload[:16])
    return None if signature is None or signature.state == "withdrawn" else signature
