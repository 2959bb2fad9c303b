"""The signing form: its shape, and the same checks as the quick reading of it."""

from datetime import date
from functools import cache, lru_cache
from typing import Any

from babel import Locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    DateField,
    EmailField,
    Form,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    TimeField,
    ValidationError,
)
from wtforms.fields.choices import Choice, SelectChoice
from wtforms.validators import InputRequired, Length, Regexp
from wtforms.widgets import Select, html_params

from campaign.accounts.forms import REQUIRED, DayField, tidy
from campaign.core import clock
from campaign.core.errors import RefusedError
from campaign.core.text import folded
from campaign.geography.rules import country_codes
from campaign.i18n.formats import BRUSSELS
from campaign.i18n.languages import LANGUAGES
from campaign.petitions.rules.handing_off import check_evidence_days
from campaign.petitions.rules.placements import (
    KINDS,
    LONGEST_EVENT,
    LONGEST_LABEL,
    MOST_AT_AN_EVENT,
)
from campaign.petitions.rules.planning import (
    LONGEST_REASON,
    MarginOutOfRangeError,
    MarginWithoutReasonError,
)
from campaign.petitions.rules.signing import LONGEST_NAME, SigningTerms, is_ticked, read_application
from campaign.petitions.vocabulary import OFFICIAL_CHANNELS, PLACEMENT_KINDS, STEPS
from campaign.thresholds.handoffs import HandOff

FIRST_COUNTRIES = ("BE", "ML", "FR", "NL", "LU", "DE", "SN", "CI", "MA", "DZ")
YES_NO = [SelectChoice("yes", _l("Yes")), SelectChoice("no", _l("No"))]


class TickField(BooleanField):
    """A box that is shown ticked only when the rules read it as ticked."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = bool(valuelist) and is_ticked(valuelist[0])


class CountrySelect(Select):
    """A list of countries whose 250 lines are written once: they were a third of a page's cost."""

    def __init__(self, language: str) -> None:
        super().__init__()
        self._language = language

    def __call__(self, field: SelectField, **attributes: Any) -> Markup:
        """The list with the field's country chosen."""
        chosen = field.data if field.data in country_codes() else ""
        attributes.setdefault("id", field.id)
        opening = html_params(name=field.name, **attributes)
        return Markup(f"<select {opening}>{_options(self._language, chosen)}</select>")  # noqa: S704 -- both escaped


class MarginForm(Form):
    """By how many percent more than the minimum its organisers aim, and why."""

    percent = StringField(
        _l("Margin, in percent"),
        [InputRequired(REQUIRED), Regexp(r"^[0-9]{1,3}$", message=MarginOutOfRangeError.message)],
        filters=[tidy],
        render_kw={"inputmode": "numeric", "maxlength": 3, "autocomplete": "off", "dir": "ltr"},
    )
    reason = TextAreaField(
        _l("Why"),
        [
            InputRequired(REQUIRED),
            Length(max=LONGEST_REASON, message=MarginWithoutReasonError.message),
        ],
        filters=[tidy],
        render_kw={"maxlength": LONGEST_REASON, "rows": 3},
    )

    @property
    def whole_percent(self) -> int:
        """The margin of a form that was found to be in order."""
        return int(self.percent.data)


class EvidenceForm(Form):
    """Two days, both included."""

    first = DayField(_l("First day"), [InputRequired(REQUIRED)])
    last = DayField(_l("Last day"), [InputRequired(REQUIRED)])

    @property
    def days(self) -> tuple[date, date]:
        """Both days of a form that was found to be in order."""
        first: Any = self.first.data
        last: Any = self.last.data
        return first, last

    def validate_last(self, field: Any) -> None:
        """The days are a period that can be read."""
        if self.first.data is None or field.data is None:
            return
        today = clock.now().astimezone(BRUSSELS).date()
        try:
            check_evidence_days(self.first.data, field.data, today=today)
        except RefusedError as refusal:
            raise ValidationError(refusal.sentence) from refusal


class SignForm(Form):
    """What a person fills in to sign. Nothing is selected beforehand, save the country."""

    given_name = StringField(
        _l("First name"), render_kw={"autocomplete": "given-name", "maxlength": LONGEST_NAME}
    )
    family_name = StringField(
        _l("Family name"), render_kw={"autocomplete": "family-name", "maxlength": LONGEST_NAME}
    )
    email = EmailField(
        _l("E-mail"),
        description=_l("to confirm with one click, for nothing else"),
        render_kw={"autocomplete": "email", "dir": "ltr", "maxlength": 254},
    )
    country = SelectField(
        _l("Country you live in"), render_kw={"autocomplete": "country"}, validate_choice=False
    )
    postal_code = StringField(
        _l("Postal code"),
        description=_l("optional, only if you live in Belgium; it gives your region"),
        render_kw={
            "autocomplete": "postal-code",
            "inputmode": "numeric",
            "maxlength": 10,
            "dir": "ltr",
        },
    )
    age = RadioField(choices=YES_NO, validate_choice=False)
    consent = TickField()
    is_public = TickField(_l("Show my first name and my commune publicly"))
    token = HiddenField()
    altcha = HiddenField()
    via = StringField(
        _l("Code of the event"),
        description=_l("only if somebody gave you one: six letters and digits"),
        render_kw={
            "autocomplete": "off",
            "autocapitalize": "characters",
            "maxlength": 12,
            "dir": "ltr",
        },
    )
    website = StringField(_l("Leave this empty"), render_kw={"autocomplete": "off", "tabindex": -1})


