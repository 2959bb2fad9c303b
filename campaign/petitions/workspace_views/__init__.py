"""What organisers do with a petition, one file a subject."""

from campaign.petitions.workspace_views import (
    abuse,
    beginning,
    check,
    coalition,
    codes,
    counts,
    domains,
    evidence,
    facts,
    handing_over,
    hub,
    margin,
    moderation,
    moderation_decisions,
    paper,
    signatures,
    wording,
    writing,
)
from campaign.petitions.workspace_views.blueprint import (
    bp,
)

__all__ = [
    "abuse",
    "beginning",
    "bp",
    "check",
    "coalition",
    "codes",
    "counts",
    "domains",
    "evidence",
    "facts",
    "handing_over",
    "hub",
    "margin",
    "moderation",
    "moderation_decisions",
    "paper",
    "signatures",
    "wording",
    "writing",
]
