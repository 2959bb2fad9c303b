"""Recurring work on petitions and signatures; the worker calls each with the time."""

from campaign.petitions.jobs.exporting import (
    advance_erasures,
    advance_exports,
)
from campaign.petitions.jobs.handing_over import (
    send_stage_reminders,
)
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
from campaign.petitions.jobs.updates import (
    advance_updates,
    settle_updates,
)

__all__ = [
    "advance_erasures",
    "advance_exports",
    "advance_invalidations",
    "advance_updates",
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
    "send_stage_reminders",
    "settle_updates",
    "tell_organisers",
]
