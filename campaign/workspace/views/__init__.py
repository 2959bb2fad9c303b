"""The workspace: overview, organisations and their people, who may do what, the log."""

from campaign.workspace.views import audit, home, organisations, people
from campaign.workspace.views.blueprint import bp

__all__ = ["audit", "bp", "home", "organisations", "people"]
