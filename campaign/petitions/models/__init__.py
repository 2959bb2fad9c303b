"""Tables of the petitions."""

from campaign.petitions.models.blocking import BlockedSender
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
from campaign.petitions.models.placement import EventCode, Placement
from campaign.petitions.models.signature import Signature

__all__ = [
    "BlockedSender",
    "EventCode",
    "OfficialCount",
    "Petition",
    "PetitionDocument",
    "PetitionOrganisation",
    "PetitionStage",
    "PetitionStageNote",
    "PetitionText",
    "PetitionWarning",
    "Placement",
    "Reconciliation",
    "Signature",
    "Tally",
    "TallyEntry",
    "TallyPeriod",
    "ThresholdCrossing",
]
