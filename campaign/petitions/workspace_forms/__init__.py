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
    "DocumentForm",
    "DomainForm",
    "ExplainForm",
    "FactsForm",
    "FindForm",
    "NewPetitionForm",
    "PictureForm",
    "ReasonForm",
    "TextForm",
    "conditions_form",
    "emptied_form",
    "facts_form",
    "new_petition_form",
    "picture_words_field",
    "refuse",
    "text_form",
]
