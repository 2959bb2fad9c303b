"""Finding the signatures a check is about, part by part, and the checks themselves."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, func, select

from campaign.core.db import db
from campaign.petitions.models import InvalidatedSignature, Invalidation, Signature
from campaign.petitions.rules.invalidating import (
    UNDER_WAY,
    Conditions,
    Step,
    from_text,
    masked_email,
    masked_name,
    percent_done,
)


@dataclass(frozen=True)
class MaskedSignature:
    """What an organiser sees of a signature when looking for false ones."""

    signature_id: int
    name: str
    mailbox: str
    country: str | None
    postal_code: str | None
    language: str
    state: str
    created_at: datetime
    confirmed_at: datetime | None
    stratum: str
    channel: str


@dataclass(frozen=True)
class Part:
    """What one part of a check found: how many rows were read, and those that match."""

    examined: int
    matches: list[Row[Any]]


@dataclass(frozen=True)
class Progress:
    """How far a check is."""

    state: str
    percent: int
    matched_count: int
    invalidated_count: int
    reinstated_count: int


def invalidation_by_id(invalidation_id: int, *, is_locked: bool = False) -> Invalidation | None:
    """One check; `is_locked` keeps the worker from going on meanwhile."""
    return db.session.get(
        Invalidation, invalidation_id, with_for_update=is_locked or None, populate_existing=True
    )


def invalidations_of(petition_id: int) -> Sequence[Invalidation]:
    """Every check of one petition, the newest first."""
    return db.session.scalars(
        select(Invalidation)
        .where(Invalidation.petition_id == petition_id)
        .order_by(Invalidation.id.desc())
    ).all()


def under_way_counts(petition_ids: Sequence[int]) -> dict[int, int]:
    """How many checks of each of these petitions the worker is at."""
    rows = db.session.execute(
        select(Invalidation.petition_id, func.count())
        .where(Invalidation.petition_id.in_(petition_ids), _is_under_way())
        .group_by(Invalidation.petition_id)
    )
    return {row[0]: row[1] for row in rows}


def is_any_under_way() -> bool:
    """Whether the worker has a check to go on with."""
    return db.session.scalar(select(Invalidation.id).where(_is_under_way()).limit(1)) is not None


def next_under_way(only_id: int | None) -> Invalidation | None:
    """The oldest check under way that no other worker is at."""
    query = select(Invalidation).where(_is_under_way()).order_by(Invalidation.id).limit(1)
    if only_id is not None:
        query = query.where(Invalidation.id == only_id)
    return db.session.scalar(
        query.with_for_update(skip_locked=True).execution_options(populate_existing=True)
    )


def _is_under_way() -> ColumnElement[bool]:
    return Invalidation.state.in_(UNDER_WAY)


def progress(invalidation: Invalidation) -> Progress:
    """How far a check is."""
    done, of = invalidation.at_id, invalidation.last_id
    if invalidation.state == Step.REINSTATING:
        done, of = invalidation.reinstated_count, invalidation.invalidated_count
    return Progress(
        invalidation.state,
        percent_done(invalidation.state, done, of),
        invalidation.matched_count,
        invalidation.invalidated_count,
        invalidation.reinstated_count,
    )


def newest_number() -> int:
    """The number of the newest signature of all petitions: known without counting anything."""
    return db.session.scalar(select(func.max(Signature.id))) or 0


def part(
    petition_id: int, conditions: Conditions, *, after: int, until: int, is_locked: bool
) -> Part:
    """The matches among the signatures numbered above `after`, up to `until`.

    Read in the order of the numbers: the petition and the state are wrapped so that neither
    database takes an index on them instead and sorts the whole petition for each part.
    """
    query = (
        select(*_columns(conditions))
        .where(
            Signature.id > after,
            Signature.id <= until,
            Signature.petition_id + 0 == petition_id,
            func.coalesce(Signature.state, "").in_(conditions.states),
            *_asked_in_sql(conditions),
        )
        .order_by(Signature.id)
    )
    rows = db.session.execute(query.with_for_update() if is_locked else query).all()
    if not conditions.needs_reading:
        return Part(len(rows), list(rows))
    return Part(len(rows), [row for row in rows if _matches(row, conditions)])


def _columns(conditions: Conditions) -> list[Any]:
    """Only what is needed is opened: each name costs a decryption."""
    columns: list[Any] = [
        Signature.id,
        Signature.state,
        Signature.stratum,
        Signature.channel,
        Signature.confirmed_at,
    ]
    if conditions.email_domain is not None:
        columns.append(Signature.email)
    if conditions.name is not None:
        columns += [Signature.given_name, Signature.family_name]
    return columns


def _matches(row: Any, conditions: Conditions) -> bool:
    return conditions.match(
        email=getattr(row, "email", None),
        given_name=getattr(row, "given_name", None),
        family_name=getattr(row, "family_name", None),
    )


def _asked_in_sql(conditions: Conditions) -> list[ColumnElement[bool]]:
    """Each condition on a column that the database can read."""
    equal = {
        Signature.postal_code: conditions.postal_code,
        Signature.country: conditions.country,
        Signature.language: conditions.language,
    }
    asked = [column == value for column, value in equal.items() if value is not None]
    if conditions.created_from is not None:
        asked.append(Signature.created_at >= conditions.created_from)
    if conditions.created_before is not None:
        asked.append(Signature.created_at < conditions.created_before)
    return asked


def masked_matches(
    petition_id: int, conditions: Conditions, *, after: int = 0, limit: int, read_at_most: int
) -> list[MaskedSignature]:
    """The first matches above a number, masked; only so many rows are read for it."""
    query: Select[Any] = (
        select(Signature)
        .where(
            and_(
                Signature.id > after,
                Signature.petition_id == petition_id,
                Signature.state.in_(conditions.states),
            ),
            *_asked_in_sql(conditions),
        )
        .order_by(Signature.id)
        .limit(read_at_most if conditions.needs_reading else limit)
        .execution_options(yield_per=500)
    )
    found: list[MaskedSignature] = []
    for signature in db.session.scalars(query):
        if not conditions.needs_reading or _matches(signature, conditions):
            found.append(masked(signature))
        if len(found) == limit:
            break
    return found


def masked(signature: Signature) -> MaskedSignature:
    """What may be shown of a signature to who looks for false ones, or answers a person."""
    return MaskedSignature(
        signature.id,
        masked_name(signature.given_name, signature.family_name),
        masked_email(signature.email),
        signature.country,
        signature.postal_code,
        signature.language,
        signature.state,
        signature.created_at,
        signature.confirmed_at,
        signature.stratum,
        signature.channel,
    )


def locked_signatures(signature_ids: Sequence[int]) -> list[Row[Any]]:
    """These signatures as they stand now, and so they stay until the end of the transaction."""
    return list(
        db.session.execute(
            select(
                Signature.id,
                Signature.petition_id,
                Signature.state,
                Signature.stratum,
                Signature.channel,
                Signature.confirmed_at,
            )
            .where(Signature.id.in_(signature_ids))
            .order_by(Signature.id)
            .with_for_update()
        )
    )


def taken_by(invalidation_id: int, limit: int) -> list[Row[Any]]:
    """What one check stopped counting and has not given back, in the order of the numbers."""
    return list(
        db.session.execute(
            select(InvalidatedSignature.signature_id, InvalidatedSignature.state_before)
            .where(InvalidatedSignature.invalidation_id == invalidation_id)
            .order_by(InvalidatedSignature.signature_id)
            .limit(limit)
        )
    )


def conditions_of(invalidation: Invalidation) -> Conditions:
    """What a check looks for. Raises WrongStepError where it was erased."""
    return from_text(invalidation.conditions)
