"""What organisers do with a petition, one file a subject."""

from campaign.petitions.workspace_views import (
    abuse,
    beginning,
    check,
    coalition,
    codes,
    domains,
    evidence,
    facts,
    hub,
    margin,
    moderation,
    moderation_decisions,
    signatures,
    wording,
    writing,
)
from campaign.petitions.workspace_views.blueprint import bp

__all__ = [
    "abuse",
    "beginning",
    "bp",
    "check",
    "coalition",
    "codes",
    "domains",
    "evidence",
    "facts",
    "hub",
    "margin",
    "moderation",
    "moderation_decisions",
    "signatures",
    "wording",
    "writing",
]
