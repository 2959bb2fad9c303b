"""What a page about petitions shows, in the reader's language: values ready for a template."""

from campaign.petitions.pages.cards import PetitionCard, Tracker, cards_for
from campaign.petitions.pages.handing_off import HandOffPage, hand_off_of, hand_off_page
from campaign.petitions.pages.petition import PetitionPage, petition_page

__all__ = [
    "HandOffPage",
    "PetitionCard",
    "PetitionPage",
    "Tracker",
    "cards_for",
    "hand_off_of",
    "hand_off_page",
    "petition_page",
]
