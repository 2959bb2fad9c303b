"""What is said of an organisation. Most of it may stay empty."""

from flask_babel import lazy_gettext as _l
from wtforms import EmailField, Form, SelectField, StringField, URLField
from wtforms.validators import URL, InputRequired, Length, Optional

from campaign.accounts.forms import LANGUAGE_CHOICES, REQUIRED, EmailForm, is_address, tidy


class OpenOrganisationForm(EmailForm):
    """`email` is its first coordinator's."""

    name = StringField(
        _l("Name of the organisation"),
        [InputRequired(REQUIRED), Length(max=200)],
        filters=[tidy],
        render_kw={"maxlength": 200, "autocomplete": "organization"},
    )
    language = SelectField(_l("Language of the mail"), choices=LANGUAGE_CHOICES)


class OrganisationForm(Form):
    name = StringField(
        _l("Name of the organisation"),
        [InputRequired(REQUIRED), Length(max=200)],
        filters=[tidy],
        render_kw={"maxlength": 200, "autocomplete": "organization"},
    )
    website = URLField(
        _l("Website"),
        [
            Optional(),
            Length(max=300),
            URL(message=_l("Write the whole address, beginning with https://")),
        ],
        filters=[tidy],
        render_kw={"maxlength": 300, "dir": "ltr", "autocomplete": "url"},
    )
    contact_email = EmailField(
        _l("Public address for questions"),
        [Optional(), is_address],
        filters=[tidy],
        render_kw={"maxlength": 254, "dir": "ltr", "autocomplete": "email"},
    )
    language = SelectField(_l("Language of the mails to this address"), choices=LANGUAGE_CHOICES)
    host_id = SelectField(_l("Hosted by"), coerce=int)