def sign_form(
    terms: SigningTerms, fields: MultiDict[str, str] | None = None, *, language: str
) -> SignForm:
    """The form for these terms, empty or with what was typed, and one question per organisation."""

    class FormForTerms(SignForm):
        pass

    for offer in terms.updates:
        setattr(
            FormForTerms,
            offer.field,
            RadioField(offer.question, choices=YES_NO, validate_choice=False),
        )
    form = FormForTerms(fields) if fields is not None else FormForTerms(country="BE")
    form.country.choices = countries_in(language)
    form.country.widget = CountrySelect(language)
    form.consent.label.text = terms.consent_body
    if terms.minimum_age is None:
        del form.age
    else:
        form.age.label.text = _("Are you %(age)s or older?", age=terms.minimum_age)
    return form


class CorrectionForm(Form):
    """What a signatory may correct."""

    given_name = StringField(
        _l("First name"), render_kw={"autocomplete": "given-name", "maxlength": LONGEST_NAME}
    )
    family_name = StringField(
        _l("Family name"), render_kw={"autocomplete": "family-name", "maxlength": LONGEST_NAME}
    )
    country = SelectField(
        _l("Country you live in"), render_kw={"autocomplete": "country"}, validate_choice=False
    )
    postal_code = StringField(
        _l("Postal code"),
        description=_l("optional, only if you live in Belgium; it gives your region"),
        render_kw={"autocomplete": "postal-code", "inputmode": "numeric", "maxlength": 10},
    )
    language = SelectField(_l("Language of our mails to you"), validate_choice=False)
    is_public = TickField(_l("Show my first name and my commune publicly"))


def correction_form(
    *, language: str, typed: MultiDict[str, str] | None = None, held: Any = None
) -> CorrectionForm:
    """The form with what was typed, or with what is held."""
    form = CorrectionForm(typed) if typed is not None else CorrectionForm(obj=held)
    form.country.choices = countries_in(language)
    form.country.widget = CountrySelect(language)
    form.language.choices = [SelectChoice(each.code, each.name) for each in LANGUAGES]
    return form


class AddressForm(Form):
    """One e-mail address."""

    email = EmailField(
        _l("E-mail"), render_kw={"autocomplete": "email", "dir": "ltr", "maxlength": 254}
    )


def show_errors(form: SignForm, fields: MultiDict[str, str], terms: SigningTerms) -> None:
    """Put on each field of the form what the rules refuse of it."""
    _application, errors = read_application(fields, terms)
    for name, refusal in errors.items():
        if name in form:
            form[name].errors = [refusal.sentence]


@lru_cache(maxsize=64)
def _options(language: str, chosen: str) -> Markup:
    return Markup().join(
        Select.render_option(Choice(choice.value, choice.label, choice.value == chosen, {}))
        for choice in countries_in(language)
    )


@cache
def countries_in(language: str) -> list[SelectChoice]:
    """Every country, those of most signatories first, the others as the language sorts them."""
    names = Locale.parse(language).territories
    french = Locale.parse("fr").territories
    named = {code: str(names.get(code) or french.get(code, code)) for code in country_codes()}
    others = sorted(
        (code for code in named if code not in FIRST_COUNTRIES),
        key=lambda code: folded(named[code]),
    )
    return [SelectChoice(code, named[code]) for code in (*FIRST_COUNTRIES, *others)]


class AnswerForm(Form):
    """How it went with the official channel."""

    result = RadioField(_l("What happened?"), validate_choice=False)
    step = RadioField(_l("Where did it fail?"), validate_choice=False)
    same_browser = TickField(_l("I tried on this device, in this browser."))


def answer_form(hand_off: HandOff, fields: MultiDict[str, str] | None = None) -> AnswerForm:
    """The form for the channels this instrument has."""
    form = AnswerForm(fields)
    worked = {"official_platform": _("I signed online"), "official_paper": _("I signed on paper")}
    form.result.choices = [
        *(SelectChoice(way.channel, worked[way.channel]) for way in hand_off.ways),
        SelectChoice("failed", _("It failed")),
    ]
    form.step.choices = [
        SelectChoice(f"{way.channel}/{step.key}", _step_label(way.channel, step.key))
        for way in hand_off.ways
        for step in way.steps
    ]
    return form


def _step_label(channel: str, key: str) -> str:
    return f"{OFFICIAL_CHANNELS[channel]} · {STEPS[key]}"


LABEL_KEYS = {"maxlength": LONGEST_LABEL, "autocomplete": "off"}
NEEDED = InputRequired(_l("Fill this in."))


class PlacementForm(Form):
    """A place where the petition is offered."""

    kind = SelectField(
        _l("What kind of place?"),
        choices=[SelectChoice(kind, PLACEMENT_KINDS[kind]) for kind in KINDS],
        validate_choice=False,
    )
    label = StringField(_l("Your own name for it"), render_kw=LABEL_KEYS)


class EventCodeForm(Form):
    """An event, its hours, and how many signatures it may bring."""

    label = StringField(_l("Name of the event"), render_kw=LABEL_KEYS, id="event-label")
    begins_on = DateField(_l("Day"), [NEEDED])
    begins_at = TimeField(_l("Begins at"), [NEEDED])
    hours = IntegerField(
        _l("Hours"),
        [NEEDED],
        default=4,
        render_kw={"min": 1, "max": int(LONGEST_EVENT.total_seconds()) // 3600},
    )
    most = IntegerField(
        _l("Signatures at most"),
        [NEEDED],
        default=100,
        render_kw={"min": 1, "max": MOST_AT_AN_EVENT},
    )
