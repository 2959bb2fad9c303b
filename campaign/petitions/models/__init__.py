"""Tables of the petitions."""

from campaign.petitions.models.blocking import BlockedSender
from campaign.petitions.models.bursts import Burst
from campaign.petitions.models.closing import EmergencyClosure
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
from campaign.petitions.models.exporting import ExportPart, SignatoryExport
from campaign.petitions.models.handing_off import OfficialAnswer, SpentCode
from campaign.petitions.models.invalidating import InvalidatedSignature, Invalidation
from campaign.petitions.models.petition import (
    Petition,
    PetitionDocument,
    PetitionMargin,
    PetitionOrganisation,
    PetitionStage,
    PetitionStageNote,
    PetitionText,
)
from campaign.petitions.models.placement import EventCode, Placement
from campaign.petitions.models.places import PlaceCount, PlaceEdition
from campaign.petitions.models.rights import AddressChange, LinkRequest
from campaign.petitions.models.signature import Signature

__all__ = [
    "AddressChange",
    "BlockedSender",
    "Burst",
    "CoalitionInvitation",
    "EmergencyClosure",
    "EventCode",
    "ExportPart",
    "InvalidatedSignature",
    "Invalidation",
    "LinkRequest",
    "OfficialAnswer",
    "OfficialCount",
    "Petition",
    "PetitionDocument",
    "PetitionMargin",
    "PetitionOrganisation",
    "PetitionStage",
    "PetitionStageNote",
    "PetitionText",
    "PetitionWarning",
    "PlaceCount",
    "PlaceEdition",
    "Placement",
    "Reconciliation",
    "SignatoryExport",
    "Signature",
    "SpentCode",
    "Tally",
    "TallyEntry",
    "TallyPeriod",
    "ThresholdCrossing",
]
