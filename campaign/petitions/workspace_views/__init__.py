"""What organisers do with a petition, one file a subject."""

from campaign.petitions.workspace_views import (
    abuse,
    check,
    coalition,
    codes,
    domains,
    evidence,
    hub,
    margin,
    sending,
    signatures,
    updates,
)
from campaign.petitions.workspace_views.blueprint import bp

__all__ = [
    "abuse",
    "bp",
    "check",
    "coalition",
    "codes",
    "domains",
    "evidence",
    "hub",
    "margin",
    "sending",
    "signatures",
    "updates",
]
