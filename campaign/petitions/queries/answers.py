"""Reading what was said of the official channels."""

from datetime import date

from sqlalchemy import select

from campaign.core.db import db
from campaign.petitions.models import OfficialAnswer
from campaign.petitions.rules.handing_off import Told


def told_about(petition_id: int, first: date, last: date) -> list[Told]:
    """Every number of one petition from `first` to `last`, both included, oldest first."""
    rows = db.session.scalars(
        select(OfficialAnswer)
        .where(
            OfficialAnswer.petition_id == petition_id,
            OfficialAnswer.day >= first,
            OfficialAnswer.day <= last,
        )
        .order_by(
            OfficialAnswer.day,
            OfficialAnswer.channel,
            OfficialAnswer.step,
            OfficialAnswer.browser,
            OfficialAnswer.language,
        )
    )
    return [
        Told(row.day, row.channel, row.step, row.browser, row.language, row.count) for row in rows
    ]
