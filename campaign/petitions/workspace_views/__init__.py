"""Organisers' pages about petitions: who carries them, and the codes they are offered with."""

from campaign.petitions.workspace_views import coalition, codes
from campaign.petitions.workspace_views.blueprint import bp

__all__ = ["bp", "coalition", "codes"]
