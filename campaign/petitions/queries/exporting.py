"""Who may be in a list for an organisation, which lists there are, and who was in them."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select

from campaign.consents.models import ConsentReceipt, ConsentText
from campaign.consents.queries import is_superseded
from campaign.core.db import db
from campaign.outbox.models import Suppression
from campaign.outbox.operations import address_key
from campaign.petitions.models import (
    ExportPart,
    Petition,
    PetitionOrganisation,
    SignatoryExport,
    Signature,
)
from campaign.petitions.rules.exporting import ExportState, holds, numbers_in, part_after

ALIVE = (ExportState.WRITING, ExportState.READY)


def entitled_organisation_ids(slug: str, **_rest: object) -> set[int]:
    """The organisations that have a part in the petition at this address, or asked its signatories for
    a yes, which it keeps when it leaves. Nothing where there is no such petition."""
    parts = (
        select(PetitionOrganisation.organisation_id)
        .join(Petition, Petition.id == PetitionOrganisation.petition_id)
        .where(Petition.slug == slug)
    )
    asked = select(ConsentText.organisation_id).where(
        ConsentText.subject == f"petition:{slug}",
        ConsentText.purpose == "updates",
        ConsentText.organisation_id.is_not(None),
    )
    return set(db.session.scalars(parts.union(asked)))


def _standing(organisation_id: int, now: datetime) -> Any:
    """The yes-sayers of an organisation: each signature with the receipt that stands."""
    return (
        (ConsentReceipt.signature_ref == Signature.ref)
        & (ConsentReceipt.organisation_id == organisation_id)
        & (ConsentReceipt.decision == "yes")
        & ~is_superseded(ConsentReceipt)
        & _is_there(now)
    )


def _is_there(now: datetime) -> ColumnElement[bool]:
    """Confirmed, not taken for false, and with an address; given before now."""
    return (
        (Signature.state == "confirmed")
        & ~Signature.is_blocked
        & Signature.email.is_not(None)
        & (Signature.created_at <= now)
    )


def entitled_lines(
    petition_id: int, organisation_id: int, *, after: int, until: int, now: datetime
) -> list[Any]:
    """The lines of those who say yes to this organisation, by number, after one and until another. Who
    must never be written to again is not among them."""
    rows = db.session.execute(
        select(
            Signature.id,
            Signature.given_name,
            Signature.family_name,
            Signature.email,
            Signature.language,
            ConsentReceipt.consent_text_id,
            ConsentReceipt.given_at,
        )
        .join(ConsentReceipt, _standing(organisation_id, now))
        .where(Signature.petition_id == petition_id, Signature.id > after, Signature.id <= until)
        .order_by(Signature.id)
    ).all()
    keys = {row.id: address_key(row.email) for row in rows}
    suppressed = _suppressed(keys.values())
    return [row for row in rows if keys[row.id] not in suppressed]


def _suppressed(keys: Collection[bytes]) -> set[bytes]:
    if not keys:
        return set()
    wanted = select(Suppression.address_key).where(Suppression.address_key.in_(keys))
    return set(db.session.scalars(wanted))


def entitled_count(petition_id: int, organisation_id: int, now: datetime) -> int:
    """How many say yes to this organisation on this petition."""
    return (
        db.session.scalar(
            select(func.count(Signature.id))
            .join(ConsentReceipt, _standing(organisation_id, now))
            .where(Signature.petition_id == petition_id)
        )
        or 0
    )


def newest_signature() -> int:
    """The number of the newest signature of all; 0 when there is none."""
    return db.session.scalar(select(func.max(Signature.id))) or 0


def export_by_id(export_id: int, *, is_locked: bool = False) -> SignatoryExport | None:
    """One list; `is_locked` keeps others from changing it meanwhile."""
    wanted = select(SignatoryExport).where(SignatoryExport.id == export_id)
    if is_locked:
        wanted = wanted.with_for_update(of=SignatoryExport)
    return db.session.scalar(wanted.execution_options(populate_existing=True))


def exports_of(petition_id: int, organisation_ids: Collection[int]) -> Sequence[SignatoryExport]:
    """The lists of these organisations on a petition, the newest first."""
    return db.session.scalars(
        select(SignatoryExport)
        .where(
            SignatoryExport.petition_id == petition_id,
            SignatoryExport.organisation_id.in_(organisation_ids),
        )
        .order_by(SignatoryExport.id.desc())
    ).all()


def under_way_of(petition_id: int, organisation_id: int, actor: str) -> SignatoryExport | None:
    """The list that this person has asked for and that is being prepared."""
    return db.session.scalar(
        select(SignatoryExport).where(
            SignatoryExport.petition_id == petition_id,
            SignatoryExport.organisation_id == organisation_id,
            SignatoryExport.asked_by == actor,
            SignatoryExport.state == ExportState.WRITING,
        )
    )


def next_to_write() -> SignatoryExport | None:
    """The oldest list under way."""
    return db.session.scalar(
        select(SignatoryExport)
        .where(SignatoryExport.state == ExportState.WRITING)
        .order_by(SignatoryExport.id)
        .limit(1)
    )


def alive_exports(
    petition_id: int | None = None, organisation_id: int | None = None
) -> Sequence[SignatoryExport]:
    """The lists that are being prepared or can be taken away, of a petition or of an organisation."""
    wanted = select(SignatoryExport).where(SignatoryExport.state.in_(ALIVE))
    if petition_id is not None:
        wanted = wanted.where(SignatoryExport.petition_id == petition_id)
    if organisation_id is not None:
        wanted = wanted.where(SignatoryExport.organisation_id == organisation_id)
    return db.session.scalars(wanted.order_by(SignatoryExport.id)).all()


def part_with(export_id: int, signature_id: int) -> ExportPart | None:
    """The part of a list that this signature's number belongs to."""
    return db.session.get(ExportPart, (export_id, part_after(signature_id)), populate_existing=True)


