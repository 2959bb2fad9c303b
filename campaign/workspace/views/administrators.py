"""Who runs the platform: invited, sent away, helped when the phone is lost."""

from flask import Response, request

from campaign.accounts import queries
from campaign.accounts.forms import AdministratorForm
from campaign.accounts.guards import current_account, requires, requires_fresh
from campaign.accounts.operations import invitations, membership
from campaign.accounts.permissions import Permission, Role
from campaign.accounts.rules.refusals import AlreadyMemberError
from campaign.accounts.views.blueprint import go
from campaign.core import clock
from campaign.core.db import transaction
from campaign.workspace.views.blueprint import bp, page


@bp.get("/administrators")
@requires(Permission.ORGANISATION_CREATE)
def administrators() -> Response:
    """Who runs the platform, and the form to invite one more."""
    return _administrators(AdministratorForm())


def _administrators(form: AdministratorForm, status: int = 200) -> Response:
    return page(
        "workspace/administrators.html",
        status,
        form=form,
        administrators=queries.administrators(),
        invitations=queries.open_invitations(None),
        me=current_account().id,
    )


@bp.post("/administrators")
@requires(Permission.ORGANISATION_CREATE)
@requires_fresh
def invite_administrator() -> Response:
    """Invite one more administrator."""
    form = AdministratorForm(request.form)
    if not form.validate():
        return _administrators(form, 422)
    try:
        with transaction():
            _invite(form.email.data, form.language.data)
    except AlreadyMemberError as refusal:
        form.email.errors = [refusal.sentence]
        return _administrators(form, 422)
    return go("workspace.administrators", "invited")


def _invite(email: str, language: str, *, resets_second_factor: bool = False) -> None:
    account = current_account()
    invitations.invite(
        email=email,
        role=Role.ADMINISTRATOR,
        organisation_id=None,
        organisation_name="",
        language=language,
        actor=account.actor,
        inviter=account.name,
        resets_second_factor=resets_second_factor,
        now=clock.now(),
    )


@bp.post("/administrators/<int:number>/remove")
@requires(Permission.ORGANISATION_CREATE)
@requires_fresh
def remove_administrator(number: int) -> Response:
    """Take the administration of the platform from somebody, at once; the account stays."""
    with transaction():
        membership.remove_administrator(
            account_id=number, actor=current_account().actor, now=clock.now()
        )
    if number == current_account().id:
        return go("workspace.home", "removed")
    return go("workspace.administrators", "removed")


@bp.post("/administrators/<int:number>/lost-phone")
@requires(Permission.ORGANISATION_CREATE)
@requires_fresh
def administrator_lost_phone(number: int) -> Response:
    """Mail an administrator the way to a new second proof; it takes their own password as well."""
    with transaction():
        person = membership.administrator(number)
        _invite(person.email, person.language, resets_second_factor=True)
    return go("workspace.administrators", "reset_sent")


@bp.post("/administrators/invitations/<int:number>/resend")
@requires(Permission.ORGANISATION_CREATE)
def resend_administrator(number: int) -> Response:
    """Send an invitation again, with a new link."""
    account = current_account()
    with transaction():
        invited = invitations.invitation_of(number, None)
        invitations.resend(invited, actor=account.actor, inviter=account.name, now=clock.now())
    return go("workspace.administrators", "invited")


@bp.post("/administrators/invitations/<int:number>/revoke")
@requires(Permission.ORGANISATION_CREATE)
def revoke_administrator(number: int) -> Response:
    """Withdraw an invitation."""
    with transaction():
        invited = invitations.invitation_of(number, None)
        invitations.revoke(invited, actor=current_account().actor, now=clock.now())
    return go("workspace.administrators", "revoked")
