"""The workspace: overview, organisations and their people, who may do what, the log."""

from campaign.workspace.views import administrators, audit, held, home, mails, organisations, people
from campaign.workspace.views.blueprint import bp

__all__ = [
    "administrators",
    "audit",
    "bp",
    "held",
    "home",
    "mails",
    "organisations",
    "people",
]
