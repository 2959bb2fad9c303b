"""Second factors: the app, and recovery codes."""

import segno
from flask import Response, request

from campaign.accounts.cookies import start_session
from campaign.accounts.forms import CodeForm
from campaign.accounts.guards import (
    current_account,
    current_session,
    requires,
    requires_fresh,
)
from campaign.accounts.operations import factors, sessions
from campaign.accounts.permissions import Permission
from campaign.accounts.rules.factors import setup_address
from campaign.accounts.rules.refusals import WrongCodeError
from campaign.accounts.views.blueprint import bp, go, page
from campaign.core import clock
from campaign.core.db import transaction


@bp.get("/account/app")
@requires(Permission.ACCOUNT_OWN)
@requires_fresh
def app_page() -> Response:
    """Set up an app that shows codes: its drawing, its secret, and the field for a first code."""
    return _app_page(CodeForm())


def _app_page(form: CodeForm, refusal: str = "", status: int = 200) -> Response:
    account = current_account()
    if account.totp_confirmed_at is not None:
        return page("accounts/app.html", status, drawing="", secret="", form=form, refusal="")
    if account.totp_secret is None:
        with transaction():
            factors.prepare_totp(account)
    secret = account.totp_secret or ""
    drawing = segno.make(setup_address(secret, account.name), error="m", micro=False)
    return page(
        "accounts/app.html",
        status,
        drawing=drawing.svg_inline(scale=4, border=4, dark="#000", light="#fff"),
        secret=" ".join(secret[place : place + 4] for place in range(0, len(secret), 4)),
        form=form,
        refusal=refusal,
    )


@bp.post("/account/app")
@requires(Permission.ACCOUNT_OWN)
@requires_fresh
def confirm_app() -> Response:
    """Turn the app on by a first code; recovery codes are shown once."""
    form = CodeForm(request.form)
    if not form.validate():
        return _app_page(form, status=422)
    account = current_account()
    try:
        with transaction():
            codes = factors.confirm_totp(account, form.code.data, now=clock.now())
            token = sessions.complete(current_session(), now=clock.now())
    except WrongCodeError as refusal:
        return _app_page(form, refusal.sentence, 422)
    return start_session(show_codes(codes), token)


@bp.post("/account/app/remove")
@requires(Permission.ACCOUNT_OWN)
@requires_fresh
def remove_app() -> Response:
    """Take the app away."""
    with transaction():
        factors.remove_totp(current_account(), now=clock.now())
    return go("accounts.account_page", "removed")


@bp.post("/account/recovery-codes")
@requires(Permission.ACCOUNT_OWN)
@requires_fresh
def renew_recovery_codes() -> Response:
    """Ten new codes, shown this once."""
    if not current_account().has_second_factor:
        return go("accounts.account_page")
    with transaction():
        codes = factors.renew_recovery_codes(current_account(), now=clock.now())
    return show_codes(codes)


def show_codes(codes: list[str]) -> Response:
    """The page with new codes, or the account's where there are none."""
    if not codes:
        return go("accounts.account_page", "saved")
    return page("accounts/recovery_codes.html", codes=codes)
