"""What organisers do with a petition, one file a subject."""

from campaign.petitions.workspace_views import coalition, codes, evidence, hub, margin
from campaign.petitions.workspace_views.blueprint import bp

__all__ = ["bp", "coalition", "codes", "evidence", "hub", "margin"]
