"""Recurring work on petitions and signatures; the worker calls each with the time."""

from campaign.petitions.jobs.exporting import advance_erasures, advance_exports
from campaign.petitions.jobs.signing import (
    advance_invalidations,
    answer_link_requests,
    close_petitions,
    count_places,
    fold_tallies,
    forget_expired_blocks,
    forget_spent_codes,
    notice_bursts,
    reconcile_tallies,
    send_official_reminders,
    send_reminders,
    tell_organisers,
)

__all__ = [
    "advance_erasures",
    "advance_exports",
    "advance_invalidations",
    "answer_link_requests",
    "close_petitions",
    "count_places",
    "fold_tallies",
    "forget_expired_blocks",
    "forget_spent_codes",
    "notice_bursts",
    "reconcile_tallies",
    "send_official_reminders",
    "send_reminders",
    "tell_organisers",
]
