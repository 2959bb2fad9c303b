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

__all__ = [
    "ConditionsForm",
    "DomainForm",
    "ExplainForm",
    "FindForm",
    "ReasonForm",
    "conditions_form",
    "refuse",
]
