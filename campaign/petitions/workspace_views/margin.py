"""How far beyond the minimum the organisers aim."""

from flask import Response, request

from campaign.accounts.guards import current_account, requires
from campaign.accounts.permissions import Permission
from campaign.accounts.queries import names_of_actors
from campaign.accounts.views.blueprint import go
from campaign.core import clock
from campaign.core.db import transaction
from campaign.i18n.languages import current_code
from campaign.petitions.forms import MarginForm
from campaign.petitions.models import Petition
from campaign.petitions.operations.planning import set_margin
from campaign.petitions.pages.organising import hub_page
from campaign.petitions.queries.coalition import carrying_organisation_ids
from campaign.petitions.queries.planning import margins_of
from campaign.petitions.rules.planning import MarginOutOfRangeError, MarginWithoutReasonError
from campaign.petitions.workspace_views.blueprint import bp, page, petition_at


@bp.get("/petitions/<slug>/margin")
@requires(Permission.MARGIN_SET, of=carrying_organisation_ids)
def margin_page(slug: str) -> Response:
    """The margin that stands, the form to set another, and those there were."""
    petition = petition_at(slug)
    form = MarginForm(percent=str(petition.margin_percent), reason=petition.margin_reason)
    return _margin_page(petition, form)


def _margin_page(petition: Petition, form: MarginForm, status: int = 200) -> Response:
    margins = margins_of(petition.id)
    return page(
        "petitions/workspace/margin.html",
        status,
        hub=hub_page(petition, current_code(), now=clock.now()),
        margins=margins,
        names=names_of_actors({margin.actor for margin in margins}),
        form=form,
    )


@bp.post("/petitions/<slug>/margin")
@requires(Permission.MARGIN_SET, of=carrying_organisation_ids)
def set_one(slug: str) -> Response:
    """Set it."""
    petition, form = petition_at(slug), MarginForm(request.form)
    if not form.validate():
        return _margin_page(petition, form, 422)
    try:
        with transaction():
            set_margin(
                actor=current_account().actor,
                petition=petition,
                percent=form.whole_percent,
                reason=form.reason.data,
                now=clock.now(),
            )
    except MarginOutOfRangeError as refusal:
        form.percent.errors = [refusal.sentence]
    except MarginWithoutReasonError as refusal:
        form.reason.errors = [refusal.sentence]
    if form.errors:
        return _margin_page(petition_at(slug), form, 422)
    return go("petitions_workspace.margin_page", "saved", slug=slug)
