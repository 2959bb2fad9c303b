"""Writing petitions and moving them from state to state."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete

from campaign.audit.operations import record
from campaign.consents.operations import publish_text
from campaign.core.db import db
from campaign.core.text import folded, render_markdown
from campaign.partners.models import Organisation
from campaign.petitions.models import (
    Petition,
    PetitionDocument,
    PetitionOrganisation,
    PetitionStage,
    PetitionStageNote,
    PetitionText,
)
from campaign.petitions.operations.placing import offer_publicly
from campaign.petitions.queries.petitions import petition_by_slug
from campaign.petitions.rules.states import COUNTING, check_may_become


@dataclass(frozen=True)
class Wording:
    """A petition in one language, in Markdown."""

    title: str
    short_title: str
    ask: str
    letter: str
    demands: str = ""
    background: str = ""
    correction: str = ""
    review_state: str = "reviewed"


@dataclass(frozen=True)
class Part:
    """An organisation's part in a petition: "lead", "partner" or "supporter"."""

    organisation: Organisation
    role: str = "lead"
    is_controller: bool = False
    offers_updates: bool = False


@dataclass(frozen=True)
class Step:
    """A stage of a petition's life with its date (precise to the day or the month) and proof."""

    stage: str
    reached_on: date | None = None
    date_precision: str = "day"
    notes: Mapping[str, str] = field(default_factory=dict)
    document_url: str = ""
    document_label: str = ""


@dataclass(frozen=True)
class Document:
    """A source the petition rests on."""

    title: str
    url: str
    language: str = "fr"
    published_on: date | None = None


def write_petition(
    *,
    slug: str,
    source_language: str,
    facts: Mapping[str, Any],
    wordings: Mapping[str, Wording],
    parts: list[Part],
    actor: str,
    now: datetime,
) -> Petition:
    """Create a petition, or bring the one with this slug up to date. Its state is left alone.

    `facts` are columns of Petition: authority, theme, instrument_id, instrument_on, goal, …
    """
    petition = petition_by_slug(slug)
    if petition is None:
        petition = Petition(slug=slug, created_at=now, state="draft")
        db.session.add(petition)
    petition.source_language = source_language
    petition.changed_at = now
    for name, value in facts.items():
        setattr(petition, name, value)
    db.session.flush()
    for language, wording in wordings.items():
        _write_text(petition, language, wording)
    _set_parts(petition, parts)
    offer_publicly(petition, now=now)
    record(actor=actor, act="petition.written", subject=f"petition:{slug}", now=now)
    db.session.flush()
    db.session.expire(petition)
    return petition


def _write_text(petition: Petition, language: str, wording: Wording) -> None:
    text = next((text for text in petition.texts if text.language == language), None)
    if text is None:
        text = PetitionText(petition_id=petition.id, language=language)
        db.session.add(text)
    for name in (
        "title",
        "short_title",
        "ask",
        "letter",
        "demands",
        "background",
        "correction",
        "review_state",
    ):
        setattr(text, name, getattr(wording, name))
    text.letter_html = render_markdown(wording.letter)
    text.demands_html = render_markdown(wording.demands)
    text.background_html = render_markdown(wording.background)
    text.search_text = folded(
        f"{wording.title} {wording.short_title} {wording.ask} {wording.letter} {wording.demands}"
    )


def _set_parts(petition: Petition, parts: list[Part]) -> None:
    db.session.execute(
        delete(PetitionOrganisation).where(PetitionOrganisation.petition_id == petition.id)
    )
    for position, part in enumerate(parts):
        db.session.add(
            PetitionOrganisation(
                petition_id=petition.id,
                organisation_id=part.organisation.id,
                position=position,
                role=part.role,
                is_controller=part.is_controller,
                offers_updates=part.offers_updates,
            )
        )


def set_stages(petition: Petition, steps: list[Step], *, actor: str, now: datetime) -> None:
    """Replace the petition's timeline."""
    for stage in list(petition.stages):
        db.session.execute(delete(PetitionStageNote).where(PetitionStageNote.stage_id == stage.id))
    db.session.execute(delete(PetitionStage).where(PetitionStage.petition_id == petition.id))
    for position, step in enumerate(steps):
        stage = PetitionStage(
            petition_id=petition.id,
            position=position,
            stage=step.stage,
            reached_on=step.reached_on,
            date_precision=step.date_precision,
            document_url=step.document_url,
            document_label=step.document_label,
        )
        db.session.add(stage)
        db.session.flush()
        for language, body in step.notes.items():
            db.session.add(PetitionStageNote(stage_id=stage.id, language=language, body=body))
    record(actor=actor, act="petition.stages_set", subject=f"petition:{petition.slug}", now=now)
    db.session.flush()
    db.session.expire(petition)


def set_documents(petition: Petition, documents: list[Document]) -> None:
    """Replace the petition's list of sources."""
    db.session.execute(delete(PetitionDocument).where(PetitionDocument.petition_id == petition.id))
    for document in documents:
        db.session.add(
            PetitionDocument(
                petition_id=petition.id,
                title=document.title,
                url=document.url,
                language=document.language,
                published_on=document.published_on,
            )
        )
    db.session.flush()
    db.session.expire(petition)


def publish_consents(
    petition: Petition,
    *,
    to_sign: Mapping[str, str],
    updates: Mapping[int, Mapping[str, str]],
    now: datetime,
) -> None:
    """Publish what signers agree to: the wording to sign per language, and each organisation's
    own question per language. An unchanged wording keeps its version."""
    subject = f"petition:{petition.slug}"
    for language, body in to_sign.items():
        publish_text(subject=subject, purpose="petition", language=language, body=body, now=now)
    for organisation_id, questions in updates.items():
        for language, body in questions.items():
            publish_text(
                subject=subject,
                purpose="updates",
                language=language,
                body=body,
                organisation_id=organisation_id,
                now=now,
            )


def move_to(petition: Petition, state: str, *, actor: str, now: datetime, reason: str = "") -> None:
    """Bring a petition to another state. Raises WrongTransitionError.

    One that stops taking signatures for good before its day has closed now: the 24 hours to confirm
    and the six months until names are forgotten run from here.
    """
    check_may_become(petition.state, state)
    record(
        actor=actor,
        act=f"petition.{state}",
        subject=f"petition:{petition.slug}",
        now=now,
        detail=f"from {petition.state} {reason}".strip(),
    )
    is_end = petition.state in COUNTING and state not in COUNTING
    if is_end and (petition.closes_at is None or petition.closes_at > now):
        petition.closes_at = now
    petition.state = state
    petition.changed_at = now
    if state == "submitted":
        petition.submitted_at = now
    if state in {"rejected", "hidden"}:
        petition.rejection_reason = reason
    if state == "open" and petition.opens_at is None:
        petition.opens_at = now
    db.session.flush()


def move_along(petition: Petition, states: list[str], *, actor: str, now: datetime) -> None:
    """Bring a petition through several states in a row, starting after the one it is in."""
    remaining = states[states.index(petition.state) + 1 :] if petition.state in states else states
    for state in remaining:
        move_to(petition, state, actor=actor, now=now)
