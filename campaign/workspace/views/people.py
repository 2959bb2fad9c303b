"""The people of an organisation: invited, given roles, sent away; and the platform's administrators."""

from flask import Response, request

from campaign.accounts import queries
from campaign.accounts.forms import InviteForm, RolesForm
from campaign.accounts.guards import current_account, requires, requires_fresh
from campaign.accounts.operations import invitations, membership
from campaign.accounts.permissions import Permission, Role
from campaign.accounts.rules.membership import role_named
from campaign.accounts.rules.refusals import AlreadyMemberError
from campaign.accounts.views.blueprint import go
from campaign.accounts.vocabulary import ROLE_MEANINGS
from campaign.core import clock
from campaign.core.db import transaction
from campaign.partners.queries import organisation_ids_at
from campaign.workspace.views.blueprint import bp, page
from campaign.workspace.views.organisations import organisation_at, show_organisation


@bp.post("/organisations/<slug>/invitations")
@requires(Permission.ORGANISATION_INVITE, of=organisation_ids_at)
def invite(slug: str) -> Response:
    """Invite somebody; the answer is the same whether the address has an account or not."""
    found, form, account = organisation_at(slug), InviteForm(request.form), current_account()
    if not form.validate():
        return show_organisation(found, form, 422)
    try:
        with transaction():
            invitations.invite(
                email=form.email.data,
                role=Role(form.role.data),
                organisation_id=found.id,
                organisation_name=found.name,
                language=form.language.data,
                actor=account.actor,
                inviter=account.name,
                now=clock.now(),
            )
    except AlreadyMemberError as refusal:
        form.email.errors = [refusal.sentence]
        return show_organisation(found, form, 422)
    return go("workspace.organisation", "invited", slug=slug)


@bp.post("/organisations/<slug>/invitations/<int:number>/resend")
@requires(Permission.ORGANISATION_INVITE, of=organisation_ids_at)
def resend_invitation(slug: str, number: int) -> Response:
    """Send it again, with a new link."""
    found, account = organisation_at(slug), current_account()
    with transaction():
        invited = invitations.invitation_of(number, found.id)
        invitations.resend(invited, actor=account.actor, inviter=account.name, now=clock.now())
    return go("workspace.organisation", "invited", slug=slug)


@bp.post("/organisations/<slug>/invitations/<int:number>/revoke")
@requires(Permission.ORGANISATION_INVITE, of=organisation_ids_at)
def revoke_invitation(slug: str, number: int) -> Response:
    """Withdraw it."""
    found = organisation_at(slug)
    with transaction():
        invited = invitations.invitation_of(number, found.id)
        invitations.revoke(invited, actor=current_account().actor, now=clock.now())
    return go("workspace.organisation", "revoked", slug=slug)


@bp.get("/organisations/<slug>/people/<int:number>")
@requires(Permission.ORGANISATION_MANAGE, of=organisation_ids_at)
def person(slug: str, number: int) -> Response:
    """The roles of one member."""
    found = organisation_at(slug)
    member = membership.member(number, found.id)
    held = [row.role for row in queries.roles_in(number, found.id)]
    return page(
        "workspace/person.html",
        organisation=found,
        member=member,
        form=RolesForm(roles=held),
        role_meanings=ROLE_MEANINGS,
        is_me=number == current_account().id,
    )


@bp.post("/organisations/<slug>/people/<int:number>")
@requires(Permission.ORGANISATION_MANAGE, of=organisation_ids_at)
def set_roles(slug: str, number: int) -> Response:
    """Give exactly the roles that are ticked; none of them sends the person away."""
    found = organisation_at(slug)
    chosen = [role for text in request.form.getlist("roles") if (role := role_named(text))]
    with transaction():
        membership.set_roles(
            account_id=number,
            organisation_id=found.id,
            roles=chosen,
            actor=current_account().actor,
            now=clock.now(),
        )
    if number == current_account().id and not chosen:
        return go("workspace.home", "left")
    return go("workspace.organisation", "saved", slug=slug)


@bp.post("/organisations/<slug>/people/<int:number>/lost-phone")
@requires(Permission.ORGANISATION_MANAGE, of=organisation_ids_at)
@requires_fresh
def lost_phone(slug: str, number: int) -> Response:
    """Mail a member the way to a new second factor; it takes their own password as well."""
    found, account = organisation_at(slug), current_account()
    member = membership.member(number, found.id)
    role = Role(queries.roles_in(number, found.id)[0].role)
    with transaction():
        invitations.invite(
            email=member.email,
            role=role,
            organisation_id=found.id,
            organisation_name=found.name,
            language=member.language,
            actor=account.actor,
            inviter=account.name,
            resets_second_factor=True,
            now=clock.now(),
        )
    return go("workspace.organisation", "invited", slug=slug)


@bp.post("/organisations/<slug>/leave")
@requires(Permission.ORGANISATION_READ, of=organisation_ids_at)
def leave(slug: str) -> Response:
    """Lay down one's roles here."""
    found = organisation_at(slug)
    with transaction():
        membership.leave(account=current_account(), organisation_id=found.id, now=clock.now())
    return go("workspace.home", "left")
