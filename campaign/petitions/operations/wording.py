"""Writing the texts of a petition: each saving is a version, and none is lost to another editor."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from campaign.audit.operations import record
from campaign.core.db import db
from campaign.core.text import folded, render_markdown
from campaign.i18n.languages import BY_CODE
from campaign.petitions.models import Petition, PetitionText, PetitionTextVersion
from campaign.petitions.operations.noticing import forget_opening
from campaign.petitions.queries.writing import last_version, text_now, version_at
from campaign.petitions.rules import writing as rules
from campaign.petitions.rules.writing import FIELDS

SOURCE, UNREAD, REVIEWED = "source", "needs_native_review", "reviewed"


@dataclass(frozen=True)
class Saving:
    """How a text is saved: which version of it was open (0: none), which version of the source it was
    compared with (None: it was not), the words that name nobody held, and by which act."""

    base_version: int
    compared_with: int | None = None
    allowed_names: Collection[str] = ()
    kind: str = "written"


def save_text(
    petition: Petition,
    language: str,
    typed: Mapping[str, str],
    saving: Saving,
    *,
    actor: str,
    now: datetime,
) -> PetitionText:
    """Keep a text as its next version; the very same text again changes nothing.

    `typed` is as `rules.tidied` gives it and has no faults. Raises NotEditableError,
    UnknownLanguageError, ChangedMeanwhileError, TextDeletedError; once visitors read the petition
    also CorrectionMissingError and StoppedPassagesError.
    """
    if language not in BY_CODE:
        raise rules.UnknownLanguageError
    db.session.refresh(petition, with_for_update=True)
    rules.check_may_write(petition.state)
    if saving.kind == "autosaved" and rules.is_public(petition.state):
        raise rules.NotEditableError
    text = text_now(petition.id, language)
    if saving.kind != "autosaved":  # whose text saves itself is still at work on it
        forget_opening(petition.id, f"text-{language}", actor)
    if text is not None and _fields(text) == dict(typed):
        return _note_beside(petition, text, saving)
    _check_base(petition, language, text, saving.base_version)
    _check_public(petition, language, text, typed, saving)
    return _write(petition, language, text, typed, saving, actor=actor, now=now)


def _fields(text: PetitionText | PetitionTextVersion) -> dict[str, str]:
    return {name: getattr(text, name) for name in FIELDS}


def _note_beside(petition: Petition, text: PetitionText, saving: Saving) -> PetitionText:
    """The words are the same; what is said about them may be new."""
    text.allowed_names = "\n".join(saving.allowed_names)
    if saving.compared_with is not None and text.language != petition.source_language:
        text.reviewed_version = saving.compared_with
    db.session.flush()
    return text


def _check_base(
    petition: Petition, language: str, text: PetitionText | None, base_version: int
) -> None:
    if text is not None:
        if base_version != text.version:
            raise rules.ChangedMeanwhileError
        return
    last = last_version(petition.id, language)
    if base_version != (last.version if last else 0):
        raise rules.TextDeletedError


def _check_public(
    petition: Petition,
    language: str,
    text: PetitionText | None,
    typed: Mapping[str, str],
    saving: Saving,
) -> None:
    if not rules.is_public(petition.state):
        return
    if text is not None:
        rules.check_correction(petition.state, _fields(text), typed)
    for _name, written in rules.whole_text(typed):
        if rules.stopped_passages(written, saving.allowed_names, language=language):
            raise rules.StoppedPassagesError


def _write(
    petition: Petition,
    language: str,
    text: PetitionText | None,
    typed: Mapping[str, str],
    saving: Saving,
    *,
    actor: str,
    now: datetime,
) -> PetitionText:
    if text is None:
        text = PetitionText(petition_id=petition.id, language=language, version=saving.base_version)
        db.session.add(text)
    else:
        keep_present(petition, text, now=now)
    is_source = language == petition.source_language
    text.version += 1
    text.review_state = SOURCE if is_source else UNREAD
    text.allowed_names = "\n".join(saving.allowed_names)
    if saving.compared_with is not None and not is_source:
        text.reviewed_version = saving.compared_with
    put_words(text, typed)
    db.session.flush()
    _add_version(petition, text, saving.kind, actor=actor, now=now)
    petition.changed_at = now
    if saving.kind != "autosaved":
        act = "petition.corrected" if rules.is_public(petition.state) else "petition.text_written"
        _record(petition, act, f"{language} {text.version} {saving.kind}", actor=actor, now=now)
    db.session.expire(petition, ["texts"])
    return text


def put_words(text: PetitionText, typed: Mapping[str, str]) -> None:
    """Set every field of a text, with what is made of it: safe HTML, and words to search by."""
    for name in FIELDS:
        setattr(text, name, typed[name])
    text.letter_html = render_markdown(typed["letter"])
    text.demands_html = render_markdown(typed["demands"])
    text.background_html = render_markdown(typed["background"])
    searched = ("title", "short_title", "ask", "letter", "demands")
    text.search_text = folded(" ".join(typed[name] for name in searched))


def keep_present(
    petition: Petition, text: PetitionText, *, now: datetime, actor: str = "content"
) -> None:
    """Keep the wording that stands as a version, before another one takes its place: it may have come
    from a file. What visitors read is known to have been shown."""
    kept = version_at(petition.id, text.language, text.version)
    is_from_before = kept is None
    if kept is None:
        written_at = min(petition.changed_at, now)
        kept = _add_version(petition, text, "written", actor=actor, now=written_at)
    if rules.is_public(petition.state) and (is_from_before or kept.shown_from is None):
        kept.shown_from = min(petition.opens_at or kept.written_at, now)


def _add_version(
    petition: Petition, text: PetitionText, kind: str, *, actor: str, now: datetime
) -> PetitionTextVersion:
    """A saving by itself takes the place of the one before, by the same person."""
    before = version_at(petition.id, text.language, text.version - 1)
    is_next_autosaving = (
        before is not None
        and (before.kind, before.actor) == ("autosaved", actor)
        and kind in {"autosaved", "written"}
    )
    version = before if before is not None and is_next_autosaving else PetitionTextVersion()
    for name in FIELDS:
        setattr(version, name, getattr(text, name))
    version.petition_id, version.language = petition.id, text.language
    version.version, version.kind = text.version, kind
    version.actor, version.written_at = actor, now
    if rules.is_public(petition.state) and kind != "deleted":
        version.shown_from = now
    db.session.add(version)
    db.session.flush()
    return version


def review_text(
    petition: Petition, language: str, saving: Saving, *, actor: str, now: datetime
) -> None:
    """Say that a translation was read by somebody who speaks the language, and says what the source
    says. Raises NotEditableError, ChangedMeanwhileError, TextDeletedError."""
    db.session.refresh(petition, with_for_update=True)
    rules.check_may_write(petition.state)
    text = text_now(petition.id, language)
    _check_base(petition, language, text, saving.base_version)
    if text is None or language == petition.source_language:
        raise rules.TextDeletedError
    text.review_state, text.reviewed_by = REVIEWED, actor
    text.reviewed_version = saving.compared_with
    petition.changed_at = now
    _record(petition, "petition.text_reviewed", f"{language} {text.version}", actor=actor, now=now)


def delete_text(
    petition: Petition, language: str, base_version: int, *, actor: str, now: datetime
) -> None:
    """Take a translation away; its versions stay, and any of them can be brought back.

    Deleting what is deleted changes nothing. Raises NotEditableError, SourceStaysError,
    PublishedLanguageError, ChangedMeanwhileError.
    """
    db.session.refresh(petition, with_for_update=True)
    rules.check_may_write(petition.state)
    if language == petition.source_language:
        raise rules.SourceStaysError
    if rules.is_public(petition.state):
        raise rules.PublishedLanguageError
    text = text_now(petition.id, language)
    if text is None:
        return
    _check_base(petition, language, text, base_version)
    keep_present(petition, text, now=now)
    text.version += 1
    _add_version(petition, text, "deleted", actor=actor, now=now)
    db.session.delete(text)
    petition.changed_at = now
    _record(petition, "petition.text_deleted", language, actor=actor, now=now)
    db.session.flush()
    db.session.expire(petition, ["texts"])


def restore_version(
    petition: Petition, language: str, number: int, base_version: int, *, actor: str, now: datetime
) -> PetitionText:
    """Make an earlier version the present one again, as a new version; also of a deleted text.

    Raises VersionGoneError and what `save_text` raises.
    """
    version = version_at(petition.id, language, number)
    if version is None:
        raise rules.VersionGoneError
    text = text_now(petition.id, language)
    allowed = tuple(text.allowed_names.splitlines()) if text else ()
    saving = Saving(base_version=base_version, allowed_names=allowed, kind="restored")
    return save_text(petition, language, _fields(version), saving, actor=actor, now=now)


def _record(petition: Petition, act: str, detail: str, *, actor: str, now: datetime) -> None:
    record(actor=actor, act=act, subject=f"petition:{petition.slug}", detail=detail, now=now)
