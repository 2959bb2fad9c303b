"""Reading audit entries."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select

from campaign.audit.models import AuditEntry
from campaign.core.db import db

PER_PAGE = 50
MOST_ACTORS = 500


@dataclass(frozen=True)
class EntryQuery:
    """What somebody looks for in the log. Empty strings and None mean "any"; `before` is not included."""

    act: str = ""
    actor: str = ""
    subjects: tuple[str, ...] | None = None
    since: datetime | None = None
    before: datetime | None = None


def entries_about(subject: str) -> Sequence[AuditEntry]:
    """Everything done to one subject, oldest first."""
    return db.session.scalars(
        select(AuditEntry).where(AuditEntry.subject == subject).order_by(AuditEntry.id)
    ).all()


def search(
    query: EntryQuery, subjects: Sequence[str] | None, *, page: int
) -> tuple[Sequence[AuditEntry], int]:
    """One page of the entries about these subjects (None: any), the newest first, and how many
    there are in all."""
    wanted = [*_about(subjects), *_about(query.subjects)]
    for column, text in ((AuditEntry.act, query.act), (AuditEntry.actor, query.actor)):
        if text:
            wanted.append(column == text)
    if query.since is not None:
        wanted.append(AuditEntry.recorded_at >= query.since)
    if query.before is not None:
        wanted.append(AuditEntry.recorded_at < query.before)
    total = db.session.scalar(select(func.count()).select_from(AuditEntry).where(*wanted)) or 0
    rows = db.session.scalars(
        select(AuditEntry)
        .where(*wanted)
        .order_by(AuditEntry.id.desc())
        .limit(PER_PAGE)
        .offset((page - 1) * PER_PAGE)
    )
    return rows.all(), total


def actors_about(subjects: Sequence[str] | None) -> list[str]:
    """Who did something to these subjects (None: to any)."""
    wanted = select(AuditEntry.actor).where(*_about(subjects)).distinct().limit(MOST_ACTORS)
    return sorted(db.session.scalars(wanted))


def _about(subjects: Sequence[str] | None) -> list[ColumnElement[bool]]:
    return [] if subjects is None else [AuditEntry.subject.in_(subjects)]
