"""Reading where signatures come from. Only the worker counts them one by one."""

from collections import Counter
from datetime import datetime, timedelta

from sqlalchemy import func, select

from campaign.core.db import db
from campaign.petitions.models import Petition, PlaceCount, PlaceEdition, Signature, TallyPeriod
from campaign.petitions.rules.places import Edition
from campaign.petitions.rules.signing import is_due_for_anonymising

REGION, AREA, COMMUNE = "region", "area", "commune"


def petitions_to_place(now: datetime) -> list[int]:
    """The petitions that somebody signed or left since their places were last counted.

    Once names and places are being deleted, the last edition stands.
    """
    rows = db.session.execute(
        select(
            Petition.id,
            Petition.closes_at,
            PlaceEdition.counted_at,
            func.max(TallyPeriod.starts_at),
        )
        .outerjoin(PlaceEdition, PlaceEdition.petition_id == Petition.id)
        .join(TallyPeriod, TallyPeriod.petition_id == Petition.id)
        .where(TallyPeriod.period == "day")
        .group_by(Petition.id, Petition.closes_at, PlaceEdition.counted_at)
        .order_by(Petition.id)
    )
    return [
        petition_id
        for petition_id, closes_at, counted_at, changed_on in rows
        if not is_due_for_anonymising(closes_at, now) and _has_changed(counted_at, changed_on)
    ]


def _has_changed(counted_at: datetime | None, changed_on: datetime) -> bool:
    """Whether the last day with a change may lie after the last count."""
    return counted_at is None or changed_on + timedelta(days=1) > counted_at


def true_counts(petition_id: int) -> tuple[dict[str, int], dict[str, int]]:
    """Confirmed signatures counted one by one, by region and by Belgian postal code, of one instant.

    Reads every signature of the petition: for the worker, never for a visitor.
    """
    rows = db.session.execute(
        select(Signature.stratum, Signature.postal_code, func.count())
        .where(Signature.petition_id == petition_id, Signature.state == "confirmed")
        .group_by(Signature.stratum, Signature.postal_code)
    )
    regions: Counter[str] = Counter()
    postal_codes: Counter[str] = Counter()
    for stratum, postal_code, count in rows:
        regions[stratum] += count
        if postal_code:
            postal_codes[postal_code] += count
    return dict(regions), dict(postal_codes)


def edition_of(petition_id: int) -> Edition:
    """What is shown of a petition's places; empty before they were first counted."""
    rows = db.session.execute(
        select(PlaceCount.level, PlaceCount.place, PlaceCount.count).where(
            PlaceCount.petition_id == petition_id
        )
    )
    found: dict[str, dict[str, int]] = {REGION: {}, AREA: {}, COMMUNE: {}}
    for level, place, count in rows:
        found[level][place] = count
    return Edition(found[REGION], found[AREA], found[COMMUNE])


def places_counted_at(petition_id: int) -> datetime | None:
    """When the places of a petition were last counted."""
    return db.session.scalar(
        select(PlaceEdition.counted_at).where(PlaceEdition.petition_id == petition_id)
    )
