"""Signing in, the second factor, proving it again, and leaving."""

from flask import Response, current_app, jsonify, request
from flask_babel import ngettext

from campaign.accounts import queries
from campaign.accounts.cookies import end_session, remember_device, start_session
from campaign.accounts.forms import CodeForm, SignInForm
from campaign.accounts.guards import (
    CONFIRMATION,
    SignedIn,
    current_session,
    open_to_all,
    requires,
    signed_in,
)
from campaign.accounts.models import Account
from campaign.accounts.operations import passwords, sessions
from campaign.accounts.operations.invitations import email_key
from campaign.accounts.permissions import Permission
from campaign.accounts.rules.refusals import (
    SignInRefusedError,
    WrongCodeError,
    WrongConfirmationError,
)
from campaign.accounts.rules.sessions import own_target
from campaign.accounts.views.blueprint import bp, go, page
from campaign.accounts.views.braking import SUBJECT, brake_on
from campaign.core import clock
from campaign.core.db import transaction
from campaign.core.tokens import purpose_key
from campaign.web.limits import Limits
from campaign.web.proof_of_work import make_challenge


@bp.get("/sign-in")
@open_to_all
def sign_in_page() -> Response:
    """The form; who has signed in goes on."""
    target = own_target(request.args.get("target", ""))
    if signed_in() is not None:
        return _go_on(target)
    return page("accounts/sign_in.html", form=SignInForm(target=target), refusal="")


@bp.get("/sign-in/challenge.json")
@open_to_all
def challenge() -> Response:
    """A proof of work for the browser, made while the password is typed."""
    most = current_app.config["PROOF_OF_WORK_MAX"]
    return jsonify(make_challenge(purpose_key("proof-of-work"), SUBJECT, clock.now(), most))


@bp.post("/sign-in")
@open_to_all
def sign_in() -> Response:
    """Prove the password. The answer to a wrong one is the same whether there is an account or not."""
    form = SignInForm(request.form)
    if not form.validate():
        return page("accounts/sign_in.html", 422, form=form, refusal="")
    key = email_key(form.email.data)
    account = queries.account_by_key(key)
    brake = brake_on(account, key, "password")
    if wait := brake.seconds_to_wait():
        return _ask_to_wait("accounts/sign_in.html", form, wait)
    try:
        account, new_hash = passwords.prove(account, form.password.data)
    except SignInRefusedError as refusal:
        return page("accounts/sign_in.html", 422, form=form, refusal=refusal.sentence)
    brake.release()
    return _begin(account, new_hash, own_target(form.target.data or ""))


def _begin(account: Account, new_hash: str, target: str) -> Response:
    device = request.headers.get("User-Agent", "")
    with transaction():
        token = sessions.sign_in(account=account, device=device, new_hash=new_hash, now=clock.now())
    if account.has_second_factor:
        return start_session(go("accounts.second_factor_page", target=target), token)
    return remember_device(start_session(_go_on(target), token), account)


def _go_on(target: str) -> Response:
    response = go("workspace.home")
    response.headers["Location"] = target
    return response


def _ask_to_wait(template: str, form: CodeForm | SignInForm, seconds: int) -> Response:
    minutes = -(-seconds // 60)
    sentence = ngettext(
        "Too many wrong tries from here. You can try again in %(count)s minute.",
        "Too many wrong tries from here. You can try again in %(count)s minutes.",
        minutes,
        count=minutes,
    )
    response = page(template, 429, form=form, refusal=sentence, asking=signed_in())
    response.headers["Retry-After"] = str(seconds)
    return response


@bp.get("/sign-in/second-factor")
@open_to_all
def second_factor_page() -> Response:
    """Ask for the second proof."""
    asking, target = signed_in(), own_target(request.args.get("target", ""))
    if asking is None or asking.is_complete:
        return go("accounts.sign_in_page") if asking is None else _go_on(target)
    return page(
        "accounts/second_factor.html", form=CodeForm(target=target), refusal="", asking=asking
    )


@bp.post("/sign-in/second-factor")
@open_to_all
def second_factor() -> Response:
    """Complete the session by a code of the app or a recovery code."""
    asking, form = signed_in(), CodeForm(request.form)
    if asking is None:
        return go("accounts.sign_in_page")
    if not form.validate():
        return page("accounts/second_factor.html", 422, form=form, refusal="", asking=asking)
    brake = brake_on(asking.account, asking.account.email_key, "code")
    if wait := brake.seconds_to_wait():
        return _ask_to_wait("accounts/second_factor.html", form, wait)
    try:
        with transaction():
            token = sessions.give_code(asking.session, form.code.data, now=clock.now())
    except WrongCodeError as refusal:
        return page(
            "accounts/second_factor.html", 422, form=form, refusal=refusal.sentence, asking=asking
        )
    brake.release()
    return completed(asking, token, form.target.data or "")


def completed(asking: SignedIn, token: str, target: str) -> Response:
    """Both proofs were given: a new session token, and the browser is known from now on."""
    response = start_session(_go_on(own_target(target)), token)
    return remember_device(response, asking.account)


@bp.post("/sign-out")
@open_to_all
def sign_out() -> Response:
    """Leave; pressing again does no harm."""
    if signed_in() is None:
        return go("accounts.sign_in_page", "signed_out")
    with transaction():
        sessions.sign_out(current_session())
    return end_session(go("accounts.sign_in_page", "signed_out"))


@bp.post("/confirm-again")
@requires(Permission.ACCOUNT_OWN)
def confirm_again() -> Response:
    """Prove it again for a page, then go on to it. Forms are proved on their own way."""
    target = own_target(request.form.get("target", ""))
    limits: Limits = current_app.extensions["limits"]
    session, address = current_session(), "/workspace/confirm-again"
    refusal: WrongConfirmationError | None = None
    if limits.wait_before_confirming(str(session.id)):
        refusal = WrongConfirmationError()
    else:
        try:
            with transaction():
                sessions.confirm_again(session, request.form.get(CONFIRMATION, ""), now=clock.now())
        except WrongConfirmationError as wrong:
            refusal = wrong
    if refusal is None:
        limits.confirmed(str(session.id))
        return _go_on(target)
    carried = {"target": [target]}
    return page(
        "accounts/confirm_again.html", 422, carried=carried, address=address, refusal=refusal
    )
