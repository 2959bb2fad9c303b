"""What organisers do with a petition, one file a subject."""

from campaign.petitions.workspace_views import (
    abuse,
    check,
    coalition,
    codes,
    domains,
    emergencies,
    evidence,
    exports,
    hub,
    margin,
    signatures,
)
from campaign.petitions.workspace_views.blueprint import bp

__all__ = [
    "abuse",
    "bp",
    "check",
    "coalition",
    "codes",
    "domains",
    "emergencies",
    "evidence",
    "exports",
    "hub",
    "margin",
    "signatures",
]
