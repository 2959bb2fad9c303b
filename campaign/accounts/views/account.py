"""One's own account: settings, sessions, its end."""

from flask import Response, request

from campaign.accounts import queries
from campaign.accounts.cookies import end_session
from campaign.accounts.forms import AgreeForm, SettingsForm
from campaign.accounts.guards import (
    current_account,
    current_session,
    requires,
    requires_fresh,
)
from campaign.accounts.operations import owning, sessions
from campaign.accounts.permissions import Permission
from campaign.accounts.views.blueprint import bp, go, page
from campaign.core import clock
from campaign.core.db import transaction


@bp.get("/account")
@requires(Permission.ACCOUNT_OWN)
def account_page() -> Response:
    """Who one is here, how one proves it, and where one has signed in."""
    account = current_account()
    return _show(SettingsForm(name=account.name, language=account.language))


def _show(form: SettingsForm, status: int = 200) -> Response:
    account = current_account()
    return page(
        "accounts/account.html",
        status,
        account=account,
        form=form,
        sessions=queries.sessions_of(account.id, now=clock.now()),
        here=current_session().id,
        codes_left=queries.recovery_codes_left(account.id),
    )


@bp.post("/account")
@requires(Permission.ACCOUNT_OWN)
def set_settings() -> Response:
    """Change name and language."""
    form = SettingsForm(request.form)
    if not form.validate():
        return _show(form, 422)
    with transaction():
        owning.set_settings(
            current_account(), name=form.name.data, language=form.language.data, now=clock.now()
        )
    return go("accounts.account_page", "saved")


@bp.post("/account/sessions/<int:number>/end")
@requires(Permission.ACCOUNT_OWN)
def end_one_session(number: int) -> Response:
    """End one of one's sessions, in whichever browser it is."""
    with transaction():
        sessions.end_session(account=current_account(), session_id=number, now=clock.now())
    return go("accounts.account_page", "session_ended")


@bp.post("/account/sessions/end-others")
@requires(Permission.ACCOUNT_OWN)
def end_other_sessions() -> Response:
    """End every session but this one."""
    with transaction():
        sessions.end_other_sessions(
            account=current_account(), but=current_session(), now=clock.now()
        )
    return go("accounts.account_page", "session_ended")


@bp.get("/account/end")
@requires(Permission.ACCOUNT_OWN)
def end_page() -> Response:
    """What goes and what stays when an account is deleted."""
    return page("accounts/end.html", form=AgreeForm())


@bp.post("/account/end")
@requires(Permission.ACCOUNT_OWN)
@requires_fresh
def delete_account() -> Response:
    """Delete one's account."""
    form = AgreeForm(request.form)
    if not form.validate():
        return page("accounts/end.html", 422, form=form)
    with transaction():
        owning.delete_account(current_account(), now=clock.now())
    return end_session(go("accounts.sign_in_page", "deleted"))
