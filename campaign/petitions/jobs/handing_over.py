"""Recurring work after a petition was handed over."""

from datetime import datetime

from campaign.core.db import db, transaction
from campaign.i18n.formats import BRUSSELS
from campaign.petitions.operations.handing_over import send_reminder
from campaign.petitions.queries.handing_over import reminders_due

REMINDERS_AT_ONCE = 200


def send_stage_reminders(now: datetime) -> int:
    """Remind organisations of the stages whose day has come, each once; returns how many mails."""
    due = reminders_due(now.astimezone(BRUSSELS).date(), REMINDERS_AT_ONCE)
    db.session.rollback()
    written = 0
    for petition_id, stage in due:
        with transaction():
            written += send_reminder(petition_id, stage, now=now)
    return written
