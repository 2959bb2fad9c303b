"""Finding petitions and what signing one depends on."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, or_, select

from campaign.consents.models import ConsentText
from campaign.consents.queries import texts_in_force
from campaign.core.db import db
from campaign.core.text import folded
from campaign.petitions.models import (
    Petition,
    PetitionOrganisation,
    PetitionText,
    Signature,
    Tally,
    TallyPeriod,
)
from campaign.petitions.rules.signing import SigningTerms, UpdateOffer, minimum_age
from campaign.petitions.rules.states import LISTED
from campaign.thresholds.handoffs import hand_off_for
from campaign.thresholds.instruments import instrument, may_own_form_count

PER_PAGE = 20


@dataclass(frozen=True)
class PetitionQuery:
    """What a visitor looks for in the list. Empty strings mean "any"."""

    q: str = ""
    authority: str = ""
    theme: str = ""
    state: str = ""
    language: str = ""
    sort: str = "closing"
    page: int = 1


def petition_by_slug(slug: str) -> Petition | None:
    """The petition at this address, whatever its state."""
    return db.session.scalar(select(Petition).where(Petition.slug == slug))


def petition_by_id(petition_id: int) -> Petition:
    """The petition of this number. Raises NoResultFound."""
    return db.session.scalars(select(Petition).where(Petition.id == petition_id)).one()


def shown_parts(petition: Petition) -> list[PetitionOrganisation]:
    """The organisations with a part in a petition that may be named; one that was hidden in an emergency
    may not."""
    return [part for part in petition.carriers if part.organisation.hidden_at is None]


def controllers_of(petition: Petition) -> list[str]:
    """The names of the organisations that answer for the data of a petition."""
    return [part.organisation.name for part in shown_parts(petition) if part.is_controller]


def text_for(petition: Petition, language: str) -> PetitionText:
    """The petition's text in `language`, else in the language it was written in."""
    by_language = {text.language: text for text in petition.texts}
    return by_language.get(language) or by_language[petition.source_language]


def search(query: PetitionQuery, *, now: datetime) -> tuple[list[Petition], int]:
    """One page of the petitions a visitor looks for, and how many there are in all."""
    wanted = _conditions(query)
    total = db.session.scalar(select(func.count()).select_from(Petition).where(*wanted)) or 0
    order = {
        "newest": (Petition.opens_at.desc().nulls_last(), Petition.id.desc()),
        "signed": (_support().desc(), Petition.id.desc()),
    }.get(
        query.sort,
        (_still_open(now).desc(), Petition.closes_at.asc().nulls_last(), Petition.id.desc()),
    )
    rows = db.session.scalars(
        select(Petition)
        .where(*wanted)
        .order_by(*order)
        .limit(PER_PAGE)
        .offset((query.page - 1) * PER_PAGE)
    )
    return list(rows), total


def _conditions(query: PetitionQuery) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = [
        Petition.state.in_([query.state] if query.state in LISTED else LISTED)
    ]
    if query.authority:
        wanted.append(Petition.authority == query.authority)
    if query.theme:
        wanted.append(Petition.theme == query.theme)
    texts = select(PetitionText.petition_id)
    if query.language:
        wanted.append(Petition.id.in_(texts.where(PetitionText.language == query.language)))
    for word in folded(query.q).split()[:8]:
        wanted.append(
            Petition.id.in_(texts.where(PetitionText.search_text.contains(word, autoescape=True)))
        )
    return wanted


def _support() -> ColumnElement[int]:
    return (
        select(func.coalesce(func.sum(Tally.count), 0))
        .where(Tally.petition_id == Petition.id)
        .scalar_subquery()
    )


def _still_open(now: datetime) -> ColumnElement[bool]:
    return (Petition.state == "open") & or_(Petition.closes_at.is_(None), Petition.closes_at > now)


def facet_values() -> dict[str, set[str]]:
    """The authorities, themes, states and languages that listed petitions have."""
    rows = db.session.execute(
        select(Petition.authority, Petition.theme, Petition.state)
        .where(Petition.state.in_(LISTED))
        .distinct()
    ).all()
    languages = db.session.scalars(
        select(PetitionText.language)
        .join(Petition, Petition.id == PetitionText.petition_id)
        .where(Petition.state.in_(LISTED))
        .distinct()
    )
    return {
        "authority": {row[0] for row in rows},
        "theme": {row[1] for row in rows},
        "state": {row[2] for row in rows},
        "language": set(languages),
    }


