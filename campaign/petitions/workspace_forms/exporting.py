"""The form to ask for a list of those who said yes."""

from flask_babel import lazy_gettext as _l
from wtforms import Form, SelectField, StringField

from campaign.petitions.rules.exporting import LONGEST_REASON, check_export_reason
from campaign.petitions.workspace_forms.abuse import refuse


class ExportForm(Form):
    """For which organisation, and what for."""

    organisation = SelectField(_l("For which organisation"), coerce=int)
    reason = StringField(
        _l("What is the list for?"), render_kw={"maxlength": LONGEST_REASON, "required": True}
    )

    def read(self) -> str | None:
        """The reason; None where something is refused, with its sentence shown."""
        is_offered = self.validate()
        reason: str | None = refuse(self.reason, check_export_reason, self.reason.data or "")
        return reason if is_offered else None
