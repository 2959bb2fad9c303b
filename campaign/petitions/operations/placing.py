"""Offering a petition in a place, and lifting the limit at an event."""

import secrets
from datetime import datetime

from sqlalchemy import update

from campaign.audit.operations import record
from campaign.core.db import db
from campaign.petitions.models import EventCode, Petition, Placement
from campaign.petitions.queries.placements import (
    event_code_of,
    open_placements,
    placement_of_code,
    public_placement,
    take_turn,
)
from campaign.petitions.rules.placements import (
    CODE_LENGTH,
    CODE_LETTERS,
    EVENT,
    PUBLIC,
    KnownCode,
    check_event,
    check_label,
    check_lifts_limit,
    check_placement,
)


def offer_publicly(petition: Petition, *, now: datetime) -> Placement:
    """The placement that everybody prints with; made the first time."""
    return public_placement(petition.id) or _issue(petition, PUBLIC, "", now=now)


def issue_placement(
    petition: Petition, *, kind: str, label: str, actor: str, now: datetime
) -> Placement:
    """Give a place its own code; the one it has, where it has one that is open: a form sent twice
    makes one code. Raises PlacementKindError or PlacementLabelError."""
    label = check_placement(kind, label)
    take_turn(petition.id)
    known = open_placements(petition.id, kind, label)
    if known:
        return known[0]
    placement = _issue(petition, kind, label, now=now)
    _note(actor, "placement.issued", placement, now=now)
    return placement


def issue_event_code(
    petition: Petition,
    *,
    label: str,
    opens_at: datetime,
    closes_at: datetime,
    most: int,
    actor: str,
    now: datetime,
) -> Placement:
    """Give an event a code that lifts the limit on its network, for its hours and so many signatures.

    Asking for the same once more gives the same code. Raises PlacementLabelError, EventHoursError or
    EventSizeError.
    """
    label = check_label(label)
    check_event(opens_at=opens_at, closes_at=closes_at, most=most, now=now)
    take_turn(petition.id)
    for known in open_placements(petition.id, EVENT, label):
        event = event_code_of(known.id)
        if event and (event.opens_at, event.closes_at, event.most) == (opens_at, closes_at, most):
            return known
    placement = _issue(petition, EVENT, label, now=now)
    db.session.add(
        EventCode(placement_id=placement.id, opens_at=opens_at, closes_at=closes_at, most=most)
    )
    db.session.flush()
    hours = f"{opens_at.isoformat()}/{closes_at.isoformat()}"
    _note(actor, "event_code.issued", placement, now=now, detail=f"{hours} {most}")
    return placement


def close_placement(placement: Placement, *, actor: str, now: datetime) -> None:
    """Let a code lead nowhere any more; what came through it stays attributed. Twice is harmless."""
    db.session.refresh(placement, with_for_update=True)
    if placement.closed_at is None:
        placement.closed_at = now
        db.session.flush()
        _note(actor, "placement.closed", placement, now=now)


def lift_limit(code: KnownCode, petition_id: int, *, now: datetime) -> bool:
    """Use an event's code once; False when somebody else took the last use in this very moment.

    A use is a form that was sent, so one person who sends twice uses two. Raises
    CodeOfAnotherPetitionError, EventNotBegunError, EventOverError or EventUsedUpError.
    """
    check_lifts_limit(code, petition_id, now)
    used = db.session.scalars(
        update(EventCode)
        .where(
            EventCode.placement_id == code.placement_id,
            EventCode.used_count < EventCode.most,
        )
        .values(used_count=EventCode.used_count + 1)
        .returning(EventCode.placement_id)
        .execution_options(synchronize_session=False)
    )
    return used.first() is not None


def _issue(petition: Petition, kind: str, label: str, *, now: datetime) -> Placement:
    code = _new_code()
    while placement_of_code(code) is not None:
        code = _new_code()
    placement = Placement(
        petition_id=petition.id, code=code, kind=kind, label=label, issued_at=now, closed_at=None
    )
    db.session.add(placement)
    db.session.flush()
    return placement


def _new_code() -> str:
    return "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))


def _note(actor: str, act: str, placement: Placement, *, now: datetime, detail: str = "") -> None:
    subject = f"placement:{placement.id}"
    record(actor=actor, act=act, subject=subject, now=now, detail=detail or placement.kind)
