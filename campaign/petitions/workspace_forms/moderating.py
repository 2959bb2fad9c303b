"""The forms of moderators: what is decided about a petition, and their notes."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import Form, HiddenField, RadioField, SelectField, TextAreaField
from wtforms.fields.choices import Choice, SelectChoice

from campaign.petitions.forms import TickField
from campaign.petitions.rules.moderating import (
    ANSWERS,
    LONGEST_COMMENT,
    LONGEST_NOTES,
    STOP_REASONS,
    STOPPED,
    Act,
    Decision,
    NotNowError,
    RejectionReason,
    reasons_on,
)
from campaign.petitions.vocabulary import (
    ACT_LABELS,
    REJECTION_REASONS,
    STOP_LABELS,
)
from campaign.petitions.vocabulary import (
    STOP_REASONS as STOP_REASON_LABELS,
)

Fields = MultiDict[str, str] | None


class DecisionForm(Form):
    """What is decided; `seen` is what the petition was on the screen of who decides."""

    act = RadioField(_l("What do you decide?"), validate_choice=False)
    reason = SelectField(_l("Why"), validate_choice=False)
    stops_as = RadioField(_l("What becomes of it?"), validate_choice=False)
    is_hidden = TickField(_l("Hide the text: nobody outside sees it"))
    looked_at = TickField(
        _l("I looked at each marked name: none is of a person held or of a guard")
    )
    comment = TextAreaField(
        _l("What you tell the writers"), render_kw={"rows": 6, "maxlength": LONGEST_COMMENT}
    )
    seen = HiddenField()

    def read(self) -> Decision:
        """The decision as it was filled in. Raises NotNowError for an act that is none."""
        try:
            act = Act(self.act.data or "")
        except ValueError:
            raise NotNowError from None
        needs_reason = act in {Act.REJECT, Act.STOP}
        return Decision(
            act=act,
            reason=(self.reason.data or "") if needs_reason else "",
            comment=(self.comment.data or "").replace("\r\n", "\n").strip(),
            is_hidden=bool(self.is_hidden.data),
            stops_as=(self.stops_as.data or "") if act is Act.STOP else "",
            looked_at=bool(self.looked_at.data),
        )


class NotesForm(Form):
    """Notes that moderators share, and which version of them was read."""

    notes = TextAreaField(_l("Notes"), render_kw={"rows": 6, "maxlength": LONGEST_NOTES})
    version = HiddenField()

    @property
    def read_version(self) -> int:
        """The version that was on the screen; none is -1."""
        typed = self.version.data or ""
        return int(typed) if typed.isdecimal() and len(typed) < 9 else -1


def decision_form(fields: Fields = None, *, seen: str = "", day: date) -> DecisionForm:
    """The form about a petition that was handed in."""
    form = DecisionForm(fields, seen=seen)
    form.act.choices = [SelectChoice(act, ACT_LABELS[act]) for act in Act if act in ANSWERS]
    given = reasons_on(day)
    form.reason.choices = [
        SelectChoice("", _("Only where it is not accepted")),
        *_group(_("The text stays readable"), [each for each in given if not each.hides]),
        *_group(_("The text is hidden"), [each for each in given if each.hides]),
    ]
    form.stops_as.choices = []
    return form


def _group(label: str, reasons: Sequence[RejectionReason]) -> list[Choice]:
    return [
        SelectChoice(each.code, REJECTION_REASONS[each.code], optgroup=label) for each in reasons
    ]


def stop_form(fields: Fields = None, *, seen: str = "", is_higher: bool) -> DecisionForm:
    """The form that stops a petition which the public sees."""
    form = DecisionForm(fields, act=Act.STOP, seen=seen)
    form.act.choices = []
    form.reason.choices = [
        SelectChoice("", _("Choose a reason")),
        *(SelectChoice(code, STOP_REASON_LABELS[code]) for code in STOP_REASONS),
    ]
    may_choose: list[Any] = [state for state in STOPPED if state != "removed" or is_higher]
    form.stops_as.choices = [SelectChoice(state, STOP_LABELS[state]) for state in may_choose]
    return form
