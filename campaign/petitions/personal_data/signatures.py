"""What is found and forgotten about people when its time is over; `campaign/privacy` says when.

Each kind has three functions: how many are due, the next few of them after a position, and
forgetting those few, which asks again whether they still are due.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, delete, func, select, update

from campaign.consents.operations import forget_receipts
from campaign.consents.queries import has_standing_yes
from campaign.core.db import db
from campaign.petitions.models import (
    AddressChange,
    Invalidation,
    LinkRequest,
    Petition,
    Signature,
)
from campaign.petitions.operations.taking_back import ERASED, NOT_NEEDED_TO_WRITE
from campaign.petitions.rules.invalidating import UNDER_WAY
from campaign.petitions.rules.signing import PURGE_AFTER, is_due_for_anonymising

# Rows forgotten in one step, so that who signs meanwhile waits for milliseconds; rows looked at.
AT_ONCE = 100
LOOKED_AT = 5_000
QUESTION_KEPT = timedelta(days=1)


def count_unconfirmed(now: datetime) -> int:
    """How many were never confirmed in fourteen days."""
    return _count(_unconfirmed(now))


def find_unconfirmed(now: datetime, _after: int) -> tuple[list[int], int | None]:
    """The next of them; the end is reached when fewer come than were asked for."""
    return _first(select(Signature.id).where(_unconfirmed(now)).order_by(Signature.created_at))


def forget_unconfirmed(ids: list[int], now: datetime) -> int:
    """Delete them with what was agreed to."""
    refs = db.session.scalars(
        delete(Signature)
        .where(Signature.id.in_(ids), _unconfirmed(now))
        .returning(Signature.ref)
        .execution_options(synchronize_session=False)
    ).all()
    forget_receipts(refs)
    return len(refs)


def _unconfirmed(now: datetime) -> ColumnElement[bool]:
    """Those found to be false before they were confirmed included."""
    found_false = (
        (Signature.state == "invalidated")
        & Signature.confirmed_at.is_(None)
        & Signature.email_key.is_not(None)  # else it was emptied: a row that explains a total
    )
    return ((Signature.state == "pending") | found_false) & (
        Signature.created_at <= now - PURGE_AFTER
    )


def count_closed(now: datetime) -> int:
    """How many carry a name although their petition closed six months ago, and allowed no mails."""
    return _count(_closed(now) & ~has_standing_yes(Signature.ref))


def find_closed(now: datetime, after: int) -> tuple[list[int], int | None]:
    """The next of them after this number."""
    return _window(_closed(now) & ~has_standing_yes(Signature.ref), after, now)


def forget_closed(ids: list[int], now: datetime) -> int:
    """Empty their personal columns; they stay counted where they were."""
    is_due = _closed(now) & ~has_standing_yes(Signature.ref)
    refs = _empty(ids, is_due, {**ERASED, "confirm_digest": None})
    forget_receipts(refs)
    db.session.execute(delete(AddressChange).where(AddressChange.signature_ref.in_(refs)))
    return len(refs)


def count_allowed(now: datetime) -> int:
    """How many of a petition that closed six months ago allowed mails and still carry a name."""
    return _count(_allowed(now))


def find_allowed(now: datetime, after: int) -> tuple[list[int], int | None]:
    """The next of them after this number."""
    return _window(_allowed(now), after, now)


def forget_allowed(ids: list[int], now: datetime) -> int:
    """Keep where to write to, and nothing else of who they are."""
    emptied = {**dict.fromkeys(NOT_NEEDED_TO_WRITE), "is_public": False}
    return len(_empty(ids, _allowed(now), emptied))


def _allowed(now: datetime) -> ColumnElement[bool]:
    has_name = Signature.given_name.is_not(None) | Signature.country.is_not(None)
    return _closed(now) & has_name & has_standing_yes(Signature.ref)


def _closed(now: datetime) -> ColumnElement[bool]:
    """Of a petition whose time is over, by any index but that of the petition: in the order of
    their numbers a million rows are read once, not once for each few."""
    return (
        (Signature.petition_id + 0).in_(petitions_over(now))
        & Signature.state.in_(["confirmed", "invalidated"])
        & Signature.email_key.is_not(None)
    )


def petitions_over(now: datetime) -> list[int]:
    """The petitions that closed so long ago that nobody's name is needed any more."""
    rows = db.session.execute(
        select(Petition.id, Petition.closes_at).where(Petition.closes_at.is_not(None))
    )
    return [row.id for row in rows if is_due_for_anonymising(row.closes_at, now)]


