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
from campaign.petitions.workspace_forms.moderating import (
    DecisionForm,
    NotesForm,
    decision_form,
    stop_form,
)

__all__ = [
    "ConditionsForm",
    "DecisionForm",
    "DomainForm",
    "ExplainForm",
    "FindForm",
    "NotesForm",
    "ReasonForm",
    "conditions_form",
    "decision_form",
    "refuse",
    "stop_form",
]
