"""Lists of those who said yes to an organisation's mails: asked for, watched, taken away, erased."""

from flask import Response, jsonify, request, stream_with_context
from wtforms.fields.choices import SelectChoice

from campaign.accounts.guards import (
    current_account,
    may,
    organisations_where,
    requires,
    requires_fresh,
)
from campaign.accounts.permissions import Permission
from campaign.accounts.queries import names_of_actors
from campaign.accounts.rules.refusals import NotAllowedError, NotThereError
from campaign.accounts.views.blueprint import go
from campaign.core import clock
from campaign.core.db import db, transaction
from campaign.i18n.languages import current_code
from campaign.partners.models import Organisation
from campaign.partners.queries import organisations
from campaign.petitions.exports.signatories import MIME, file_name, signatories_file
from campaign.petitions.models import SignatoryExport
from campaign.petitions.operations import exporting
from campaign.petitions.pages.exporting import Standing, export_line, export_lines
from campaign.petitions.pages.organising import hub_page
from campaign.petitions.queries.exporting import (
    entitled_count,
    entitled_organisation_ids,
    export_by_id,
    exports_of,
)
from campaign.petitions.rules.exporting import check_format
from campaign.petitions.workspace_forms.exporting import ExportForm
from campaign.petitions.workspace_views.blueprint import bp, page, petition_at

EXPORT = "/petitions/<slug>/exports/<int:number>"


def _mine(slug: str) -> list[Organisation]:
    """The organisations for which the person who asks may have lists of this petition."""
    entitled, allowed = entitled_organisation_ids(slug), organisations_where(Permission.EXPORT_MAKE)
    return list(organisations(entitled if allowed is None else entitled & allowed))


def export_at(slug: str, number: int) -> SignatoryExport:
    """The list of an address. Raises NotThereError where it is another petition's, NotAllowedError where
    it is another organisation's."""
    found = export_by_id(number)
    if found is None or found.petition.slug != slug:
        raise NotThereError
    if not may(Permission.EXPORT_MAKE, [found.organisation_id]):
        raise NotAllowedError
    return found


def _form(mine: list[Organisation], typed: object = None) -> ExportForm:
    form = ExportForm(typed)
    form.organisation.choices = [SelectChoice(each.id, each.name) for each in mine]
    return form


def _exports_page(
    slug: str, form: ExportForm, mine: list[Organisation], status: int = 200
) -> Response:
    petition, now = petition_at(slug), clock.now()
    made = exports_of(petition.id, [each.id for each in mine])
    return page(
        "petitions/workspace/exports.html",
        status,
        hub=hub_page(petition, current_code(), now=now),
        form=form,
        standing=[Standing(o.id, o.name, entitled_count(petition.id, o.id, now)) for o in mine],
        lines=export_lines(made),
        names=names_of_actors({export.asked_by for export in made}),
        is_closed=petition.details_closed_at is not None,
    )


@bp.get("/petitions/<slug>/exports")
@requires(Permission.EXPORT_MAKE, of=entitled_organisation_ids)
def exports_page(slug: str) -> Response:
    """How many say yes, the form, and the lists so far."""
    mine = _mine(slug)
    return _exports_page(slug, _form(mine), mine)


@bp.post("/petitions/<slug>/exports")
@requires(Permission.EXPORT_MAKE, of=entitled_organisation_ids)
@requires_fresh
def ask_export(slug: str) -> Response:
    """Let the worker prepare one."""
    mine = _mine(slug)
    form = _form(mine, request.form)
    reason = form.read()
    if reason is None:
        return _exports_page(slug, form, mine, 422)
    chosen = next(each for each in mine if each.id == form.organisation.data)
    with transaction():
        asked = exporting.ask_for_export(
            petition=petition_at(slug),
            organisation=chosen,
            reason=reason,
            actor=current_account().actor,
            now=clock.now(),
        )
    return go("petitions_workspace.export_page", slug=slug, number=asked.id)


@bp.get(EXPORT)
@requires(Permission.EXPORT_MAKE, of=entitled_organisation_ids)
def export_page(slug: str, number: int) -> Response:
    """How far one is; once it is ready, the two ways to take it away."""
    export = export_at(slug, number)
    return page(
        "petitions/workspace/export.html",
        hub=hub_page(petition_at(slug), current_code(), now=clock.now()),
        line=export_line(export),
        names=names_of_actors({export.asked_by}),
    )


@bp.get(f"{EXPORT}/progress.json")
@requires(Permission.EXPORT_MAKE, of=entitled_organisation_ids)
def export_progress(slug: str, number: int) -> Response:
    """How far it is, for the page that stays open."""
    line = export_line(export_at(slug, number))
    return jsonify(percent=line.percent, sentence=line.sentence, is_under_way=line.is_under_way)


@bp.post(f"{EXPORT}/take")
@requires(Permission.EXPORT_MAKE, of=entitled_organisation_ids)
@requires_fresh
def take_export(slug: str, number: int) -> Response:
    """The file, written while it is sent. From now on those in it read on their page who has it."""
    export, now = export_at(slug, number), clock.now()
    form = check_format(request.form.get("format", ""))
    with transaction():
        given = exporting.give_export(
            export_id=export.id, form=form, actor=current_account().actor, now=now
        )
    pieces = signatories_file(export, given, form)
    response = Response(stream_with_context(pieces), content_type=MIME[form])
    response.headers["Content-Disposition"] = f'attachment; filename="{file_name(export, form)}"'
    return response


@bp.post(f"{EXPORT}/erase")
@requires(Permission.EXPORT_MAKE, of=entitled_organisation_ids)
def erase_one(slug: str, number: int) -> Response:
    """Erase the file now, or stop preparing it."""
    export = export_at(slug, number)
    with transaction():
        exporting.erase_export(export_id=export.id, actor=current_account().actor, now=clock.now())
    db.session.expire_all()
    return go("petitions_workspace.exports_page", "removed", slug=slug)
