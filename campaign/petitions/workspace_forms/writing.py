"""The forms with which a petition is written."""

from collections.abc import Mapping, Sequence
from datetime import datetime, time
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import (
    FileField,
    Form,
    HiddenField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    TimeField,
    URLField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.widgets import CheckboxInput, ListWidget

from campaign.accounts.forms import DayField, tidy
from campaign.i18n.formats import BRUSSELS
from campaign.i18n.languages import LANGUAGES
from campaign.partners.models import Organisation
from campaign.petitions.forms import TickField
from campaign.petitions.models import Petition
from campaign.petitions.operations.facts import Facts, facts_of
from campaign.petitions.operations.publishing import Document
from campaign.petitions.operations.wording import Saving
from campaign.petitions.rules.facts import LONGEST_ADDRESS, LONGEST_REFERENCE, LONGEST_TITLE
from campaign.petitions.rules.writing import FIELDS, LONGEST, fault_in, faults, tidied
from campaign.petitions.vocabulary import TEXT_FIELDS, THEMES

LAST_MINUTE = time(23, 59)
MORNING = time(9)
LONGEST_PICTURE_WORDS = 300
LANGUAGE_CHOICES = [SelectChoice(each.code, each.name) for each in LANGUAGES]


def _line(name: str) -> StringField:
    return StringField(
        TEXT_FIELDS[name], render_kw={"data-most": LONGEST[name], "autocomplete": "off"}
    )


def _area(name: str, rows: int) -> TextAreaField:
    return TextAreaField(TEXT_FIELDS[name], render_kw={"data-most": LONGEST[name], "rows": rows})


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 9 else 0


class NewPetitionForm(Form):
    """A petition's first minute: by whom, in which language, and its title."""

    organisation = SelectField(_l("Organisation that leads it"), coerce=int)
    source_language = SelectField(_l("Language you write in"), choices=LANGUAGE_CHOICES)
    title = _line("title")
    seen = HiddenField()

    def read_title(self) -> str | None:
        """The title; None where it is refused."""
        title = tidy(self.title.data)
        if refusal := fault_in("title", title):
            self.title.errors = [refusal.sentence]
        return None if self.title.errors or not self.validate() else title


def new_petition_form(
    organisations: Sequence[Organisation], language: str, typed: Any = None
) -> NewPetitionForm:
    """The form for those organisations of a person in which they may write."""
    form = NewPetitionForm(typed, source_language=language)
    form.organisation.choices = [SelectChoice(each.id, each.name) for each in organisations]
    return form


class TextForm(Form):
    """A petition in one language."""

    title = _line("title")
    short_title = _line("short_title")
    ask = _area("ask", 3)
    letter = _area("letter", 14)
    demands = _area("demands", 6)
    background = _area("background", 6)
    correction = _area("correction", 2)
    version = HiddenField()
    source_version = HiddenField()
    is_compared = TickField(_l("It says what the original says now"))

    def read(self) -> dict[str, str] | None:
        """What was typed, tidied; None where something is refused, with its sentence shown."""
        typed = self.tidied()
        for name, refusal in faults(typed).items():
            self[name].errors = [refusal.sentence]
        return None if any(self[name].errors for name in FIELDS) else typed

    def tidied(self) -> dict[str, str]:
        """What was typed, whether it may stand or not."""
        return tidied({name: self[name].data or "" for name in FIELDS})

    def saving(self, allowed: Sequence[str], *, kind: str = "written") -> Saving:
        """How it is saved."""
        compared = _number(self.source_version.data) if self.is_compared.data else None
        return Saving(
            base_version=_number(self.version.data),
            compared_with=compared,
            allowed_names=allowed,
            kind=kind,
        )


def text_form(words: Mapping[str, str], version: int, source_version: int) -> TextForm:
    """The form with a text as it stands."""
    return TextForm(None, **words, version=str(version), source_version=str(source_version))


def emptied_form(typed: MultiDict[str, str], version: int) -> TextForm:
    """What was typed, to be saved over the version that stands now."""
    again = MultiDict(typed)
    again["version"] = str(version)
    return TextForm(again)


class FactsForm(Form):
    """What a petition says beside its texts."""

    theme = SelectField(_l("Subject"))
    goal = StringField(
        _l("Your goal, in signatures"), render_kw={"inputmode": "numeric", "maxlength": 10}
    )
    opens_on = DayField(_l("First day"))
    opens_time = TimeField(_l("Hour"), default=MORNING)
    closes_on = DayField(_l("Last day"))
    official_reference = StringField(
        _l("Number at the authority"),
        filters=[tidy],
        render_kw={"maxlength": LONGEST_REFERENCE, "dir": "ltr", "autocomplete": "off"},
    )
    official_url = URLField(
        _l("Its page on the official platform"),
        filters=[tidy],
        render_kw={"maxlength": LONGEST_ADDRESS, "dir": "ltr", "autocomplete": "off"},
    )
    accepts_support = TickField(_l("People can give their support here"))
    offering = SelectMultipleField(
        _l("Who may ask signatories whether it may write to them"),
        coerce=int,
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
    )
    version = HiddenField()

    def read(self, petition: Petition) -> Facts | None:
        """The facts; None where something is no day, hour or number."""
        opens_on: Any = self.opens_on.data
        closes_on: Any = self.closes_on.data
        is_valid = self.validate()
        goal = "".join((self.goal.data or "").split())
        if goal and not goal.isdecimal():
            self.goal.errors = [_("Write a whole number.")]
        if not is_valid or self.goal.errors:
            return None
        opens_at = _moment(opens_on, self.opens_time.data or MORNING, petition.opens_at)
        closes_at = _moment(closes_on, LAST_MINUTE, petition.closes_at, by_day=True)
        return Facts(
            theme=self.theme.data or "",
            goal=int(goal) if goal else None,
            official_reference=self.official_reference.data or "",
            official_url=self.official_url.data or "",
            opens_at=opens_at,
            closes_at=closes_at,
            accepts_support=bool(self.accepts_support.data),
            offering=frozenset(self.offering.data or ()),
        )


def _moment(
    day: Any, hour: time, present: datetime | None, *, by_day: bool = False
) -> datetime | None:
    """A day and an hour of Brussels; the moment that stands where it is shown as just that."""
    if day is None:
        return None
    moment = datetime.combine(day, hour, BRUSSELS)
    if present is None:
        return moment
    shown = present.astimezone(BRUSSELS)
    is_same = shown.date() == day and (
        by_day or (shown.hour, shown.minute) == (hour.hour, hour.minute)
    )
    return present if is_same else moment


def facts_form(petition: Petition, typed: MultiDict[str, str] | None = None) -> FactsForm:
    """The form with the facts as they stand, or as they were typed."""
    facts = facts_of(petition)
    opens, closes = (
        moment.astimezone(BRUSSELS) if moment else None
        for moment in (facts.opens_at, facts.closes_at)
    )
    form = FactsForm(
        typed,
        theme=facts.theme,
        goal=facts.goal or "",
        opens_on=opens.date() if opens else None,
        opens_time=opens.time() if opens else MORNING,
        closes_on=closes.date() if closes else None,
        official_reference=facts.official_reference,
        official_url=facts.official_url,
        accepts_support=facts.accepts_support,
        offering=list(facts.offering),
        version=str(petition.facts_version),
    )
    form.theme.choices = [
        SelectChoice("", _("Choose")),
        *(SelectChoice(code, label) for code, label in THEMES.items()),
    ]
    form.offering.choices = [
        SelectChoice(part.organisation_id, part.organisation.name) for part in petition.carriers
    ]
    return form


class DocumentForm(Form):
    """A source, as a link."""

    title = StringField(
        _l("Title of the document"), filters=[tidy], render_kw={"data-most": LONGEST_TITLE}
    )
    url = URLField(
        _l("Web address"), filters=[tidy], render_kw={"maxlength": LONGEST_ADDRESS, "dir": "ltr"}
    )
    language = SelectField(_l("Language of the document"), choices=LANGUAGE_CHOICES)
    published_on = DayField(_l("Its date, if it has one"))

    def read(self) -> Document | None:
        """The document; None where something is no day or no language."""
        published_on: Any = self.published_on.data
        is_valid = self.validate() or not self.errors
        if not is_valid:
            return None
        return Document(
            self.title.data or "", self.url.data or "", self.language.data, published_on
        )


class PictureForm(Form):
    """A picture file."""

    picture = FileField(_l("Picture"), render_kw={"accept": "image/jpeg,image/png,image/webp"})


def picture_words_field(language: str) -> str:
    """The name of the field for what the picture shows, in one language."""
    return f"words-{language}"
