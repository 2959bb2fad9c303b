"""To which mailboxes an update went: forgotten a month after it."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, func, select

from campaign.core.db import db
from campaign.petitions.models import PetitionUpdate, PetitionUpdateRecipient

# As long as the outbox remembers what became of the messages.
KEPT_FOR = timedelta(days=30)
AT_ONCE = 500


def count_recipients(now: datetime) -> int:
    """How many mailboxes are still marked of updates that ended a month ago."""
    wanted = select(func.count()).select_from(PetitionUpdateRecipient).where(_is_due(now))
    return db.session.scalar(wanted) or 0


def find_recipients(now: datetime, _after: int) -> tuple[list[bytes], int | None]:
    """The next of them; the end is reached when fewer come than were asked for."""
    found = db.session.scalars(
        select(PetitionUpdateRecipient.message_key).where(_is_due(now)).limit(AT_ONCE)
    ).all()
    return list(found), 0 if len(found) == AT_ONCE else None


def forget_recipients(message_keys: list[bytes], now: datetime) -> int:
    """Delete them."""
    done = db.session.execute(
        delete(PetitionUpdateRecipient)
        .where(PetitionUpdateRecipient.message_key.in_(message_keys), _is_due(now))
        .execution_options(synchronize_session=False)
    )
    return int(done.rowcount)  # type: ignore[attr-defined]


def _is_due(now: datetime) -> ColumnElement[bool]:
    return PetitionUpdateRecipient.update_id.in_(
        select(PetitionUpdate.id).where(
            PetitionUpdate.settled_at.is_not(None), PetitionUpdate.ended_at < now - KEPT_FOR
        )
    )
