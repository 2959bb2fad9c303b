"""The links in mails: a new password, another address."""

from flask import Response, request

from campaign.accounts import queries
from campaign.accounts.cookies import remember_device, start_session
from campaign.accounts.forms import EmailForm, NewPasswordForm
from campaign.accounts.guards import (
    current_account,
    current_session,
    open_to_all,
    requires,
    requires_fresh,
)
from campaign.accounts.operations import owning, passwords, sessions
from campaign.accounts.operations.invitations import email_key
from campaign.accounts.permissions import Permission
from campaign.accounts.views.blueprint import bp, go, page
from campaign.accounts.views.braking import brake_on, may_mail
from campaign.audit.operations import record
from campaign.core import clock
from campaign.core.db import transaction


@bp.get("/forgotten")
@open_to_all
def forgotten_page() -> Response:
    """Ask for the address of the account."""
    return page("accounts/forgotten.html", form=EmailForm(), is_sent=False)


@bp.post("/forgotten")
@open_to_all
def forgotten() -> Response:
    """Send the way to a new password. The answer is the same for every address."""
    form = EmailForm(request.form)
    if not form.validate():
        return page("accounts/forgotten.html", 422, form=form, is_sent=False)
    key = email_key(form.email.data)
    account = queries.account_by_key(key)
    is_slow = brake_on(account, b"any", "forgotten").seconds_to_wait()
    if not is_slow and (account is None or may_mail(key)):
        with transaction():
            if account is None:  # as much is written, so that the answer takes as long
                record(
                    actor="mail", act="account.password_asked", subject="nobody", now=clock.now()
                )
            else:
                owning.ask_new_password(account, now=clock.now())
    return page("accounts/forgotten.html", form=form, is_sent=True)


@bp.get("/password/<token>")
@open_to_all
def new_password_page(token: str) -> Response:
    """Choose a new password; opening the link changes nothing."""
    owning.check_link(token, owning.PASSWORD, now=clock.now())
    return page(
        "accounts/new_password.html", form=NewPasswordForm(), address=f"/workspace/password/{token}"
    )


@bp.post("/password/<token>")
@open_to_all
def new_password(token: str) -> Response:
    """Take the new password and sign in; a second factor is still asked for."""
    link = owning.check_link(token, owning.PASSWORD, now=clock.now())
    form = NewPasswordForm(request.form)
    if not form.validate():
        return page("accounts/new_password.html", 422, form=form, address=request.path)
    new_hash = passwords.hash_password(form.password.data)
    with transaction():
        account = owning.choose_new_password(token, new_hash, now=clock.now())
        session = sessions.sign_in(
            account=account,
            device=request.headers.get("User-Agent", ""),
            new_hash="",
            now=clock.now(),
        )
    assert link.account_id == account.id
    return remember_device(start_session(go("workspace.home", "password"), session), account)


@bp.get("/account/password")
@requires(Permission.ACCOUNT_OWN)
def change_password_page() -> Response:
    """Choose another password."""
    return page(
        "accounts/new_password.html", form=NewPasswordForm(), address="/workspace/account/password"
    )


@bp.post("/account/password")
@requires(Permission.ACCOUNT_OWN)
@requires_fresh
def change_password() -> Response:
    """Take another password; every other session ends."""
    account = current_account()
    form = NewPasswordForm(request.form, about=(account.name, account.email))
    if not form.validate():
        return page("accounts/new_password.html", 422, form=form, address=request.path)
    new_hash = passwords.hash_password(form.password.data)
    with transaction():
        owning.change_password(account, new_hash, keeping=current_session(), now=clock.now())
    return go("accounts.account_page", "password")


@bp.get("/account/address")
@requires(Permission.ACCOUNT_OWN)
def address_page() -> Response:
    """Ask for another address."""
    return page("accounts/address.html", form=EmailForm(), is_sent=False)


@bp.post("/account/address")
@requires(Permission.ACCOUNT_OWN)
@requires_fresh
def change_address() -> Response:
    """Ask both mailboxes. Whether the new address has an account is not said."""
    form = EmailForm(request.form)
    if not form.validate():
        return page("accounts/address.html", 422, form=form, is_sent=False)
    if may_mail(current_account().email_key):
        with transaction():
            owning.ask_other_address(current_account(), form.email.data, now=clock.now())
    return page("accounts/address.html", form=form, is_sent=True)


@bp.get("/address/<token>")
@open_to_all
def confirm_address_page(token: str) -> Response:
    """Wait for a press: a mail scanner that opens links changes nothing."""
    link = owning.check_link(token, owning.OLD, owning.NEW, now=clock.now())
    return page(
        "accounts/confirm_address.html", token=token, new_email=link.new_email, state="asked"
    )


@bp.post("/address/<token>")
@open_to_all
def confirm_address(token: str) -> Response:
    """One of the two mailboxes said yes."""
    with transaction():
        is_done = owning.confirm_address(token, now=clock.now())
    state = "done" if is_done else "half"
    return page("accounts/confirm_address.html", token=token, new_email="", state=state)
