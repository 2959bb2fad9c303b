"""The messages petitions cause: template, recipient, language, context."""

from campaign.petitions.mails.handing_over import (
    stage_reminder,
)
from campaign.petitions.mails.moderating import (
    decision_told,
    decisions_told,
    reached_by,
)
from campaign.petitions.mails.organising import (
    burst_noticed,
    emergency_asked,
    export_ready,
)
from campaign.petitions.mails.signing import (
    address_asked,
    already_signed,
    answer_code,
    confirm_address,
    confirm_reminder,
    confirm_signature,
    official_paths,
    official_reminder,
    rights_token,
    threshold_crossed,
    unsubscribe_token,
    where_it_stands,
    your_links,
)
from campaign.petitions.mails.updates import (
    petition_update,
    trial_of_update,
)

__all__ = [
    "address_asked",
    "already_signed",
    "answer_code",
    "burst_noticed",
    "confirm_address",
    "confirm_reminder",
    "confirm_signature",
    "decision_told",
    "decisions_told",
    "emergency_asked",
    "export_ready",
    "official_paths",
    "official_reminder",
    "petition_update",
    "reached_by",
    "rights_token",
    "stage_reminder",
    "threshold_crossed",
    "trial_of_update",
    "unsubscribe_token",
    "where_it_stands",
    "your_links",
]
