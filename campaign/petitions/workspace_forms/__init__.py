"""The forms of organisers about one petition."""

from campaign.petitions.workspace_forms.abuse import (
    ConditionsForm,
    DomainForm,
    ExplainForm,
    FindForm,
    ReasonForm,
    conditions_form,
    refuse,
)
from campaign.petitions.workspace_forms.updates import RecipientsForm, SendForm, UpdateTextForm

__all__ = [
    "ConditionsForm",
    "DomainForm",
    "ExplainForm",
    "FindForm",
    "ReasonForm",
    "RecipientsForm",
    "SendForm",
    "UpdateTextForm",
    "conditions_form",
    "refuse",
]
