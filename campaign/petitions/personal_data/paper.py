"""Who held a batch of paper: forgotten once nobody needs to know."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, select, update

from campaign.core.db import db
from campaign.i18n.formats import BRUSSELS
from campaign.petitions.models import PaperBatch
from campaign.petitions.personal_data.signatures import petitions_over

HOLDER_KEPT = timedelta(days=30)
AT_ONCE = 500


def count_holders(now: datetime) -> int:
    """How many batches still tell who held them, 30 days after they came back or were lost, or six
    months after the petition closed."""
    return db.session.scalar(select(func.count(PaperBatch.id)).where(_due(now))) or 0


def find_holders(now: datetime, _after: int) -> tuple[list[int], int | None]:
    """The next of them."""
    found = list(db.session.scalars(select(PaperBatch.id).where(_due(now)).limit(AT_ONCE)))
    return found, 0 if len(found) == AT_ONCE else None


def forget_holders(ids: list[int], now: datetime) -> int:
    """Empty them; the batch and its numbers stay."""
    done = db.session.execute(
        update(PaperBatch)
        .where(PaperBatch.id.in_(ids), _due(now))
        .values(holder=None)
        .execution_options(synchronize_session=False)
    )
    return int(done.rowcount)  # type: ignore[attr-defined]


def _due(now: datetime) -> ColumnElement[bool]:
    last = now.astimezone(BRUSSELS).date() - HOLDER_KEPT
    is_settled = PaperBatch.settled_on.is_not(None) & (PaperBatch.settled_on <= last)
    return PaperBatch.holder.is_not(None) & (
        is_settled | PaperBatch.petition_id.in_(petitions_over(now))
    )
