"""Reading audit entries."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select

from campaign.audit.models import AuditEntry
from campaign.core.db import db

PER_PAGE = 50


@dataclass(frozen=True)
class EntryQuery:
    """What somebody looks for in the log. Empty strings mean "any"."""

    act: str = ""
    actor: str = ""
    subject: str = ""


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
    wanted: list[ColumnElement[bool]] = []
    if subjects is not None:
        wanted.append(AuditEntry.subject.in_(subjects))
    for column, text in (
        (AuditEntry.act, query.act),
        (AuditEntry.actor, query.actor),
        (AuditEntry.subject, query.subject),
    ):
        if text:
            wanted.append(column.contains(text, autoescape=True))
    total = db.session.scalar(select(func.count()).select_from(AuditEntry).where(*wanted)) or 0
    rows = db.session.scalars(
        select(AuditEntry)
        .where(*wanted)
        .order_by(AuditEntry.id.desc())
        .limit(PER_PAGE)
        .offset((page - 1) * PER_PAGE)
    )
    return rows.all(), total
