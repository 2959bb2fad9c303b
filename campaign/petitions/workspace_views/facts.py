"""What a petition says beside its texts: facts and days, documents, picture."""

from typing import Any

from flask import Response, request
from werkzeug.exceptions import NotFound

from campaign.accounts.cookies import the_door
from campaign.accounts.guards import current_account, requires
from campaign.accounts.permissions import Permission
from campaign.accounts.views.blueprint import go
from campaign.core import clock
from campaign.core.db import transaction
from campaign.core.errors import RefusedError
from campaign.core.pictures import MOST_BYTES, draw_anew
from campaign.core.text import one_line
from campaign.i18n.languages import BY_CODE, current_code
from campaign.petitions.models import Petition
from campaign.petitions.operations import facts as operations
from campaign.petitions.operations import picturing
from campaign.petitions.operations.noticing import note_opening
from campaign.petitions.operations.writing import rule_of
from campaign.petitions.pages import writing as pages
from campaign.petitions.queries.coalition import carrying_organisation_ids
from campaign.petitions.queries.writing import picture_of
from campaign.petitions.rules import facts as rules
from campaign.petitions.rules.writing import ChangedMeanwhileError, TextTooLongError
from campaign.petitions.workspace_forms import (
    DocumentForm,
    FactsForm,
    PictureForm,
    facts_form,
    picture_words_field,
)
from campaign.petitions.workspace_forms.writing import LONGEST_PICTURE_WORDS
from campaign.petitions.workspace_views.blueprint import bp, petition_at, takes_up_to
from campaign.petitions.workspace_views.writing import EDIT, edit_page
from campaign.thresholds.models import Kind

# A picture as phones make them, and the rest of its form.
LARGEST_UPLOAD = MOST_BYTES + 64 * 1024
# On which field a refusal stands.
FIELD_OF = {
    rules.WrongAddressError: "official_url",
    rules.GoalFixedError: "goal",
    rules.GoalOutOfRangeError: "goal",
    rules.OpeningFixedError: "opens_on",
    rules.ClosingBeforeOpeningError: "closes_on",
    rules.ClosingPassedError: "closes_on",
    rules.ClosedForGoodError: "closes_on",
}


@bp.get(f"{EDIT}/facts")
@requires(Permission.PETITION_EDIT, of=carrying_organisation_ids)
def edit_facts(slug: str) -> Response:
    """Subject, goal, days, official number, who may write."""
    petition = petition_at(slug)
    if pages.may_be_written(petition) and not the_door().is_read_only:
        with transaction():
            note_opening(petition, "facts", actor=current_account().actor, now=clock.now())
    return _facts_page(petition, facts_form(petition))


def _facts_page(petition: Petition, form: FactsForm, status: int = 200, **context: Any) -> Response:
    rule = rule_of(petition)
    return edit_page(
        petition,
        "petitions/workspace/edit_facts.html",
        "facts",
        status,
        form=form,
        takes_goal=rule.kind is Kind.OWN_GOAL,
        period=rule.period.explanation.in_language(current_code()),
        at_work=pages.at_work(petition, "facts", current_account().actor, now=clock.now()),
        is_public=pages.tells_corrections(petition),
        **context,
    )


@bp.post(f"{EDIT}/facts")
@requires(Permission.PETITION_EDIT, of=carrying_organisation_ids)
def save_facts(slug: str) -> Response:
    """Keep them."""
    petition = petition_at(slug)
    form = facts_form(petition, request.form)
    facts = form.read(petition)
    if facts is None:
        return _facts_page(petition, form, 422)
    base = int(form.version.data) if (form.version.data or "").isdecimal() else 0
    try:
        with transaction():
            operations.save_facts(
                petition, facts, base, actor=current_account().actor, now=clock.now()
            )
    except RefusedError as refusal:
        return _facts_refused(petition_at(slug), form, refusal)
    leads_to = "edit_picture" if "go_on" in request.form else "edit_facts"
    return go(f"petitions_workspace.{leads_to}", "saved", slug=slug)


def _facts_refused(petition: Petition, form: FactsForm, refusal: RefusedError) -> Response:
    field = FIELD_OF.get(type(refusal))
    if field is not None:
        form[field].errors = [refusal.sentence]
        return _facts_page(petition, form, refusal.http_status)
    context: dict[str, Any] = {"refusal": refusal.sentence}
    if isinstance(refusal, ChangedMeanwhileError):
        form.version.data = str(petition.facts_version)
        context["theirs"] = facts_form(petition)
    return _facts_page(petition, form, refusal.http_status, **context)


@bp.get(f"{EDIT}/documents")
@requires(Permission.PETITION_EDIT, of=carrying_organisation_ids)
def edit_documents(slug: str) -> Response:
    """The sources it rests on, and the form for one more."""
    petition = petition_at(slug)
    return _documents_page(petition, DocumentForm(language=petition.source_language))


