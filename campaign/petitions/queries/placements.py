"""Finding placements, and what came through them."""

from sqlalchemy import func, select

from campaign.core.db import db
from campaign.petitions.models import EventCode, Petition, Placement, Signature, Tally
from campaign.petitions.rules.placements import PUBLIC, Attribution, KnownCode, attribution


def placement_of_code(code: str) -> Placement | None:
    """The placement that carries this code, closed ones too."""
    return db.session.scalar(select(Placement).where(Placement.code == code))


def known_code(code: str) -> KnownCode | None:
    """What a code stands for, unless its placement is closed."""
    row = db.session.execute(
        select(
            Placement.id,
            Placement.petition_id,
            EventCode.opens_at,
            EventCode.closes_at,
            EventCode.most,
            EventCode.used_count,
        )
        .outerjoin(EventCode, EventCode.placement_id == Placement.id)
        .where(Placement.code == code, Placement.closed_at.is_(None))
    ).first()
    return KnownCode(*row) if row else None


def public_placement(petition_id: int) -> Placement | None:
    """The placement of a petition that everybody prints with."""
    return db.session.scalar(
        select(Placement)
        .where(Placement.petition_id == petition_id, Placement.kind == PUBLIC)
        .order_by(Placement.id)
        .limit(1)
    )


def placements_of(petition_id: int) -> list[Placement]:
    """Every placement of a petition, the newest first."""
    return list(
        db.session.scalars(
            select(Placement)
            .where(Placement.petition_id == petition_id)
            .order_by(Placement.issued_at.desc(), Placement.id.desc())
        )
    )


def open_placements(petition_id: int, kind: str, label: str) -> list[Placement]:
    """The placements of this kind and label that are not closed."""
    return list(
        db.session.scalars(
            select(Placement)
            .where(
                Placement.petition_id == petition_id,
                Placement.kind == kind,
                Placement.label == label,
                Placement.closed_at.is_(None),
            )
            .order_by(Placement.id)
        )
    )


def take_turn(petition_id: int) -> None:
    """Let one after the other issue codes of a petition; who signs it does not wait."""
    turn = select(Petition.id).where(Petition.id == petition_id)
    db.session.execute(turn.with_for_update(key_share=True))


def event_codes_of(petition_id: int) -> dict[int, EventCode]:
    """The hours and numbers of every event of a petition, by placement."""
    rows = db.session.scalars(
        select(EventCode)
        .join(Placement, Placement.id == EventCode.placement_id)
        .where(Placement.petition_id == petition_id)
    )
    return {event.placement_id: event for event in rows}


def event_code_of(placement_id: int) -> EventCode | None:
    """The hours and numbers of an event's placement."""
    return db.session.get(EventCode, placement_id)


def counts_by_placement(petition_id: int) -> dict[int, int]:
    """Confirmed signatures per placement that has any."""
    rows = db.session.execute(
        select(Signature.placement_id, func.count())
        .where(
            Signature.placement_id.in_(
                select(Placement.id).where(Placement.petition_id == petition_id)
            ),
            Signature.state == "confirmed",
        )
        .group_by(Signature.placement_id)
    )
    return {placement_id: count for placement_id, count in rows if placement_id is not None}


def attribution_of(petition_id: int) -> Attribution:
    """Where the confirmed signatures of a petition come from. Our own form's are counted from the
    signatures themselves: the tallies may be some seconds behind."""
    own_form = db.session.scalar(
        select(func.count())
        .select_from(Signature)
        .where(Signature.petition_id == petition_id, Signature.state == "confirmed")
    )
    others = db.session.execute(
        select(Tally.channel, func.sum(Tally.count))
        .where(Tally.petition_id == petition_id, Tally.channel != "own_form")
        .group_by(Tally.channel)
    )
    return attribution(
        own_form=own_form or 0,
        by_placement=counts_by_placement(petition_id),
        by_channel={channel: int(count) for channel, count in others},
    )
