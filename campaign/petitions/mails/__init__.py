"""The messages petitions cause: template, recipient, language, context."""

from campaign.petitions.mails.organising import burst_noticed, emergency_asked, export_ready
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

__all__ = [
    "address_asked",
    "already_signed",
    "answer_code",
    "burst_noticed",
    "confirm_address",
    "confirm_reminder",
    "confirm_signature",
    "emergency_asked",
    "export_ready",
    "official_paths",
    "official_reminder",
    "rights_token",
    "threshold_crossed",
    "unsubscribe_token",
    "where_it_stands",
    "your_links",
]
