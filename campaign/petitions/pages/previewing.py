"""A petition as it will be published, before it is."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from flask import url_for

from campaign.consents.models import ConsentText
from campaign.core.db import db
from campaign.petitions import wording
from campaign.petitions.models import Petition, PetitionStage
from campaign.petitions.operations.writing import FIRST_STAGES, rule_of
from campaign.petitions.pages.petition import PetitionPage, petition_page
from campaign.petitions.pages.structured import described
from campaign.petitions.queries.petitions import controllers_of, signing_terms, terms_with
from campaign.petitions.rules.signing import SigningTerms, UpdateOffer
from campaign.petitions.rules.states import is_open_for_signing
from campaign.petitions.rules.writing import is_public


@dataclass(frozen=True)
class Preview:
    """What the public page's template takes; `terms` make its form, where it has one."""

    page: PetitionPage
    described: Any
    form_state: str
    terms: SigningTerms


def preview_of(petition: Petition, language: str, now: datetime) -> Preview:
    """The page as if the petition were open. Nothing is kept."""
    terms = signing_terms(petition, language) or _coming_terms(petition, language)
    if not is_public(petition.state):
        _pretend_open(petition, now)
        terms = replace(terms, state=petition.state, opens_at=petition.opens_at)
    is_open = petition.accepts_support and is_open_for_signing(
        state=petition.state, opens_at=petition.opens_at, closes_at=petition.closes_at, now=now
    )
    shown = petition_page(petition, language, terms, now=now)
    if shown.picture is not None:
        address = url_for("petitions_workspace.own_picture", slug=petition.slug)
        shown = replace(shown, picture=replace(shown.picture, address=address))
    opens_later = petition.opens_at is not None and petition.opens_at > now
    state = "open" if is_open else "not_open" if opens_later else "closed"
    return Preview(
        page=shown,
        described=described(shown, language, is_open=is_open),
        form_state=state if petition.accepts_support else "no_form",
        terms=terms,
    )


def _pretend_open(petition: Petition, now: datetime) -> None:
    """Out of the session first: what is only pretended is never written."""
    db.session.expunge(petition)
    petition.state = "open"
    petition.opens_at = petition.opens_at or now
    if not petition.stages:
        petition.stages = [
            PetitionStage(position=position, stage=stage, document_url="", document_label="")
            for position, stage in enumerate(FIRST_STAGES)
        ]


def _coming_terms(petition: Petition, language: str) -> SigningTerms:
    """The terms that are published when the petition is handed in."""
    rule = rule_of(petition)
    agreed = wording.to_sign(controllers_of(petition), petition.authority, rule)
    offers = tuple(
        UpdateOffer(
            part.organisation_id,
            part.organisation.name,
            0,
            wording.to_be_written_to(part.organisation.name)[language],
        )
        for part in petition.carriers
        if part.offers_updates
    )
    consent = ConsentText(id=0, language=language, body=agreed[language], sha256=b"")
    return terms_with(petition, language, consent, offers)
