"""How often the official channel fails, as those who tried it said: unmasked, to organisers alone.

Each look is in the log; to take the numbers away, it takes the password or a code again.
"""

from datetime import timedelta

from flask import Response, current_app, request, url_for

from campaign.accounts.guards import current_account, requires, requires_fresh
from campaign.accounts.permissions import Permission
from campaign.core import clock
from campaign.core.db import transaction
from campaign.i18n.formats import BRUSSELS
from campaign.i18n.languages import current_code
from campaign.petitions.exports import Evidence, evidence_csv, evidence_of, evidence_pdf
from campaign.petitions.forms import EvidenceForm
from campaign.petitions.models import Petition
from campaign.petitions.operations.evidence import note_look
from campaign.petitions.pages.evidence import evidence_shown
from campaign.petitions.pages.organising import hub_page
from campaign.petitions.queries.coalition import carrying_organisation_ids
from campaign.petitions.rules.handing_off import DAYS_SHOWN
from campaign.petitions.workspace_views.blueprint import bp, page, petition_at


@bp.get("/petitions/<slug>/evidence")
@requires(Permission.EVIDENCE_READ, of=carrying_organisation_ids)
def evidence_page(slug: str) -> Response:
    """Choose the days; the last four weeks unless told otherwise."""
    today = clock.now().astimezone(BRUSSELS).date()
    form = EvidenceForm(first=today - timedelta(days=DAYS_SHOWN - 1), last=today)
    return _evidence_page(petition_at(slug), form)


def _evidence_page(
    petition: Petition, form: EvidenceForm, status: int = 200, found: Evidence | None = None
) -> Response:
    return page(
        "petitions/workspace/evidence.html",
        status,
        hub=hub_page(petition, current_code(), now=clock.now()),
        form=form,
        evidence=found and evidence_shown(found),
    )


@bp.post("/petitions/<slug>/evidence")
@requires(Permission.EVIDENCE_READ, of=carrying_organisation_ids)
def look(slug: str) -> Response:
    """The numbers of those days."""
    petition, form = petition_at(slug), EvidenceForm(request.form)
    if not form.validate():
        return _evidence_page(petition, form, 422)
    found = _noted(petition, form, "page")
    return _evidence_page(petition, form, found=found)


@bp.post("/petitions/<slug>/evidence.pdf")
@requires(Permission.EVIDENCE_READ, of=carrying_organisation_ids)
@requires_fresh
def take_pdf(slug: str) -> Response:
    """The same to hand over, with the method and what it does not tell."""
    petition, form = petition_at(slug), EvidenceForm(request.form)
    if not form.validate():
        return _evidence_page(petition, form, 422)
    found, language = _noted(petition, form, "pdf"), current_code()
    address = current_app.config["BASE_URL"] + url_for(
        "petitions.official", lang=language, slug=slug
    )
    made = evidence_pdf(found, language, address=address, now=clock.now())
    return _file(made, "application/pdf", slug, found, "pdf")


@bp.post("/petitions/<slug>/evidence.csv")
@requires(Permission.EVIDENCE_READ, of=carrying_organisation_ids)
@requires_fresh
def take_csv(slug: str) -> Response:
    """The same for a spreadsheet."""
    petition, form = petition_at(slug), EvidenceForm(request.form)
    if not form.validate():
        return _evidence_page(petition, form, 422)
    found = _noted(petition, form, "csv")
    return _file(evidence_csv(found).encode(), "text/csv; charset=utf-8", slug, found, "csv")


def _noted(petition: Petition, form: EvidenceForm, how: str) -> Evidence:
    """The numbers, once the look is in the log."""
    first, last = form.days
    with transaction():
        note_look(
            actor=current_account().actor,
            petition=petition,
            first=first,
            last=last,
            how=how,
            now=clock.now(),
        )
    return evidence_of(petition, current_code(), first=first, last=last)


def _file(body: bytes, kind: str, slug: str, found: Evidence, ending: str) -> Response:
    name = f"{slug}-{found.first.isoformat()}-{found.last.isoformat()}.{ending}"
    response = Response(body, content_type=kind)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
