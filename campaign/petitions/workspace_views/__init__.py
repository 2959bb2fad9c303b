"""What organisers do with a petition, one file a subject."""

from campaign.petitions.workspace_views import coalition, evidence, hub, margin
from campaign.petitions.workspace_views.blueprint import bp

__all__ = ["bp", "coalition", "evidence", "hub", "margin"]
