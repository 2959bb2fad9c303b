"""What the outbox does by itself."""

from datetime import datetime, timedelta

from sqlalchemy import delete

from campaign.core.db import db, transaction
from campaign.outbox.models import OutboxMessage

KEPT_FOR = timedelta(days=30)


def purge_finished(now: datetime) -> int:
    """Delete the record of messages finished 30 days ago; returns how many."""
    with transaction():
        result = db.session.execute(
            delete(OutboxMessage)
            .where(OutboxMessage.state != "queued", OutboxMessage.finished_at < now - KEPT_FOR)
            .execution_options(synchronize_session=False)
        )
    return int(result.rowcount)  # type: ignore[attr-defined]
