"""Public pages of the petitions."""

from campaign.petitions.views import reading, rights, sharing, signing
from campaign.petitions.views.blueprint import bp

__all__ = ["bp", "reading", "rights", "sharing", "signing"]
