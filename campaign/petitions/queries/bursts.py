"""Counting who signed within ten minutes, and reading what was noticed."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Integer, cast, extract, func, select

from campaign.core.db import db
from campaign.petitions.models import Burst, Signature
from campaign.petitions.rules.bursts import FEWEST, LOOKED_BACK, MOST_TO_COMPARE, WINDOW
from campaign.petitions.rules.invalidating import domain_of

# Whatever became of them: all that was typed into the form tells of a robot. Named one by one,
# because the index on the moment begins with the state.
EVERY_STATE = ("pending", "confirmed", "withdrawn", "invalidated")


def busy_petitions(starts_at: datetime, ends_at: datetime) -> dict[int, int]:
    """How many signed each petition within a window, where they are enough to look at."""
    rows = db.session.execute(
        select(Signature.petition_id, func.count())
        .where(*_within(starts_at, ends_at))
        .group_by(Signature.petition_id)
        .having(func.count() >= FEWEST)
        .order_by(Signature.petition_id)
    )
    return {row[0]: row[1] for row in rows}


def counts_by_window(petition_id: int, before: datetime) -> dict[datetime, int]:
    """How many signed one petition in each window of the last week, by its beginning."""
    window = _number_of_window()
    rows = db.session.execute(
        select(window, func.count())
        .where(*_within(before - LOOKED_BACK, before), Signature.petition_id == petition_id)
        .group_by(window)
    )
    return {datetime.fromtimestamp(number * WINDOW.seconds, UTC): count for number, count in rows}


def _number_of_window() -> ColumnElement[int]:
    """How many windows since 1970, whichever way a database counts seconds."""
    if db.engine.dialect.name == "postgresql":
        seconds = extract("epoch", Signature.created_at)
        return cast(func.floor(seconds / WINDOW.seconds), Integer)
    return cast(func.strftime("%s", Signature.created_at), Integer).op("/")(WINDOW.seconds)


def places_within(
    petition_id: int, starts_at: datetime, ends_at: datetime
) -> tuple[Counter[str], Counter[str]]:
    """Mail domains and postal codes of the signatures of one window, counted in memory only."""
    return _counted(_places(petition_id).where(*_within(starts_at, ends_at)))


def places_before(petition_id: int, before: datetime) -> tuple[Counter[str], Counter[str]]:
    """The same of the signatures that came last before a moment, within a week."""
    query = (
        _places(petition_id)
        .where(*_within(before - LOOKED_BACK, before))
        .order_by(Signature.created_at.desc())
        .limit(MOST_TO_COMPARE)
    )
    return _counted(query)


def _places(petition_id: int) -> Any:
    return select(Signature.email, Signature.postal_code).where(
        Signature.petition_id == petition_id
    )


def _counted(query: Any) -> tuple[Counter[str], Counter[str]]:
    domains: Counter[str] = Counter()
    codes: Counter[str] = Counter()
    for email, postal_code in db.session.execute(query):
        if email is not None:
            domains[domain_of(email)] += 1
            codes[postal_code or ""] += 1
    return domains, codes


def _within(starts_at: datetime, ends_at: datetime) -> list[ColumnElement[bool]]:
    return [
        Signature.state.in_(EVERY_STATE),
        Signature.created_at >= starts_at,
        Signature.created_at < ends_at,
    ]


def burst_reaching(petition_id: int, kind: str, subject: str, moment: datetime) -> Burst | None:
    """The burst of this kind that had not ended before a moment."""
    return db.session.scalar(
        select(Burst)
        .where(
            Burst.petition_id == petition_id,
            Burst.kind == kind,
            Burst.subject == subject,
            Burst.ends_at >= moment,
            Burst.starts_at <= moment,
        )
        .order_by(Burst.starts_at.desc())
        .limit(1)
    )


def burst_by_id(burst_id: int) -> Burst | None:
    """One burst."""
    return db.session.get(Burst, burst_id)


def unexplained_counts(petition_ids: Sequence[int]) -> dict[int, int]:
    """How many bursts of each of these petitions nobody has explained."""
    rows = db.session.execute(
        select(Burst.petition_id, func.count())
        .where(Burst.petition_id.in_(petition_ids), Burst.explanation == "")
        .group_by(Burst.petition_id)
    )
    return {row[0]: row[1] for row in rows}


def bursts_of(petition_id: int, limit: int = 50) -> Sequence[Burst]:
    """What was noticed of one petition, the newest first."""
    return db.session.scalars(
        select(Burst)
        .where(Burst.petition_id == petition_id)
        .order_by(Burst.starts_at.desc(), Burst.id.desc())
        .limit(limit)
    ).all()
