"""Finding a signature to answer the person who gave it."""

from typing import Any

from flask import Response, request

from campaign.accounts.guards import current_account, requires, requires_fresh
from campaign.accounts.permissions import Permission
from campaign.accounts.views.blueprint import go
from campaign.core import clock
from campaign.core.db import transaction
from campaign.core.email_address import InvalidEmailAddress
from campaign.petitions.models import Petition
from campaign.petitions.operations import finding
from campaign.petitions.operations.invalidating import check_chosen, offer_list
from campaign.petitions.queries.coalition import carrying_organisation_ids
from campaign.petitions.queries.invalidating import MaskedSignature
from campaign.petitions.rules.finding import NameIncompleteError
from campaign.petitions.vocabulary import SIGNATURE_CHANNELS, SIGNATURE_STATES
from campaign.petitions.workspace_forms import FindForm
from campaign.petitions.workspace_views.blueprint import bp, petition_at, petition_page


def _show(petition: Petition, form: FindForm, status: int = 200, **context: Any) -> Response:
    return petition_page(
        petition,
        "petitions/workspace/signatures.html",
        status,
        form=form,
        states=SIGNATURE_STATES,
        channels=SIGNATURE_CHANNELS,
        **context,
    )


@bp.get("/petitions/<slug>/signatures")
@requires(Permission.SIGNATURE_FIND, of=carrying_organisation_ids)
def find_page(slug: str) -> Response:
    """The form: one address or one full name, never a list to go through."""
    return _show(petition_at(slug), FindForm())


@bp.post("/petitions/<slug>/signatures")
@requires(Permission.SIGNATURE_FIND, of=carrying_organisation_ids)
def find(slug: str) -> Response:
    """What was signed from this mailbox, or under this name; the log tells that somebody looked."""
    petition, form = petition_at(slug), FindForm(request.form)
    found = _find(petition, form)
    if found is None:
        return _show(petition, form, 422)
    ids, actor = [each.signature_id for each in found], current_account().actor
    return _show(
        petition,
        form,
        found=found,
        offered=offer_list(petition.id, ids, actor=actor),
        is_full=len(found) == finding.MOST_FOUND,
    )


def _find(petition: Petition, form: FindForm) -> list[MaskedSignature] | None:
    act: dict[str, Any] = {
        "petition": petition, "actor": current_account().actor, "now": clock.now()
    }  # fmt: skip
    try:
        with transaction():
            if form.email.data:
                return finding.find_by_mailbox(email=form.email.data, **act)
            return finding.find_by_name(
                given_name=form.given_name.data or "",
                family_name=form.family_name.data or "",
                **act,
            )
    except InvalidEmailAddress as refusal:
        form.email.errors = [refusal.sentence]
    except NameIncompleteError as refusal:
        form.given_name.errors = [refusal.sentence]
    return None


@bp.post("/petitions/<slug>/signatures/withdraw")
@requires(Permission.SIGNATURE_FIND, of=carrying_organisation_ids)
@requires_fresh
def withdraw_signature(slug: str) -> Response:
    """Take back what was ticked, as the person asked, once it is said that this cannot be undone."""
    petition, actor = petition_at(slug), current_account().actor
    offered, chosen = request.form.get("offered", ""), request.form.getlist("chosen", type=int)
    ids = check_chosen(petition.id, offered, chosen, actor=actor)
    if "sure" not in request.form:
        carried = {"offered": [offered], "chosen": ids, "sure": ["yes"]}
        return petition_page(
            petition,
            "petitions/workspace/withdraw.html",
            carried=carried,
            count=len(ids),
        )
    with transaction():
        finding.withdraw_on_request(
            petition=petition, offered=offered, chosen=ids, actor=actor, now=clock.now()
        )
    return go("petitions_workspace.find_page", "withdrawn", slug=slug)
