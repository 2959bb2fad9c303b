"""Public pages of the petitions."""

from campaign.petitions.views import reading, rights, signing
from campaign.petitions.views.blueprint import bp

__all__ = ["bp", "reading", "rights", "signing"]
