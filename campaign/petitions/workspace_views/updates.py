"""Updates to those who said yes: the list, writing, trying, choosing who."""

from flask import Response, request

from campaign.accounts.guards import current_account, organisations_where, requires
from campaign.accounts.permissions import Permission
from campaign.accounts.queries import names_of_actors
from campaign.accounts.rules.refusals import NotThereError
from campaign.accounts.views.blueprint import go
from campaign.core import clock
from campaign.core.db import transaction
from campaign.core.errors import RefusedError
from campaign.i18n.languages import BY_CODE
from campaign.partners.queries import organisations
from campaign.petitions.models import PetitionUpdate
from campaign.petitions.operations import updates
from campaign.petitions.pages.updates import (
    chosen_people,
    language_lines,
    update_lines,
    update_shown,
)
from campaign.petitions.queries.updates import (
    offering_organisation_ids,
    organisation_ids_writing_at,
    text_of_update,
    update_by_id,
    updates_of,
    writing_organisation_ids,
)
from campaign.petitions.rules.updates import UpdateChangedError
from campaign.petitions.workspace_forms import RecipientsForm, SendForm, UpdateTextForm
from campaign.petitions.workspace_views.blueprint import bp, petition_at, petition_page

UPDATES = "/petitions/<slug>/updates"
UPDATE = f"{UPDATES}/<int:number>"


def update_at(number: int) -> PetitionUpdate:
    """The update of an address that the guard has found. Raises NotThereError when it went since."""
    found = update_by_id(number)
    if found is None:
        raise NotThereError
    return found


def show_update(
    slug: str,
    number: int,
    status: int = 200,
    *,
    send_form: SendForm | None = None,
    refusal: str = "",
) -> Response:
    """The page of one update."""
    petition, update = petition_at(slug), update_at(number)
    shown = update_shown(update)
    return petition_page(
        petition,
        "petitions/workspace/update.html",
        status,
        shown=shown,
        people=None if shown.is_begun else chosen_people(update),
        recipients_form=RecipientsForm(stratum=update.stratum, language=update.language),
        send_form=send_form or SendForm(is_public=update.is_public),
        names=names_of_actors({update.created_by, update.sent_by}),
        organisation_ids={update.organisation_id},
        refusal=refusal,
    )


@bp.get(UPDATES)
@requires(Permission.UPDATE_WRITE, of=organisation_ids_writing_at)
def updates_page(slug: str) -> Response:
    """Every update of one's own organisations, and a button for a new one."""
    petition = petition_at(slug)
    may_write = organisations_where(Permission.UPDATE_WRITE)
    mine = organisation_ids_writing_at(slug) & (may_write if may_write is not None else set())
    return petition_page(
        petition,
        "petitions/workspace/updates.html",
        lines=update_lines(updates_of(petition.id, mine), petition.source_language),
        writers=organisations(mine & offering_organisation_ids(petition.id)),
    )


@bp.post(UPDATES)
@requires(Permission.UPDATE_WRITE, of=organisation_ids_writing_at)
def start_update(slug: str) -> Response:
    """Begin a draft for one of one's own organisations."""
    organisation_id = request.form.get("organisation", 0, type=int)
    may_write = organisations_where(Permission.UPDATE_WRITE)
    if may_write is not None and organisation_id not in may_write:
        raise NotThereError
    with transaction():
        number = updates.start_update(
            petition_at(slug), organisation_id, actor=current_account().actor, now=clock.now()
        ).id
    return go("petitions_workspace.update_page", slug=slug, number=number)


@bp.get(UPDATE)
@requires(Permission.UPDATE_WRITE, of=writing_organisation_ids)
def update_page(slug: str, number: int) -> Response:
    """One update: its texts, who receives it, when it leaves, how far it is."""
    return show_update(slug, number)


def _show_text(
    slug: str, number: int, language: str, form: UpdateTextForm, status: int = 200
) -> Response:
    update = update_at(number)
    (line,) = (each for each in language_lines(update.texts) if each.language.code == language)
    return petition_page(
        petition_at(slug),
        "petitions/workspace/update_text.html",
        status,
        update=update,
        line=line,
        form=form,
        others=[text for text in update.texts if text.language != language],
        named=BY_CODE,
    )


@bp.get(f"{UPDATE}/<lang:language>")
@requires(Permission.UPDATE_WRITE, of=writing_organisation_ids)
def text_page(slug: str, number: int, language: str) -> Response:
    """Write it in one language, with the others beside it."""
    present = text_of_update(number, language)
    form = UpdateTextForm(
        seen=str(present.version if present else 0),
        subject=present.subject if present else "",
        body=present.body if present else "",
    )
    return _show_text(slug, number, language, form)


@bp.post(f"{UPDATE}/<lang:language>")
@requires(Permission.UPDATE_WRITE, of=writing_organisation_ids)
def save_update_text(slug: str, number: int, language: str) -> Response:
    """Keep it; nobody is mailed."""
    form = UpdateTextForm(request.form)
    try:
        with transaction():
            updates.save_text(
                number, language, form.read(), seen_version=form.seen_version,
                actor=current_account().actor, now=clock.now(),
            )  # fmt: skip
    except RefusedError as refusal:
        form.form_errors.append(refusal.sentence)
        present = text_of_update(number, language)
        if isinstance(refusal, UpdateChangedError):
            form.seen.data = str(present.version if present else 0)
        return _show_text(slug, number, language, form, refusal.http_status)
    return go("petitions_workspace.text_page", "saved", slug=slug, number=number, language=language)


@bp.post(f"{UPDATE}/who")
@requires(Permission.UPDATE_WRITE, of=writing_organisation_ids)
def choose_recipients(slug: str, number: int) -> Response:
    """Narrow down who receives it."""
    form = RecipientsForm(request.form)
    if not form.validate():
        return show_update(slug, number, 422)
    with transaction():
        updates.choose_recipients(
            number,
            stratum=form.stratum.data,
            language=form.language.data,
            actor=current_account().actor,
            now=clock.now(),
        )
    return go("petitions_workspace.update_page", "saved", slug=slug, number=number, _anchor="who")


@bp.post(f"{UPDATE}/trial")
@requires(Permission.UPDATE_WRITE, of=writing_organisation_ids)
def send_trial(slug: str, number: int) -> Response:
    """Send it to oneself: to the address of one's own account and to no other."""
    account = current_account()
    try:
        with transaction():
            updates.send_trial(
                number, recipient=account.email, actor=account.actor, now=clock.now()
            )
    except RefusedError as refusal:
        return show_update(slug, number, refusal.http_status, refusal=refusal.sentence)
    return go("petitions_workspace.update_page", "update_tried", slug=slug, number=number)


@bp.post(f"{UPDATE}/delete")
@requires(Permission.UPDATE_WRITE, of=writing_organisation_ids)
def delete_update(slug: str, number: int) -> Response:
    """Delete what nobody has received; what waited for its time does not leave."""
    with transaction():
        updates.delete_update(number, actor=current_account().actor, now=clock.now())
    return go("petitions_workspace.updates_page", "update_deleted", slug=slug)