def _window(wanted: ColumnElement[bool], after: int, now: datetime) -> tuple[list[int], int | None]:
    """Those among the next rows by number, and where to go on; None at the end."""
    if not petitions_over(now):
        return [], None
    last = db.session.scalar(select(func.max(Signature.id))) or 0
    until = after + LOOKED_AT
    ids = db.session.scalars(
        select(Signature.id)
        .where(Signature.id > after, Signature.id <= until, wanted)
        .order_by(Signature.id)
        .limit(AT_ONCE)
    ).all()
    if len(ids) == AT_ONCE:
        until = ids[-1]
    return list(ids), until if until < last else None


def _empty(ids: list[int], is_due: ColumnElement[bool], values: dict[str, Any]) -> list[bytes]:
    return list(
        db.session.scalars(
            update(Signature)
            .where(Signature.id.in_(ids), is_due)
            .values(**values)
            .returning(Signature.ref)
            .execution_options(synchronize_session=False)
        )
    )


def count_checks(now: datetime) -> int:
    """How many checks for false signatures still tell what they looked for, six months after the
    petition closed."""
    return _count(_checks(now), Invalidation.id)


def find_checks(now: datetime, _after: int) -> tuple[list[int], int | None]:
    """The next of them."""
    return _first(select(Invalidation.id).where(_checks(now)))


def forget_checks(ids: list[int], now: datetime) -> int:
    """Empty their conditions, which may name a person or a domain."""
    done = db.session.execute(
        update(Invalidation)
        .where(Invalidation.id.in_(ids), _checks(now))
        .values(conditions="")
        .execution_options(synchronize_session=False)
    )
    return int(done.rowcount)  # type: ignore[attr-defined]


def _checks(now: datetime) -> ColumnElement[bool]:
    """A check that is under way keeps them until it has ended."""
    return (
        Invalidation.petition_id.in_(petitions_over(now))
        & (Invalidation.conditions != "")
        & Invalidation.state.not_in(UNDER_WAY)
    )


def count_questions(now: datetime) -> int:
    """How many questions for a lost link nobody answered within a day."""
    return _count(LinkRequest.requested_at <= now - QUESTION_KEPT, LinkRequest.id)


def find_questions(now: datetime, _after: int) -> tuple[list[int], int | None]:
    """The next of them."""
    return _first(select(LinkRequest.id).where(LinkRequest.requested_at <= now - QUESTION_KEPT))


def forget_questions(ids: list[int], _now: datetime) -> int:
    """Delete them."""
    return _delete(LinkRequest, LinkRequest.id.in_(ids))


def count_addresses(now: datetime) -> int:
    """How many new addresses were not confirmed in time."""
    return _count(AddressChange.expires_at <= now, AddressChange.signature_ref)


def find_addresses(now: datetime, _after: int) -> tuple[list[bytes], int | None]:
    """The next of them."""
    return _first(select(AddressChange.signature_ref).where(AddressChange.expires_at <= now))


def forget_addresses(refs: list[bytes], now: datetime) -> int:
    """Delete them."""
    is_due = AddressChange.signature_ref.in_(refs) & (AddressChange.expires_at <= now)
    return _delete(AddressChange, is_due)


def _first(query: Select[Any]) -> tuple[list[Any], int | None]:
    found = list(db.session.scalars(query.limit(AT_ONCE)))
    return found, 0 if len(found) == AT_ONCE else None


def _count(wanted: ColumnElement[bool], column: Any = Signature.id) -> int:
    return db.session.scalar(select(func.count(column)).where(wanted)) or 0


def _delete(table: Any, wanted: ColumnElement[bool]) -> int:
    done = db.session.execute(
        delete(table).where(wanted).execution_options(synchronize_session=False)
    )
    return int(done.rowcount)  # type: ignore[attr-defined]