def _documents_page(petition: Petition, form: DocumentForm, status: int = 200) -> Response:
    return edit_page(
        petition,
        "petitions/workspace/edit_documents.html",
        "documents",
        status,
        form=form,
        languages=BY_CODE,
    )


@bp.post(f"{EDIT}/documents")
@requires(Permission.PETITION_EDIT, of=carrying_organisation_ids)
def add_document(slug: str) -> Response:
    """Add one."""
    petition, form = petition_at(slug), DocumentForm(request.form)
    document = form.read()
    if document is None:
        return _documents_page(petition, form, 422)
    try:
        with transaction():
            operations.add_document(
                petition, document, actor=current_account().actor, now=clock.now()
            )
    except (rules.WrongAddressError, rules.DocumentTitleError) as refusal:
        field = form.url if isinstance(refusal, rules.WrongAddressError) else form.title
        field.errors = [refusal.sentence]
        return _documents_page(petition_at(slug), form, 422)
    return go("petitions_workspace.edit_documents", "saved", slug=slug)


@bp.post(f"{EDIT}/documents/<int:number>/remove")
@requires(Permission.PETITION_EDIT, of=carrying_organisation_ids)
def remove_document(slug: str, number: int) -> Response:
    """Take one away."""
    with transaction():
        operations.remove_document(
            petition_at(slug), number, actor=current_account().actor, now=clock.now()
        )
    return go("petitions_workspace.edit_documents", "removed", slug=slug)


@bp.get(f"{EDIT}/picture")
@requires(Permission.PETITION_EDIT, of=carrying_organisation_ids)
def edit_picture(slug: str) -> Response:
    """The picture, and what it shows in each language."""
    return _picture_page(petition_at(slug), PictureForm())


def _picture_page(
    petition: Petition, form: PictureForm, status: int = 200, refusal: str = ""
) -> Response:
    fields = [
        (
            BY_CODE[text.language],
            picture_words_field(text.language),
            request.form.get(picture_words_field(text.language), text.picture_words),
        )
        for text in petition.texts
    ]
    return edit_page(
        petition,
        "petitions/workspace/edit_picture.html",
        "picture",
        status,
        form=form,
        words=fields,
        most=LONGEST_PICTURE_WORDS,
        refusal=refusal,
    )


@bp.post(f"{EDIT}/picture")
@requires(Permission.PETITION_EDIT, of=carrying_organisation_ids)
@takes_up_to(LARGEST_UPLOAD)
def save_picture(slug: str) -> Response:
    """Draw a picture anew and keep that."""
    sent = request.files.get("picture")
    form = PictureForm()
    try:
        drawn = draw_anew(sent.read() if sent else b"")
        with transaction():
            picturing.set_picture(
                petition_at(slug), drawn, actor=current_account().actor, now=clock.now()
            )
    except RefusedError as refusal:
        form.picture.errors = [refusal.sentence]
        return _picture_page(petition_at(slug), form, refusal.http_status)
    return go("petitions_workspace.edit_picture", "saved", slug=slug)


@bp.post(f"{EDIT}/picture/words")
@requires(Permission.PETITION_EDIT, of=carrying_organisation_ids)
def describe_picture(slug: str) -> Response:
    """Say what it shows."""
    petition = petition_at(slug)
    words = {
        text.language: one_line(request.form.get(picture_words_field(text.language), ""))
        for text in petition.texts
    }
    over = max((len(each) for each in words.values()), default=0) - LONGEST_PICTURE_WORDS
    if over > 0:
        sentence = TextTooLongError(most=LONGEST_PICTURE_WORDS, over=over).sentence
        return _picture_page(petition, PictureForm(), 422, sentence)
    try:
        with transaction():
            picturing.describe_picture(
                petition, words, actor=current_account().actor, now=clock.now()
            )
    except RefusedError as refusal:
        return _picture_page(petition_at(slug), PictureForm(), 422, refusal.sentence)
    return go("petitions_workspace.edit_picture", "saved", slug=slug)


@bp.post(f"{EDIT}/picture/remove")
@requires(Permission.PETITION_EDIT, of=carrying_organisation_ids)
def remove_picture(slug: str) -> Response:
    """Take it away."""
    with transaction():
        picturing.take_picture_away(
            petition_at(slug), actor=current_account().actor, now=clock.now()
        )
    return go("petitions_workspace.edit_picture", "removed", slug=slug)


@bp.get(f"{EDIT}/picture.webp")
@requires(Permission.PETITION_READ, of=carrying_organisation_ids)
def own_picture(slug: str) -> Response:
    """The picture of a petition that nobody else can see yet."""
    found = picture_of(petition_at(slug).id)
    if found is None:
        raise NotFound
    return Response(found.body, content_type="image/webp")
