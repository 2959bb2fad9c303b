"""Public pages of the petitions."""

from campaign.petitions.views import places, reading, rights, signing
from campaign.petitions.views.blueprint import bp

__all__ = ["bp", "places", "reading", "rights", "signing"]
