"""Writing the texts of a petition, one language at a time, with another one beside it."""

from collections.abc import Mapping
from typing import Any

from flask import Response, jsonify, request
from werkzeug.exceptions import NotFound

from campaign.accounts.cookies import the_door
from campaign.accounts.guards import current_account, requires
from campaign.accounts.permissions import Permission
from campaign.accounts.queries import names_of_actors
from campaign.accounts.views.blueprint import go
from campaign.core import clock
from campaign.core.db import transaction
from campaign.core.errors import RefusedError
from campaign.core.text import render_markdown
from campaign.i18n.languages import BY_CODE
from campaign.petitions.models import Petition, PetitionText
from campaign.petitions.operations import wording as operations
from campaign.petitions.operations.noticing import note_opening
from campaign.petitions.pages import writing as pages
from campaign.petitions.pages.versions import changes_between, fields_of
from campaign.petitions.queries.coalition import carrying_organisation_ids
from campaign.petitions.queries.writing import (
    last_version,
    text_now,
    version_at,
    versions_of,
)
from campaign.petitions.rules import writing as rules
from campaign.petitions.vocabulary import VERSION_KINDS
from campaign.petitions.workspace_forms import TextForm, emptied_form, text_form
from campaign.petitions.workspace_views.blueprint import bp, petition_at, takes_up_to
from campaign.petitions.workspace_views.writing import EDIT, edit_page

TEXT = f"{EDIT}/text/<language>"
VERSIONS = f"{TEXT}/versions"
# The longest text in Arabic letters, as a browser sends it: six bytes a letter.
LARGEST_TEXT = 320 * 1024
NO_WORDS: Mapping[str, str] = dict.fromkeys(rules.FIELDS, "")


def known(language: str) -> str:
    """A language of the site. Raises NotFound."""
    if language not in BY_CODE:
        raise NotFound
    return language


@bp.get(TEXT)
@requires(Permission.PETITION_EDIT, of=carrying_organisation_ids)
def edit_text(slug: str, language: str) -> Response:
    """The text in one language, to be written; beside it the original or the language asked for."""
    petition = petition_at(slug)
    text = text_now(petition.id, known(language))
    last = text or last_version(petition.id, language)
    taken = version_at(petition.id, language, request.args.get("from", 0, type=int))
    opened = taken or text
    words = fields_of(opened) if opened is not None else NO_WORDS
    if taken is not None:
        words = {**words, "correction": ""}
    version = 0 if last is None else last.version
    form = text_form(words, version, pages.source_of(petition).version)
    if pages.may_be_written(petition) and not the_door().is_read_only:
        with transaction():
            note_opening(
                petition, f"text-{language}", actor=current_account().actor, now=clock.now()
            )
    return _text_page(petition_at(slug), language, text, form)


def _text_page(
    petition: Petition,
    language: str,
    text: PetitionText | None,
    form: TextForm,
    status: int = 200,
    **context: Any,
) -> Response:
    allowed = _allowed(text)
    beside = request.args.get("beside", petition.source_language)
    others = [each for each in petition.texts if each.language != language]
    return edit_page(
        petition,
        "petitions/workspace/edit_text.html",
        "text",
        status,
        language=BY_CODE[language],
        written=text,
        form=form,
        others=others,
        beside=next((each for each in others if each.language == beside), None),
        source_changes=pages.source_changes(petition, text),
        line=next(
            (
                each
                for each in pages.language_lines(petition, now=clock.now())
                if each.language.code == language
            ),
            None,
        ),
        languages=pages.language_lines(petition, now=clock.now()),
        to_add=pages.languages_to_add(petition),
        places=pages.marked_places(form.tidied(), allowed, language),
        allowed=allowed,
        at_work=pages.at_work(
            petition, f"text-{language}", current_account().actor, now=clock.now()
        ),
        is_public=pages.tells_corrections(petition),
        **context,
    )


def _allowed(text: PetitionText | None) -> list[str]:
    """The words that an editor said name nobody held: those of the form that was sent, else those
    that are kept."""
    if request.method == "POST":
        return request.form.getlist("allowed")
    return text.allowed_names.splitlines() if text else []


@bp.post(TEXT)
@requires(Permission.PETITION_EDIT, of=carrying_organisation_ids)
@takes_up_to(LARGEST_TEXT)
def save_text(slug: str, language: str) -> Response:
    """Keep it as the next version. Whatever is refused, what was typed is shown again."""
    petition, form = petition_at(slug), TextForm(request.form)
    typed = form.read()
    if typed is None:
        text = text_now(petition.id, known(language))
        return _text_page(petition, language, text, form, 422)
    try:
        with transaction():
            operations.save_text(
                petition,
                language,
                typed,
                form.saving(request.form.getlist("allowed")),
                actor=current_account().actor,
                now=clock.now(),
            )
    except RefusedError as refusal:
        return _refused(slug, known(language), typed, refusal)
    leads_on = "petitions_workspace.edit_facts" if "go_on" in request.form else ""
    if leads_on:
        return go(leads_on, "saved", slug=slug)
    return go("petitions_workspace.edit_text", "saved", slug=slug, language=language)