def trending(*, now: datetime, limit: int = 3) -> list[Petition]:
    """Open petitions with the most confirmations in the last hour (two hourly buckets at most)."""
    since = (now - timedelta(hours=1)).replace(minute=0, second=0, microsecond=0)
    gained = func.sum(TallyPeriod.change)
    rows = db.session.execute(
        select(TallyPeriod.petition_id)
        .join(Petition, Petition.id == TallyPeriod.petition_id)
        .where(
            TallyPeriod.period == "hour", TallyPeriod.starts_at >= since, Petition.state == "open"
        )
        .group_by(TallyPeriod.petition_id)
        .having(gained > 0)
        .order_by(gained.desc(), TallyPeriod.petition_id)
        .limit(limit)
    )
    return [petition_by_id(row[0]) for row in rows]


def relying_on(instrument_id: str, *, limit: int = 12) -> list[Petition]:
    """The listed petitions that rely on this instrument, the newest first."""
    return list(
        db.session.scalars(
            select(Petition)
            .where(Petition.state.in_(LISTED), Petition.instrument_id == instrument_id)
            .order_by(Petition.opens_at.desc().nulls_last(), Petition.id.desc())
            .limit(limit)
        )
    )


def carried_by(organisation_ids: Collection[int] | None) -> list[Petition]:
    """The petitions in which these organisations (None: any) have a part, whatever their state, the
    one changed last first."""
    wanted = select(Petition).order_by(Petition.changed_at.desc(), Petition.id.desc())
    if organisation_ids is not None:
        wanted = wanted.where(
            Petition.carriers.any(PetitionOrganisation.organisation_id.in_(organisation_ids))
        )
    return list(db.session.scalars(wanted))


def slugs_listed() -> list[str]:
    """Addresses of every listed petition."""
    return list(
        db.session.scalars(
            select(Petition.slug).where(Petition.state.in_(LISTED)).order_by(Petition.id)
        )
    )


def signing_terms(petition: Petition, language: str) -> SigningTerms | None:
    """What signing this petition in this language depends on; None where no wording is published."""
    texts = texts_in_force(f"petition:{petition.slug}")
    to_sign = {text.language: text for text in texts if text.purpose == "petition"}
    consent = to_sign.get(language) or to_sign.get(petition.source_language)
    if consent is None:
        return None
    names = {
        carrier.organisation_id: carrier.organisation.name
        for carrier in shown_parts(petition)
        if carrier.offers_updates
    }
    offers = tuple(
        UpdateOffer(text.organisation_id, names[text.organisation_id], text.id, text.body)
        for text in texts
        if text.purpose == "updates" and text.language == language and text.organisation_id in names
    )
    return terms_with(petition, language, consent, offers)


def terms_with(
    petition: Petition, language: str, consent: ConsentText, offers: tuple[UpdateOffer, ...]
) -> SigningTerms:
    """The terms of this wording and these organisations' questions."""
    rule = instrument(petition.instrument_id, petition.instrument_on)
    return SigningTerms(
        petition_id=petition.id,
        slug=petition.slug,
        title=text_for(petition, language).title,
        state=petition.state,
        opens_at=petition.opens_at,
        closes_at=petition.closes_at,
        minimum_age=minimum_age(rule.age_statement.min_age if rule.age_statement else None),
        language=language,
        consent_text_id=consent.id,
        consent_language=consent.language,
        consent_sha256=consent.sha256,
        consent_body=consent.body,
        updates=offers,
        accepts_support=petition.accepts_support,
        is_support=not may_own_form_count(rule),
        has_official_channel=bool(hand_off_for(rule).ways),
    )


@dataclass(frozen=True)
class ConfirmTarget:
    """What a confirmation link leads to."""

    petition: Petition
    state: str
    stratum: str


def petition_of_confirm_digest(digest: bytes) -> ConfirmTarget | None:
    """The petition a confirmation link is about, and the state of the signature."""
    row = db.session.execute(
        select(Signature.petition_id, Signature.state, Signature.stratum).where(
            Signature.confirm_digest == digest
        )
    ).one_or_none()
    return ConfirmTarget(petition_by_id(row.petition_id), row.state, row.stratum) if row else None
