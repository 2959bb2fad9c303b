"""What a page about petitions shows, in the reader's language: values ready for a template."""

from campaign.petitions.pages.cards import PetitionCard, Tracker, cards_for
from campaign.petitions.pages.petition import PetitionPage, petition_page

__all__ = ["PetitionCard", "PetitionPage", "Tracker", "cards_for", "petition_page"]
