"""What is found and forgotten about people when its time is over; `campaign/privacy` says when."""

from campaign.petitions.personal_data.exporting import (
    count_exports,
    find_exports,
    forget_exports,
)
from campaign.petitions.personal_data.moderating import (
    count_notes,
    find_notes,
    forget_notes,
)
from campaign.petitions.personal_data.paper import (
    count_holders,
    find_holders,
    forget_holders,
)
from campaign.petitions.personal_data.signatures import (
    count_addresses,
    count_allowed,
    count_checks,
    count_closed,
    count_questions,
    count_unconfirmed,
    find_addresses,
    find_allowed,
    find_checks,
    find_closed,
    find_questions,
    find_unconfirmed,
    forget_addresses,
    forget_allowed,
    forget_checks,
    forget_closed,
    forget_questions,
    forget_unconfirmed,
    petitions_over,
)
from campaign.petitions.personal_data.updates import (
    count_recipients,
    find_recipients,
    forget_recipients,
)

__all__ = [
    "count_addresses",
    "count_allowed",
    "count_checks",
    "count_closed",
    "count_exports",
    "count_holders",
    "count_notes",
    "count_questions",
    "count_recipients",
    "count_unconfirmed",
    "find_addresses",
    "find_allowed",
    "find_checks",
    "find_closed",
    "find_exports",
    "find_holders",
    "find_notes",
    "find_questions",
    "find_recipients",
    "find_unconfirmed",
    "forget_addresses",
    "forget_allowed",
    "forget_checks",
    "forget_closed",
    "forget_exports",
    "forget_holders",
    "forget_notes",
    "forget_questions",
    "forget_recipients",
    "forget_unconfirmed",
    "petitions_over",
]
