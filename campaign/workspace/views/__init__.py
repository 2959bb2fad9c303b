"""The workspace: overview, organisations and their people, who may do what, the log."""

from campaign.workspace.views import (
    administrators,
    audit,
    dashboard,
    held,
    helping,
    home,
    mails,
    organisations,
    people,
    sample,
)
from campaign.workspace.views.blueprint import bp

__all__ = [
    "administrators",
    "audit",
    "bp",
    "dashboard",
    "held",
    "helping",
    "home",
    "mails",
    "organisations",
    "people",
    "sample",
]
