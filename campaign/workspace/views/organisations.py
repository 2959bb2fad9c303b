"""Organisations: the list, one of them, opening and editing one."""

from typing import Any

from flask import Response, request
from wtforms.fields.choices import SelectChoice

from campaign.accounts import queries as accounts
from campaign.accounts.forms import InviteForm
from campaign.accounts.guards import (
    current_account,
    organisations_where,
    requires,
)
from campaign.accounts.permissions import Permission
from campaign.accounts.views.blueprint import go
from campaign.accounts.vocabulary import ROLE_LABELS, ROLE_MEANINGS
from campaign.core import clock
from campaign.core.db import transaction
from campaign.partners import queries
from campaign.partners.forms import OpenOrganisationForm, OrganisationForm
from campaign.partners.models import Organisation
from campaign.partners.operations import edit_organisation, open_organisation
from campaign.partners.queries import organisation_ids_at
from campaign.partners.rules import HostedByItselfError
from campaign.workspace.pages import petition_lines
from campaign.workspace.views.blueprint import bp, page

NO_HOST = 0


def organisation_at(slug: str) -> Organisation:
    """The organisation of an address that the guard has found."""
    found = queries.organisation_by_slug(slug)
    assert found is not None
    return found


@bp.get("/organisations")
@requires(Permission.ORGANISATION_READ)
def organisations() -> Response:
    """The organisations that one has a role in; an administrator sees all."""
    listed = queries.organisations(organisations_where(Permission.ORGANISATION_READ))
    counts = accounts.member_counts([each.id for each in listed])
    return page("workspace/organisations.html", organisations=listed, member_counts=counts)


@bp.get("/organisations/<slug>")
@requires(Permission.ORGANISATION_READ, of=organisation_ids_at)
def organisation(slug: str) -> Response:
    """One organisation: its people, its invitations, its petitions."""
    found = organisation_at(slug)
    return show_organisation(found, InviteForm(language=found.language))


def show_organisation(found: Organisation, form: InviteForm, status: int = 200) -> Response:
    """The page of an organisation, with the form to invite somebody."""
    return page(
        "workspace/organisation.html",
        status,
        organisation=found,
        members=accounts.members_of(found.id),
        invitations=accounts.open_invitations(found.id),
        petitions=petition_lines(found.id, now=clock.now()),
        form=form,
        me=current_account().id,
        role_labels=ROLE_LABELS,
        role_meanings=ROLE_MEANINGS,
    )


@bp.get("/open-organisation")
@requires(Permission.ORGANISATION_CREATE)
def open_page() -> Response:
    """Open an organisation: its name, and who will coordinate it."""
    return page("workspace/open_organisation.html", form=OpenOrganisationForm(language="fr"))


@bp.post("/open-organisation")
@requires(Permission.ORGANISATION_CREATE)
def open_one() -> Response:
    """Add it and invite its first coordinator."""
    form = OpenOrganisationForm(request.form)
    if not form.validate():
        return page("workspace/open_organisation.html", 422, form=form)
    account = current_account()
    with transaction():
        opened = open_organisation(
            name=form.name.data,
            language=form.language.data,
            coordinator_email=form.email.data,
            actor=account.actor,
            inviter=account.name,
            now=clock.now(),
        )
    return go("workspace.organisation", "invited", slug=opened.slug)


def _organisation_form(found: Organisation, typed: Any = None) -> OrganisationForm:
    form = OrganisationForm(typed, obj=None if typed else found)
    others = [each for each in queries.organisations(None) if each.id != found.id]
    form.host_id.choices = [
        SelectChoice(NO_HOST, "–"),
        *(SelectChoice(each.id, each.name) for each in others),
    ]
    if typed is None:
        form.host_id.data = found.host_id or NO_HOST
    return form


@bp.get("/organisations/<slug>/edit")
@requires(Permission.ORGANISATION_EDIT, of=organisation_ids_at)
def edit_organisation_page(slug: str) -> Response:
    """What is said of an organisation."""
    found = organisation_at(slug)
    return page(
        "workspace/edit_organisation.html", organisation=found, form=_organisation_form(found)
    )


@bp.post("/organisations/<slug>/edit")
@requires(Permission.ORGANISATION_EDIT, of=organisation_ids_at)
def edit_one(slug: str) -> Response:
    """Change it."""
    found = organisation_at(slug)
    form = _organisation_form(found, request.form)
    if not form.validate():
        return page("workspace/edit_organisation.html", 422, organisation=found, form=form)
    said = {**form.data, "host_id": form.host_id.data or None}
    try:
        with transaction():
            edit_organisation(found, **said, actor=current_account().actor, now=clock.now())
    except HostedByItselfError as refusal:
        form.host_id.errors = [refusal.sentence]
        return page("workspace/edit_organisation.html", 422, organisation=found, form=form)
    return go("workspace.organisation", "saved", slug=slug)
