"""Public pages of the petitions."""

from campaign.petitions.views import (
    correcting,
    finding_links,
    handing_off,
    places,
    reading,
    rights,
    sharing,
    signing,
    updates,
    versions,
)
from campaign.petitions.views.blueprint import (
    bp,
)

__all__ = [
    "bp",
    "correcting",
    "finding_links",
    "handing_off",
    "places",
    "reading",
    "rights",
    "sharing",
    "signing",
    "updates",
    "versions",
]
