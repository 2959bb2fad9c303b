"""Writing an audit entry, in the transaction of the act it tells."""

from datetime import datetime

from campaign.audit.models import AuditEntry
from campaign.core.db import db


def record(*, actor: str, act: str, subject: str, now: datetime, detail: str = "") -> None:
    """Keep that `actor` did `act` to `subject`; `detail` must hold no personal data."""
    db.session.add(
        AuditEntry(actor=actor, act=act, subject=subject, detail=detail, recorded_at=now)
    )
