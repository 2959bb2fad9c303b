"""Public pages of the petitions."""

from campaign.petitions.views import handing_off, places, reading, rights, sharing, signing
from campaign.petitions.views.blueprint import bp

__all__ = ["bp", "handing_off", "places", "reading", "rights", "sharing", "signing"]