def _refused(slug: str, language: str, typed: Mapping[str, str], refusal: RefusedError) -> Response:
    """Their text and mine side by side, and the form that saves mine over theirs, knowingly."""
    petition = petition_at(slug)
    text, form = text_now(petition.id, language), TextForm(request.form)
    context: dict[str, Any] = {"refusal": refusal.sentence}
    if isinstance(refusal, rules.CorrectionMissingError):
        form.correction.errors = [refusal.sentence]
    if isinstance(refusal, rules.ChangedMeanwhileError | rules.TextDeletedError):
        last = last_version(petition.id, language)
        number = text.version if text else last.version if last else 0
        form = emptied_form(request.form, number)
        theirs = fields_of(text) if text else NO_WORDS
        writer = last.actor if last else ""
        context |= {
            "theirs": text,
            "their_changes": changes_between(theirs, typed) if text else [],
            "their_name": names_of_actors({writer}).get(writer, ""),
            "is_conflict": True,
        }
    return _text_page(petition, language, text, form, refusal.http_status, **context)


@bp.post(f"{TEXT}/autosave.json")
@requires(Permission.PETITION_EDIT, of=carrying_organisation_ids)
@takes_up_to(LARGEST_TEXT)
def autosave(slug: str, language: str) -> Response:
    """Keep a draft while somebody types."""
    form = TextForm(request.form)
    typed = form.read()
    if typed is None:
        return _not_kept(next(error for name in rules.FIELDS for error in form[name].errors))
    with transaction():
        text = operations.save_text(
            petition_at(slug),
            known(language),
            typed,
            form.saving(request.form.getlist("allowed"), kind="autosaved"),
            actor=current_account().actor,
            now=clock.now(),
        )
    return jsonify(version=text.version)


def _not_kept(sentence: str) -> Response:
    response = jsonify(detail=str(sentence))
    response.status_code = 422
    return response


@bp.post("/rendered.json")
@requires(Permission.PETITION_EDIT)
@takes_up_to(LARGEST_TEXT)
def rendered() -> Response:
    """Markdown as the page will show it; nothing is kept."""
    return jsonify(html=render_markdown(request.form.get("source", "")[: rules.LONGEST["letter"]]))


@bp.post(f"{TEXT}/review")
@requires(Permission.PETITION_EDIT, of=carrying_organisation_ids)
def review_text(slug: str, language: str) -> Response:
    """Say that somebody who speaks it has read the translation."""
    with transaction():
        operations.review_text(
            petition_at(slug),
            known(language),
            operations.Saving(
                request.form.get("version", 0, type=int),
                compared_with=request.form.get("source_version", type=int),
            ),
            actor=current_account().actor,
            now=clock.now(),
        )
    return go("petitions_workspace.edit_text", "saved", slug=slug, language=language)


@bp.post(f"{TEXT}/delete")
@requires(Permission.PETITION_EDIT, of=carrying_organisation_ids)
def delete_text(slug: str, language: str) -> Response:
    """Take a translation away; its versions stay."""
    with transaction():
        operations.delete_text(
            petition_at(slug),
            known(language),
            request.form.get("version", 0, type=int),
            actor=current_account().actor,
            now=clock.now(),
        )
    return go("petitions_workspace.text_versions", "text_deleted", slug=slug, language=language)


@bp.get(VERSIONS)
@requires(Permission.PETITION_READ, of=carrying_organisation_ids)
def text_versions(slug: str, language: str) -> Response:
    """Every version of a text, the newest first."""
    petition = petition_at(slug)
    versions = versions_of(petition.id, known(language))
    return edit_page(
        petition,
        "petitions/workspace/text_versions.html",
        "text",
        language=BY_CODE[language],
        written=text_now(petition.id, language),
        versions=versions,
        names=names_of_actors({version.actor for version in versions}),
        kinds=VERSION_KINDS,
    )


@bp.get(f"{VERSIONS}/<int:number>")
@requires(Permission.PETITION_READ, of=carrying_organisation_ids)
def text_version(slug: str, language: str, number: int) -> Response:
    """One version: what it changed, and what has changed since."""
    petition = petition_at(slug)
    versions = versions_of(petition.id, known(language))
    version = next((each for each in versions if each.version == number), None)
    if version is None:
        raise NotFound
    before = next((each for each in versions if each.version < number), None)
    text = text_now(petition.id, language)
    words = fields_of(version)
    return edit_page(
        petition,
        "petitions/workspace/text_version.html",
        "text",
        language=BY_CODE[language],
        version=version,
        is_present=text is not None and text.version == number,
        base_version=text.version if text else versions[0].version,
        changes=changes_between(fields_of(before) if before else NO_WORDS, words),
        since=changes_between(words, fields_of(text)) if text else [],
        names=names_of_actors({version.actor}),
        kinds=VERSION_KINDS,
        is_public=pages.tells_corrections(petition),
    )


@bp.post(f"{VERSIONS}/<int:number>/restore")
@requires(Permission.PETITION_EDIT, of=carrying_organisation_ids)
def restore_version(slug: str, language: str, number: int) -> Response:
    """Make it the present one again."""
    with transaction():
        operations.restore_version(
            petition_at(slug),
            known(language),
            number,
            request.form.get("version", 0, type=int),
            actor=current_account().actor,
            now=clock.now(),
        )
    return go("petitions_workspace.edit_text", "restored", slug=slug, language=language)
