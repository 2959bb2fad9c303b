"""What was closed in an emergency, and what waits for a second person."""

from collections.abc import Collection, Sequence

from sqlalchemy import or_, select

from campaign.core.db import db
from campaign.petitions.models import EmergencyClosure, Petition
from campaign.petitions.queries.coalition import carrying_organisation_ids
from campaign.petitions.rules.closing import OPEN, ClosureState


def closure_organisation_ids(number: int, **_rest: object) -> set[int]:
    """The organisations that a closure is about: its own, or those that carry its petition."""
    found = db.session.get(EmergencyClosure, number)
    if found is None:
        return set()
    if found.organisation_id is not None:
        return {found.organisation_id}
    slug = db.session.scalar(select(Petition.slug).where(Petition.id == found.petition_id))
    return carrying_organisation_ids(slug) if slug else set()


def closure_by_id(closure_id: int, *, is_locked: bool = False) -> EmergencyClosure | None:
    """One closure; `is_locked` keeps a second press waiting."""
    return db.session.get(
        EmergencyClosure, closure_id, with_for_update=is_locked or None, populate_existing=True
    )


def open_closure(subject: str) -> EmergencyClosure | None:
    """The closure of this subject that is asked for or stands."""
    return db.session.scalar(
        select(EmergencyClosure)
        .where(EmergencyClosure.subject == subject, EmergencyClosure.state.in_(OPEN))
        .execution_options(populate_existing=True)
    )


def closures_of(
    organisation_ids: Collection[int] | None, petition_ids: Collection[int]
) -> Sequence[EmergencyClosure]:
    """The closures of these organisations and petitions (None: of all), the newest first."""
    wanted = select(EmergencyClosure).order_by(EmergencyClosure.id.desc()).limit(100)
    if organisation_ids is not None:
        wanted = wanted.where(
            or_(
                EmergencyClosure.organisation_id.in_(organisation_ids),
                EmergencyClosure.petition_id.in_(petition_ids),
            )
        )
    return db.session.scalars(wanted).all()


def next_to_erase() -> EmergencyClosure | None:
    """The oldest closure whose personal details are not all erased yet."""
    return db.session.scalar(
        select(EmergencyClosure)
        .where(
            EmergencyClosure.petition_id.is_not(None),
            EmergencyClosure.state == ClosureState.CLOSED,
            EmergencyClosure.finished_at.is_(None),
        )
        .order_by(EmergencyClosure.id)
        .limit(1)
    )
