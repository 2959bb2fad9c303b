"""Finding signatures."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, bindparam, or_, select, text

from campaign.core.db import db
from campaign.core.statements import Prepared
from campaign.petitions.models import AddressChange, Petition, Signature
from campaign.petitions.rules.signing import CONFIRM_WITHIN, REMIND_AFTER, Earlier

signatures, petitions = Signature.__table__, Petition.__table__

_BEFORE_SIGNING = Prepared(
    select(
        petitions.c.state,
        petitions.c.opens_at,
        petitions.c.closes_at,
        signatures.c.id,
        signatures.c.household_place,
        signatures.c.name_key,
        signatures.c.country,
        signatures.c.postal_code,
    )
    .select_from(petitions)
    .outerjoin(
        signatures,
        (signatures.c.petition_id == petitions.c.id)
        & (signatures.c.email_key == bindparam("email_key")),
    )
    .where(petitions.c.id == bindparam("petition_id"))
    .order_by(signatures.c.id)
)
_BY_CONFIRM_DIGEST = Prepared(
    select(
        signatures.c.ref,
        signatures.c.state,
        signatures.c.is_blocked,
        signatures.c.stratum,
        signatures.c.channel,
        signatures.c.confirm_expires_at,
        petitions.c.id,
        petitions.c.state,
        petitions.c.closes_at,
        petitions.c.slug,
    )
    .join_from(signatures, petitions)
    .where(signatures.c.confirm_digest == bindparam("digest"))
)


@dataclass(frozen=True)
class BeforeSigning:
    """What a new signature meets: its petition's state and dates, and who signed from that mailbox."""

    state: str
    opens_at: datetime | None
    closes_at: datetime | None
    earlier: list[Earlier]


def before_signing(petition_id: int, email_key: bytes) -> BeforeSigning:
    """What a signature from this mailbox meets, oldest first. Raises IndexError without a petition."""
    values = {"petition_id": petition_id, "email_key": email_key}
    rows = _BEFORE_SIGNING.run(values)
    earlier = [Earlier(*row[3:]) for row in rows if row[3] is not None]
    state, opens_at, closes_at = rows[0][:3]
    return BeforeSigning(state, opens_at, closes_at, earlier)


@dataclass(frozen=True)
class Confirmable:
    """What confirming needs to know of a signature and of its petition."""

    ref: bytes
    state: str
    is_blocked: bool
    stratum: str
    channel: str
    confirm_expires_at: datetime | None
    petition_id: int
    petition_state: str
    closes_at: datetime | None
    slug: str


def by_confirm_digest(digest: bytes) -> Confirmable | None:
    """What the confirmation link of this digest leads to."""
    rows = _BY_CONFIRM_DIGEST.run({"digest": digest})
    return Confirmable(*rows[0]) if rows else None


def by_ref(ref: bytes) -> Signature | None:
    """The signature of this random identifier."""
    return db.session.scalar(select(Signature).where(Signature.ref == ref))


def petition_ids() -> list[int]:
    """The number of every petition."""
    return list(db.session.scalars(select(Petition.id).order_by(Petition.id)))


KEYS_AT_ONCE = 100


def from_mailboxes(keys: Sequence[tuple[int, bytes]]) -> list[Signature]:
    """The signatures behind these pairs of petition and mailbox key, oldest first."""
    found: list[Signature] = []
    for first in range(0, len(keys), KEYS_AT_ONCE):
        pairs = [
            and_(Signature.petition_id == petition_id, Signature.email_key == key)
            for petition_id, key in keys[first : first + KEYS_AT_ONCE]
        ]
        found += db.session.scalars(select(Signature).where(or_(*pairs)))
    return sorted(found, key=lambda signature: signature.id)


def address_change_of(ref: bytes, now: datetime) -> AddressChange | None:
    """The new address that waits for its mailbox to confirm."""
    change = db.session.get(AddressChange, ref)
    return change if change is not None and change.expires_at > now else None


def address_change_behind(digest: bytes, now: datetime) -> AddressChange | None:
    """What the link of this digest in the new mailbox is about."""
    change = db.session.scalar(select(AddressChange).where(AddressChange.confirm_digest == digest))
    return change if change is not None and change.expires_at > now else None


def to_remind(now: datetime, limit: int) -> list[Signature]:
    """Unconfirmed for three days, not yet reminded, link still good, petition still open."""
    return list(
        db.session.scalars(
            select(Signature)
            .join(Petition, Petition.id == Signature.petition_id)
            .where(
                Signature.state == "pending",
                Signature.reminded_at.is_(None),
                Signature.created_at <= now - REMIND_AFTER,
                Signature.created_at > now - CONFIRM_WITHIN + timedelta(hours=12),
                Petition.state == "open",
                Petition.closes_at.is_(None) | (Petition.closes_at > now),
            )
            .order_by(Signature.id)
            .limit(limit)
        )
    )


def to_remind_of_official(now: datetime, limit: int) -> list[tuple[Signature, Petition]]:
    """Who asked to be reminded of the official channel, and when it is time; each with its petition."""
    rows = db.session.execute(
        select(Signature, Petition)
        .join(Petition, Petition.id == Signature.petition_id)
        .where(Signature.official_reminder_at <= now)
        .order_by(Signature.official_reminder_at, Signature.id)
        .limit(limit)
        .with_for_update(of=Signature, skip_locked=True)
    )
    return [(signature, petition) for signature, petition in rows]


def shown_publicly(petition_id: int, limit: int) -> list[tuple[str, str, str | None]]:
    """First name, country and postal code of the newest signatories who chose to be shown."""
    rows = db.session.execute(
        select(Signature.given_name, Signature.country, Signature.postal_code)
        .where(
            Signature.petition_id == petition_id,
            text("signature.is_public"),  # word for word as in the index, which is used only then
            Signature.state == "confirmed",
            Signature.given_name.is_not(None),
        )
        .order_by(Signature.confirmed_at.desc())
        .limit(limit)
    )
    return [
        (str(given_name), str(country), postal_code) for given_name, country, postal_code in rows
    ]
