"""Tables of the petitions."""

from campaign.petitions.models.blocking import BlockedSender
from campaign.petitions.models.coalition import CoalitionInvitation
from campaign.petitions.models.counting import (
    OfficialCount,
    PetitionWarning,
    Reconciliation,
    Tally,
    TallyEntry,
    TallyPeriod,
    ThresholdCrossing,
)
from campaign.petitions.models.petition import (
    Petition,
    PetitionDocument,
    PetitionOrganisation,
    PetitionStage,
    PetitionStageNote,
    PetitionText,
)
from campaign.petitions.models.signature import Signature

__all__ = [
    "BlockedSender",
    "CoalitionInvitation",
    "OfficialCount",
    "Petition",
    "PetitionDocument",
    "PetitionOrganisation",
    "PetitionStage",
    "PetitionStageNote",
    "PetitionText",
    "PetitionWarning",
    "Reconciliation",
    "Signature",
    "Tally",
    "TallyEntry",
    "TallyPeriod",
    "ThresholdCrossing",
]
