"""Opening and accepting an invitation."""

from flask import Response, request

from campaign.accounts import queries
from campaign.accounts.cookies import remember_device, start_session
from campaign.accounts.forms import NewcomerForm
from campaign.accounts.guards import (
    LANGUAGES,
    open_to_all,
    signed_in,
)
from campaign.accounts.models import Account, Invitation
from campaign.accounts.operations import invitations, passwords, sessions
from campaign.accounts.permissions import NEED_SECOND_FACTOR, Role
from campaign.accounts.rules.refusals import OtherMailboxError
from campaign.accounts.views.blueprint import bp, go, page
from campaign.accounts.vocabulary import ROLE_LABELS, ROLE_MEANINGS
from campaign.core import clock
from campaign.core.db import transaction


@bp.get("/invitation/<token>")
@open_to_all
def invitation_page(token: str) -> Response:
    """What is offered, and what to do; opening it accepts nothing."""
    invited = invitations.check_invitation(token, now=clock.now())
    form = NewcomerForm(language=invited.language if invited.language in LANGUAGES else "fr")
    return _show(invited, token, form)


@bp.post("/invitation/<token>")
@open_to_all
def accept(token: str) -> Response:
    """Take the role: with the account one has signed in to, or with a new one."""
    invited = invitations.check_invitation(token, now=clock.now())
    asking = signed_in()
    if asking is not None and (asking.is_complete or invited.resets_second_factor):
        with transaction():
            invitations.accept(token, asking.account, now=clock.now())
        return _lead_on(invited.role, asking.account)
    form = NewcomerForm(request.form, about=(request.form.get("name", ""), invited.email or ""))
    if _has_account(invited) or not form.validate():
        return _show(invited, token, form, 422)
    newcomer = invitations.Newcomer(
        name=form.name.data,
        password_hash=passwords.hash_password(form.password.data),
        language=form.language.data,
    )
    return _welcome(token, newcomer, invited.role)


def _welcome(token: str, newcomer: invitations.Newcomer, role: str) -> Response:
    now, device = clock.now(), request.headers.get("User-Agent", "")
    with transaction():
        account = invitations.accept_as_newcomer(token, newcomer, now=now)
        session = sessions.sign_in(account=account, device=device, new_hash="", now=now)
    return remember_device(start_session(_lead_on(role, account), session), account)


def _lead_on(role: str, account: Account) -> Response:
    if Role(role) in NEED_SECOND_FACTOR and not account.has_second_factor:
        return go("accounts.app_page", "welcome")
    return go("workspace.home", "welcome")


def _has_account(invited: Invitation) -> bool:
    return invited.email_key is not None and queries.account_by_key(invited.email_key) is not None


def _show(invited: Invitation, token: str, form: NewcomerForm, status: int = 200) -> Response:
    asking = signed_in()
    if asking is not None and asking.account.email_key != invited.email_key:
        raise OtherMailboxError
    role = Role(invited.role)
    is_ready = asking is not None and (asking.is_complete or invited.resets_second_factor)
    return page(
        "accounts/invitation.html",
        status,
        invited=invited,
        token=token,
        form=form,
        role=ROLE_LABELS[role],
        meaning=ROLE_MEANINGS[role],
        needs_factor=role in NEED_SECOND_FACTOR,
        is_ready=is_ready,
        has_account=_has_account(invited),
    )
