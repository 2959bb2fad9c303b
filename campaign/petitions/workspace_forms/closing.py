"""The form to ask for a closure in an emergency."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Form, SelectField, StringField

from campaign.petitions.rules.closing import LONGEST_REASON, check_closure_reason
from campaign.petitions.workspace_forms.abuse import refuse


class ClosureForm(Form):
    """What to close (an organisation or the data of a petition, as the log names it), and what happened."""

    subject = SelectField(_l("What to close"), validate_choice=False)
    reason = StringField(
        _l("What happened?"), render_kw={"maxlength": LONGEST_REASON, "required": True}
    )

    def read(self) -> str | None:
        """The reason; None where something is refused, with its sentence shown."""
        is_offered = self.subject.data in {choice.value for choice in self.subject.choices}
        if not is_offered:
            self.subject.errors = [_("Choose what to close.")]
        reason: str | None = refuse(self.reason, check_closure_reason, self.reason.data or "")
        return reason if is_offered else None
