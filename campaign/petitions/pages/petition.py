"""The page of one petition."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from typing import Any

from flask import url_for

from campaign.geography.rules import place_of
from campaign.i18n.formats import BRUSSELS, country_name, long_date, month
from campaign.i18n.languages import BY_CODE, Language
from campaign.legal_facts.pages import confirmed_facts, open_questions
from campaign.legal_facts.queries import standing_confirmations
from campaign.petitions.models import Petition, PetitionOrganisation, PetitionStage, PetitionText
from campaign.petitions.operations.counting import foretell, readings_to_foretell_from
from campaign.petitions.pages.cards import Foretold, PetitionCard, Tracker, card_for, days_left
from campaign.petitions.queries.counts import (
    official_counts_in_force,
    support_by_stratum,
)
from campaign.petitions.queries.petitions import controllers_of, shown_parts, text_for
from campaign.petitions.queries.signatures import shown_publicly
from campaign.petitions.rules.signing import SigningTerms
from campaign.petitions.rules.states import is_open_for_signing, named_petitioner
from campaign.petitions.vocabulary import REJECTION_REASONS, STAGE_LABELS
from campaign.thresholds.bands import forecast_mark
from campaign.thresholds.rules.helping import where_to_help

MOST_SHOWN = 12


@dataclass(frozen=True)
class Carrier:
    """An organisation beside a petition."""

    name: str
    legal_form: str
    host: str
    website: str
    role: str
    is_demonstration: bool


@dataclass(frozen=True)
class StageLine:
    """One step of the timeline: done, now or next."""

    label: Any
    state: str
    reached_on: str
    note: str
    note_language: str
    document_url: str
    document_label: str


@dataclass(frozen=True)
class ShownPicture:
    """The picture of a petition: where it is, its size in points, and what it shows in words."""

    address: str
    width: int
    height: int
    words: str


@dataclass(frozen=True)
class PetitionPage(PetitionCard):
    """All that the page of one petition shows."""

    letter_html: str
    demands_html: str
    background_html: str
    content_language: str
    content_direction: str
    review_state: str
    correction: str
    available_languages: list[tuple[Language, str]]
    petitioner: str
    organisations: list[Carrier]
    controllers: list[str]
    stages: list[StageLine]
    documents: list[Any]
    opens_on: date | None
    official_url: str
    official_reference: str
    rejection: Any
    consent_text: str
    consent_language: str
    updates: list[tuple[str, str, str]]
    min_age: int | None
    shown_signatories: list[tuple[str, str]]
    picture: ShownPicture | None
    versions_url: str


def petition_page(
    petition: Petition, language: str, terms: SigningTerms | None, *, now: datetime
) -> PetitionPage:
    """The page of `petition` in `language`; without `terms` it has no form."""
    support = support_by_stratum([petition.id])[petition.id]
    official = official_counts_in_force([petition.id])[petition.id]
    card = card_for(petition, language, support, official, now=now)
    text = text_for(petition, language)
    card = replace(card, tracker=_completed(petition, card.tracker, language, now))
    updates = [(o.field, o.organisation_name, o.question) for o in terms.updates] if terms else []
    return PetitionPage(
        **{field.name: getattr(card, field.name) for field in fields(card)},
        letter_html=text.letter_html,
        demands_html=text.demands_html,
        background_html=text.background_html,
        content_language=text.language,
        content_direction=BY_CODE[text.language].direction,
        review_state=text.review_state,
        correction=text.correction,
        available_languages=_available_languages(petition),
        petitioner=_petitioner(petition, now),
        organisations=[_carrier(part) for part in shown_parts(petition)],
        controllers=controllers_of(petition),
        stages=_stages(petition, language, is_announced=card.is_announced),
        documents=list(petition.documents),
        opens_on=petition.opens_at.astimezone(BRUSSELS).date() if petition.opens_at else None,
        official_url=petition.official_url,
        official_reference=petition.official_reference,
        rejection=REJECTION_REASONS.get(petition.rejection_reason),
        consent_text=terms.consent_body if terms else "",
        consent_language=terms.consent_language if terms else language,
        updates=updates,
        min_age=terms.minimum_age if terms else None,
        shown_signatories=_shown_signatories(petition, language) if terms else [],
        picture=_picture(petition, text),
        versions_url=url_for("petitions.versions", slug=petition.slug) if text.correction else "",
    )


def _available_languages(petition: Petition) -> list[tuple[Language, str]]:
    return [
        (BY_CODE[one.language], url_for("petitions.page", slug=petition.slug, lang=one.language))
        for one in petition.texts
    ]


def _picture(petition: Petition, text: PetitionText) -> ShownPicture | None:
    """Of what the rows say that are loaded anyway; the picture itself is fetched by its address."""
    if not petition.picture_digest:
        return None
    address = url_for("petitions.picture", slug=petition.slug, digest=petition.picture_digest)
    width, height = petition.picture_width or 0, petition.picture_height or 0
    return ShownPicture(address, width, height, text.picture_words)


def _with_confirmed_facts(tracker: Tracker, language: str) -> Tracker:
    """The questions that an authority answered in writing are not open any more."""
    rule = tracker.instrument
    if not rule.open_questions:
        return tracker
    confirmations = standing_confirmations(rule.id, rule.version)
    return replace(
        tracker,
        open_questions=open_questions(rule, confirmations, language),
        confirmed=confirmed_facts(rule, confirmations, language),
    )


def _completed(petition: Petition, tracker: Tracker, language: str, now: datetime) -> Tracker:
    """The tracker with what only the petition's own page shows."""
    tracker = _with_confirmed_facts(tracker, language)
    forecasts = _forecasts(petition, tracker, now)
    found = {key: one.forecast for key, one in forecasts.items()}
    is_collecting = days_left(petition, now) is not None
    helping = where_to_help(tracker.evaluation, found) if is_collecting else None
    return replace(tracker, forecasts=forecasts, where_to_help=helping)