@dataclass(frozen=True)
class PartMembers:
    """Who is in one part: after which number it begins, when it was read, the bits."""

    after_id: int
    read_at: datetime
    members: bytes
    left_out: bytes


def members_of(export_id: int) -> list[PartMembers]:
    """Who is in a list, part by part, without the lines."""
    rows = db.session.execute(
        select(ExportPart.after_id, ExportPart.read_at, ExportPart.members, ExportPart.left_out)
        .where(ExportPart.export_id == export_id)
        .order_by(ExportPart.after_id)
    )
    return [PartMembers(*row) for row in rows]


def sealed_part(export_id: int, after_id: int) -> bytes | None:
    """The sealed lines of one part; None once they are erased."""
    return db.session.scalar(
        select(ExportPart.sealed).where(
            ExportPart.export_id == export_id, ExportPart.after_id == after_id
        )
    )


def wordings_asked(petition_slug: str, organisation_id: int) -> dict[int, ConsentText]:
    """Every wording of this organisation's question on a petition, by number."""
    rows = db.session.scalars(
        select(ConsentText).where(
            ConsentText.subject == f"petition:{petition_slug}",
            ConsentText.purpose == "updates",
            ConsentText.organisation_id == organisation_id,
        )
    )
    return {text.id: text for text in rows}


def given_exports(petition_id: int, organisation_id: int) -> list[int]:
    """The lists of an organisation that were taken away, oldest first."""
    return list(
        db.session.scalars(
            select(SignatoryExport.id)
            .where(
                SignatoryExport.petition_id == petition_id,
                SignatoryExport.organisation_id == organisation_id,
                SignatoryExport.given_at.is_not(None),
            )
            .order_by(SignatoryExport.id)
        )
    )


def to_remove(petition_id: int, organisation_id: int) -> Iterator[tuple[int, int]]:
    """Of every list that was given to this organisation, the lines of those who do not say yes any more,
    or are not there: number of the list, number of the line."""
    for export_id in given_exports(petition_id, organisation_id):
        line = 0
        for part in members_of(export_id):
            numbers = numbers_in(part.members, part.after_id)
            if not numbers:
                continue
            still = {
                row.id
                for row in entitled_lines(
                    petition_id,
                    organisation_id,
                    after=part.after_id,
                    until=numbers[-1],
                    now=part.read_at,
                )
            }
            for number in numbers:
                line += 1
                if number not in still:
                    yield export_id, line


def given_to(signature: Signature) -> list[SignatoryExport]:
    """The lists with this signatory that somebody took away, oldest first: exactly those, since each
    keeps who was in it. A number given anew after its row was erased is not the person who had it."""
    lists = db.session.scalars(
        select(SignatoryExport)
        .where(
            SignatoryExport.petition_id == signature.petition_id,
            SignatoryExport.given_at.is_not(None),
        )
        .order_by(SignatoryExport.id)
    )
    found = []
    for export in lists:
        part = part_with(export.id, signature.id)
        if (
            part is not None
            and part.read_at >= signature.created_at
            and holds(part.members, part.after_id, signature.id)
        ):
            found.append(export)
    return found


def named_count(petition_id: int) -> int:
    """How many signatures of a petition still have a name or an address."""
    return (
        db.session.scalar(
            select(func.count(Signature.id)).where(
                Signature.petition_id == petition_id, Signature.email_key.is_not(None)
            )
        )
        or 0
    )
