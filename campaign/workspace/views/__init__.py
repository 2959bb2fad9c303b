"""The workspace: overview, organisations and their people, who may do what, the log."""

from campaign.workspace.views import audit, dashboard, helping, home, organisations, people, sample
from campaign.workspace.views.blueprint import bp

__all__ = ["audit", "bp", "dashboard", "helping", "home", "organisations", "people", "sample"]
