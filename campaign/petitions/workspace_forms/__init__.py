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
from campaign.petitions.workspace_forms.writing import (
    DocumentForm,
    FactsForm,
    NewPetitionForm,
    PictureForm,
    TextForm,
    emptied_form,
    facts_form,
    new_petition_form,
    picture_words_field,
    text_form,
)

__all__ = [
    "ConditionsForm",
    "DecisionForm",
    "DocumentForm",
    "DomainForm",
    "ExplainForm",
    "FactsForm",
    "FindForm",
    "NewPetitionForm",
    "NotesForm",
    "PictureForm",
    "ReasonForm",
    "TextForm",
    "conditions_form",
    "decision_form",
    "emptied_form",
    "facts_form",
    "new_petition_form",
    "picture_words_field",
    "refuse",
    "stop_form",
    "text_form",
]
