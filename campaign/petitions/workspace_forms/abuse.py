"""The forms of organisers against false signatures, and to answer a person."""

from collections.abc import Callable
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import EmailField, Form, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.widgets import DateInput, DateTimeLocalInput

from campaign.core.errors import RefusedError
from campaign.i18n.languages import LANGUAGES
from campaign.petitions.forms import TickField, countries_in
from campaign.petitions.rules import blocking, bursts
from campaign.petitions.rules.invalidating import (
    LONGEST_REASON,
    TOUCHED,
    Conditions,
    check_condition,
    check_reason,
    read_conditions,
)
from campaign.petitions.rules.signing import LONGEST_NAME
from campaign.petitions.vocabulary import CONDITION_LABELS, SIGNATURE_STATES

ANY = SelectChoice("", "–")
WHY = _l("Why, without naming anybody")


def refuse(field: Any, read: Callable[..., Any], *typed: Any, **context: Any) -> Any:
    """What `read` makes of what was typed; where it refuses, its sentence stands on the field."""
    try:
        return read(*typed, **context)
    except RefusedError as refusal:
        field.errors = [refusal.sentence]
        return None


class ReasonForm(Form):
    """Why signatures are refused."""

    reason = StringField(WHY, render_kw={"maxlength": LONGEST_REASON})

    def read(self) -> str | None:
        """The reason; None where it is refused."""
        reason: str | None = refuse(self.reason, check_reason, self.reason.data or "")
        return reason


class ConditionsForm(ReasonForm):
    """Which signatures a check is about: those that meet every condition filled in."""

    email_domain = StringField(
        CONDITION_LABELS["email_domain"],
        render_kw={"maxlength": 253, "dir": "ltr", "autocapitalize": "none"},
    )
    name = StringField(CONDITION_LABELS["name"], render_kw={"maxlength": 200})
    postal_code = StringField(
        CONDITION_LABELS["postal_code"], render_kw={"maxlength": 10, "inputmode": "numeric"}
    )
    country = SelectField(CONDITION_LABELS["country"])
    language = SelectField(
        CONDITION_LABELS["language"],
        choices=[ANY, *(SelectChoice(each.code, each.name) for each in LANGUAGES)],
    )
    created_from = StringField(CONDITION_LABELS["created_from"], widget=DateTimeLocalInput())
    created_before = StringField(CONDITION_LABELS["created_before"], widget=DateTimeLocalInput())
    state = SelectField(
        CONDITION_LABELS["state"],
        choices=[ANY, *(SelectChoice(state, SIGNATURE_STATES[state]) for state in TOUCHED)],
    )
    is_whole_petition = TickField(_l("Every signature of this petition, without any condition"))

    def read_check(self) -> tuple[Conditions, str] | None:
        """The conditions and the reason; None where something is refused, with its sentence shown."""
        typed = {name: self[name].data or "" for name in CONDITION_LABELS}
        for name, text in typed.items():
            refuse(self[name], check_condition, name, text)
        if self.is_whole_petition.data and any(map(str.strip, typed.values())):
            self.is_whole_petition.errors = [
                _("Either the whole petition or conditions, not both. Empty one of them.")
            ]
        reason = self.read()
        if reason is None or self.errors:
            return None
        try:
            is_whole = bool(self.is_whole_petition.data)
            return read_conditions(typed, is_whole_petition=is_whole), reason
        except RefusedError as refusal:
            self.form_errors.append(refusal.sentence)
        return None


def conditions_form(language: str, typed: Any = None) -> ConditionsForm:
    """The form, empty or with what was typed."""
    form = ConditionsForm(typed)
    form.country.choices = [ANY, *countries_in(language)]
    return form


class ExplainForm(Form):
    """What an organiser knows about a burst."""

    explanation = StringField(
        _l("What explains it"), render_kw={"maxlength": bursts.LONGEST_EXPLANATION}
    )


class DomainForm(Form):
    """A mail domain or mailbox that is refused the count on the whole site, or counted after all."""

    domain = StringField(
        _l("Mail domain, or one mailbox"),
        render_kw={"maxlength": 254, "dir": "ltr", "autocapitalize": "none"},
    )
    kind = RadioField(
        _l("What shall become of it"),
        choices=[
            SelectChoice("block", _l("Do not count it")),
            SelectChoice("except", _l("Count it, although it is on the list of throw-away mail")),
            SelectChoice("forget", _l("Forget what was said of it")),
        ],
        validate_choice=False,
    )
    reason = StringField(WHY, render_kw={"maxlength": blocking.LONGEST_REASON})
    until = StringField(_l("Until this day"), widget=DateInput())


class FindForm(Form):
    """What a person says of their own signature."""

    email = EmailField(
        _l("E-mail"), render_kw={"maxlength": 254, "dir": "ltr", "autocomplete": "off"}
    )
    given_name = StringField(
        _l("First name"), render_kw={"maxlength": LONGEST_NAME, "autocomplete": "off"}
    )
    family_name = StringField(
        _l("Family name"), render_kw={"maxlength": LONGEST_NAME, "autocomplete": "off"}
    )
