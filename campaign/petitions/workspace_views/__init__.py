"""What organisers do with a petition, one file a subject."""

from campaign.petitions.workspace_views import (
    abuse,
    check,
    coalition,
    codes,
    counts,
    domains,
    evidence,
    handing_over,
    hub,
    margin,
    paper,
    signatures,
)
from campaign.petitions.workspace_views.blueprint import bp

__all__ = [
    "abuse",
    "bp",
    "check",
    "coalition",
    "codes",
    "counts",
    "domains",
    "evidence",
    "handing_over",
    "hub",
    "margin",
    "paper",
    "signatures",
]
