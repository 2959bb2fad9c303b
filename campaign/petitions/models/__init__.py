"""Tables of the petitions."""

from campaign.petitions.models.blocking import (
    BlockedSender,
)
from campaign.petitions.models.bursts import (
    Burst,
)
from campaign.petitions.models.closing import (
    EmergencyClosure,
)
from campaign.petitions.models.coalition import (
    CoalitionInvitation,
)
from campaign.petitions.models.count_changes import (
    CountChange,
)
from campaign.petitions.models.counting import (
    OfficialCount,
    PetitionWarning,
    Reconciliation,
    Tally,
    TallyEntry,
    TallyPeriod,
    ThresholdCrossing,
)
from campaign.petitions.models.exporting import (
    ExportPart,
    SignatoryExport,
)
from campaign.petitions.models.handing_off import (
    OfficialAnswer,
    SpentCode,
)
from campaign.petitions.models.handing_over import (
    HandOver,
    StageReminder,
)
from campaign.petitions.models.invalidating import (
    InvalidatedSignature,
    Invalidation,
)
from campaign.petitions.models.moderating import (
    ModerationCase,
    ModerationDecision,
)
from campaign.petitions.models.paper import (
    PaperBatch,
    PaperEntry,
    PaperFigure,
)
from campaign.petitions.models.petition import (
    Petition,
    PetitionDocument,
    PetitionMargin,
    PetitionOrganisation,
    PetitionStage,
    PetitionStageNote,
    PetitionText,
)
from campaign.petitions.models.placement import (
    EventCode,
    Placement,
)
from campaign.petitions.models.places import (
    PlaceCount,
    PlaceEdition,
)
from campaign.petitions.models.rights import (
    AddressChange,
    LinkRequest,
)
from campaign.petitions.models.signature import (
    Signature,
)
from campaign.petitions.models.updates import (
    PetitionUpdate,
    PetitionUpdateRecipient,
    PetitionUpdateText,
)
from campaign.petitions.models.writing import (
    AdmissibilityTick,
    EditingNotice,
    PetitionPicture,
    PetitionTextVersion,
)

__all__ = [
    "AddressChange",
    "AdmissibilityTick",
    "BlockedSender",
    "Burst",
    "CoalitionInvitation",
    "CountChange",
    "EditingNotice",
    "EmergencyClosure",
    "EventCode",
    "ExportPart",
    "HandOver",
    "InvalidatedSignature",
    "Invalidation",
    "LinkRequest",
    "ModerationCase",
    "ModerationDecision",
    "OfficialAnswer",
    "OfficialCount",
    "PaperBatch",
    "PaperEntry",
    "PaperFigure",
    "Petition",
    "PetitionDocument",
    "PetitionMargin",
    "PetitionOrganisation",
    "PetitionPicture",
    "PetitionStage",
    "PetitionStageNote",
    "PetitionText",
    "PetitionTextVersion",
    "PetitionUpdate",
    "PetitionUpdateRecipient",
    "PetitionUpdateText",
    "PetitionWarning",
    "PlaceCount",
    "PlaceEdition",
    "Placement",
    "Reconciliation",
    "SignatoryExport",
    "Signature",
    "SpentCode",
    "StageReminder",
    "Tally",
    "TallyEntry",
    "TallyPeriod",
    "ThresholdCrossing",
]