def _forecasts(petition: Petition, tracker: Tracker, now: datetime) -> Mapping[str, Foretold]:
    """Where each region is heading, while the collection runs."""
    if days_left(petition, now) is None:
        return {}
    known = readings_to_foretell_from(petition, tracker.instrument)
    found = foretell(petition, tracker.instrument, tracker.evaluation, known)
    return {
        key: Foretold(one, forecast_mark(one), known.get(key, [])) for key, one in found.items()
    }


def _petitioner(petition: Petition, now: datetime) -> str:
    is_open = is_open_for_signing(
        state=petition.state, opens_at=petition.opens_at, closes_at=petition.closes_at, now=now
    )
    return named_petitioner(petition.petitioner, is_open=is_open)


def _carrier(part: PetitionOrganisation) -> Carrier:
    organisation = part.organisation
    return Carrier(
        name=organisation.name,
        legal_form=organisation.legal_form,
        host=organisation.host_name,
        website=organisation.website,
        role=part.role,
        is_demonstration=organisation.is_demonstration,
    )


def _shown_signatories(petition: Petition, language: str) -> list[tuple[str, str]]:
    """First name and commune (abroad: country) of those who asked to be shown, newest first."""
    if petition.state != "open":
        return []
    shown = []
    for given_name, country, postal_code in shown_publicly(petition.id, MOST_SHOWN):
        place = place_of(postal_code) if postal_code else None
        shown.append((given_name, place.commune_name(language) if place else country_name(country)))
    return shown


def _stages(petition: Petition, language: str, *, is_announced: bool) -> list[StageLine]:
    state = None if is_announced else petition.state
    reached = (stage for stage in petition.stages if stage.reached_on or stage.stage == state)
    last = max((stage.position for stage in reached), default=-1)
    return [_stage(stage, last, petition.source_language, language) for stage in petition.stages]


def _stage(stage: PetitionStage, last: int, source_language: str, language: str) -> StageLine:
    notes = {note.language: note.body for note in stage.notes}
    note_language = language if language in notes else source_language
    state = "next" if stage.position > last else "now" if stage.position == last else "done"
    reached = ""
    if stage.reached_on:
        reached = (
            month(stage.reached_on)
            if stage.date_precision == "month"
            else long_date(stage.reached_on)
        )
    return StageLine(
        label=STAGE_LABELS[stage.stage],
        state=state,
        reached_on=reached,
        note=notes.get(note_language, ""),
        note_language=note_language,
        document_url=stage.document_url,
        document_label=stage.document_label,
    )
