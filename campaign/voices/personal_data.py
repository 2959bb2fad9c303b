"""The voices whose time is over; `campaign/privacy` says of which petitions, and forgets them."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, delete, func, select

from campaign.core.db import db
from campaign.voices.models import Voice
from campaign.voices.rules import REFUSED_KEPT

AT_ONCE = 100


def count_over(petition_ids: Sequence[int], now: datetime) -> int:
    """How many stand beside these petitions, whose time is over, or were refused long enough ago for
    whoever gave them to have looked."""
    return db.session.scalar(select(func.count(Voice.id)).where(_over(petition_ids, now))) or 0


def find_over(petition_ids: Sequence[int], now: datetime) -> tuple[list[int], int | None]:
    """The next of them; the end is reached when fewer come than were asked for."""
    found = list(
        db.session.scalars(select(Voice.id).where(_over(petition_ids, now)).limit(AT_ONCE))
    )
    return found, 0 if len(found) == AT_ONCE else None


def forget_over(voice_ids: list[int], petition_ids: Sequence[int], now: datetime) -> int:
    """Erase them."""
    done = db.session.execute(
        delete(Voice)
        .where(Voice.id.in_(voice_ids), _over(petition_ids, now))
        .execution_options(synchronize_session=False)
    )
    return int(done.rowcount)  # type: ignore[attr-defined]


def _over(petition_ids: Sequence[int], now: datetime) -> ColumnElement[bool]:
    refused = (Voice.state == "refused") & (Voice.refused_on <= (now - REFUSED_KEPT).date())
    return Voice.petition_id.in_(petition_ids) | refused
