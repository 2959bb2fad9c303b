"""What an office wrote about a fact of a rule, and why it is taken back."""

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import Form, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from campaign.accounts.forms import REQUIRED, DayField, tidy
from campaign.legal_facts.pages import FactLine
from campaign.legal_facts.rules import (
    LONGEST_BODY,
    LONGEST_DOCUMENT,
    LONGEST_OFFICE,
    LONGEST_REASON,
    UndoneWithoutReasonError,
)

LONGEST_CHOICE = 110


class ConfirmationForm(Form):
    """`facts` are those that may be chosen."""

    fact = SelectField(_l("What was confirmed"), [InputRequired(REQUIRED)])
    body = TextAreaField(
        _l("What the office wrote"),
        [InputRequired(REQUIRED), Length(max=LONGEST_BODY)],
        render_kw={"rows": 5, "maxlength": LONGEST_BODY},
    )
    confirmed_by = StringField(
        _l("Which office"),
        [InputRequired(REQUIRED), Length(max=LONGEST_OFFICE)],
        filters=[tidy],
        render_kw={"maxlength": LONGEST_OFFICE, "autocomplete": "off"},
    )
    dated_on = DayField(_l("Day of the document"), [InputRequired(REQUIRED)])
    document = StringField(
        _l("The document"),
        [InputRequired(REQUIRED), Length(max=LONGEST_DOCUMENT)],
        filters=[tidy],
        render_kw={"maxlength": LONGEST_DOCUMENT, "dir": "auto", "autocomplete": "off"},
    )

    def __init__(self, *arguments: Any, facts: Sequence[FactLine], **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.fact.choices = [SelectChoice(line.fact, _short(str(line.label))) for line in facts]


class UndoForm(Form):
    """Why a confirmation is taken back."""

    reason = StringField(
        _l("Why it is taken back"),
        [
            InputRequired(UndoneWithoutReasonError.message),
            Length(max=LONGEST_REASON, message=UndoneWithoutReasonError.message),
        ],
        filters=[tidy],
        render_kw={"maxlength": LONGEST_REASON, "autocomplete": "off"},
    )


def _short(label: str) -> str:
    return label if len(label) <= LONGEST_CHOICE else f"{label[: LONGEST_CHOICE - 1].rstrip()}…"
