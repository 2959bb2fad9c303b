"""Reading audit entries."""

from collections.abc import Sequence

from sqlalchemy import select

from campaign.audit.models import AuditEntry
from campaign.core.db import db


def entries_about(subject: str) -> Sequence[AuditEntry]:
    """Everything done to one subject, oldest first."""
    return db.session.scalars(
        select(AuditEntry).where(AuditEntry.subject == subject).order_by(AuditEntry.id)
    ).all()
