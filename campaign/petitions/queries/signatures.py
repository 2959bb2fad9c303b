"""Finding signatures."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Row, and_, bindparam, or_, select, text

from campaign.core.db import db
from campaign.core.statements import Prepared
from campaign.petitions.models import Petition, Signature
from campaign.petitions.rules.signing import CONFIRM_WITHIN, PURGE_AFTER, REMIND_AFTER, Earlier

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


def ids_to_purge(now: datetime, limit: int) -> list[int]:
    """Never confirmed in fourteen days, those found to be false before that included."""
    never_confirmed = or_(
        Signature.state == "pending",
        and_(
            Signature.state == "invalidated",
            Signature.confirmed_at.is_(None),
            Signature.email_key.is_not(None),  # else it was emptied: a row that explains a total
        ),
    )
    return list(
        db.session.scalars(
            select(Signature.id)
            .where(never_confirmed, Signature.created_at <= now - PURGE_AFTER)
            .order_by(Signature.id)
            .limit(limit)
        )
    )


def named_after(petition_id: int, last_id: int, limit: int) -> list[Row[tuple[int, bytes]]]:
    """Signatures of one petition that still carry personal details, after `last_id`."""
    return list(
        db.session.execute(
            select(Signature.id, Signature.ref)
            .where(
                Signature.petition_id == petition_id,
                Signature.state.in_(["confirmed", "invalidated"]),
                Signature.email_key.is_not(None),
                Signature.id > last_id,
            )
            .order_by(Signature.id)
            .limit(limit)
        )
    )


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
