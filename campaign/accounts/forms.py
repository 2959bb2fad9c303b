"""The forms about accounts, invitations and organisations' people."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateField,
    EmailField,
    Form,
    HiddenField,
    PasswordField,
    SelectField,
    SelectMultipleField,
    StringField,
    ValidationError,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from campaign.accounts.guards import LANGUAGES, language_name
from campaign.accounts.permissions import OF_AN_ORGANISATION
from campaign.accounts.rules.passwords import LONGEST, check_password
from campaign.accounts.vocabulary import ROLE_LABELS
from campaign.core.email_address import InvalidEmailAddress, check_email
from campaign.core.errors import RefusedError
from campaign.core.text import one_line

LANGUAGE_CHOICES = [SelectChoice(code, language_name(code)) for code in LANGUAGES]
ROLE_CHOICES = [SelectChoice(role.value, ROLE_LABELS[role]) for role in OF_AN_ORGANISATION]
REQUIRED = _l("Fill this in.")
CODE_KEYS = {"autocomplete": "one-time-code", "autocapitalize": "characters", "dir": "ltr"}


def tidy(text: str | None) -> str:
    """What was typed, on one line."""
    return one_line(text or "")


def is_address(_form: Form, field: Any) -> None:
    """The field holds an address that mail can be sent to, in the form it is sent to."""
    try:
        field.data = check_email(field.data or "")
    except InvalidEmailAddress as error:
        raise ValidationError(error.sentence) from error


class DayField(DateField):
    """A day, as a browser writes it; what is none is shown again as it was typed."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError:
            self.data = None
            if any(valuelist):
                raise ValueError(_("Write a day like 2026-03-31.")) from None


class SignInForm(Form):
    email = EmailField(
        _l("E-mail"),
        [InputRequired(REQUIRED)],
        filters=[tidy],
        render_kw={"autocomplete": "username", "dir": "ltr", "maxlength": 254},
    )
    password = PasswordField(
        _l("Password"),
        [InputRequired(REQUIRED), Length(max=LONGEST)],
        render_kw={"autocomplete": "current-password", "dir": "ltr", "maxlength": LONGEST},
    )
    target = HiddenField()
    altcha = HiddenField()


class CodeForm(Form):
    code = StringField(
        _l("Code"), [InputRequired(REQUIRED), Length(max=40)], filters=[tidy], render_kw=CODE_KEYS
    )
    target = HiddenField()


class EmailForm(Form):
    email = EmailField(
        _l("E-mail"),
        [InputRequired(REQUIRED), is_address],
        filters=[tidy],
        render_kw={"autocomplete": "email", "dir": "ltr", "maxlength": 254},
    )


class NewPasswordForm(Form):
    """`about` are words that others know of the person."""

    password = PasswordField(
        _l("New password"),
        [InputRequired(REQUIRED)],
        render_kw={"autocomplete": "new-password", "dir": "ltr", "maxlength": LONGEST},
    )

    def __init__(self, *arguments: Any, about: tuple[str, ...] = (), **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.about = about

    def validate_password(self, field: Any) -> None:
        """The password is long and not easily guessed."""
        try:
            check_password(field.data or "", about=self.about)
        except RefusedError as refusal:
            raise ValidationError(refusal.sentence) from refusal


class SettingsForm(Form):
    name = StringField(
        _l("Name"),
        [InputRequired(REQUIRED), Length(max=80)],
        filters=[tidy],
        render_kw={"autocomplete": "nickname", "maxlength": 80},
    )
    language = SelectField(_l("Language of the workspace"), choices=LANGUAGE_CHOICES)


class NewcomerForm(NewPasswordForm, SettingsForm):
    """What a person without an account fills in to accept."""


class InviteForm(EmailForm):
    role = SelectField(_l("Role"), choices=ROLE_CHOICES)
    language = SelectField(_l("Language of the mail"), choices=LANGUAGE_CHOICES)


class AdministratorForm(EmailForm):
    language = SelectField(_l("Language of the mail"), choices=LANGUAGE_CHOICES)


class RolesForm(Form):
    roles = SelectMultipleField(
        _l("Roles"),
        choices=ROLE_CHOICES,
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
    )


class AgreeForm(Form):
    agree = BooleanField(_l("I understand"), [InputRequired(_l("Tick the box to go on."))])


class PasskeyLabelForm(Form):
    label = StringField(
        _l("What you call it"),
        [Length(max=60)],
        filters=[tidy],
        render_kw={"maxlength": 60, "autocomplete": "off"},
    )
