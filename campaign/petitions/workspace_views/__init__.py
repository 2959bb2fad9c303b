"""Organisers' pages about petitions: who carries them, false signatures, answering a person."""

from campaign.petitions.workspace_views import abuse, check, coalition, domains, signatures
from campaign.petitions.workspace_views.blueprint import bp

__all__ = ["abuse", "bp", "check", "coalition", "domains", "signatures"]
