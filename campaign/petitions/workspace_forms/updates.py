"""The forms of organisers for an update to those who said yes."""

from datetime import datetime

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext
from wtforms import DateField, Form, HiddenField, RadioField, SelectField, StringField, TimeField
from wtforms.fields import TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional

from campaign.core.errors import RefusedError
from campaign.i18n.formats import BRUSSELS
from campaign.i18n.languages import LANGUAGES
from campaign.petitions.forms import TickField
from campaign.petitions.rules.updates import (
    LONGEST_BODY,
    LONGEST_SUBJECT,
    UpdateTimeError,
    WrittenText,
    read_text,
)
from campaign.petitions.vocabulary import HOMES

NOW, LATER = "now", "later"
REGIONS = ("VLG", "WAL", "BRU", "ABROAD", "UNKNOWN")


class UpdateTextForm(Form):
    """What an update says in one language. `seen` is the version the writer has before them."""

    seen = HiddenField(default="0")
    subject = StringField(
        lazy_pgettext("of a mail", "Subject"),
        render_kw={"maxlength": LONGEST_SUBJECT, "dir": "auto"},
    )
    body = TextAreaField(
        _l("Text"), render_kw={"maxlength": LONGEST_BODY, "rows": 14, "dir": "auto"}
    )

    @property
    def seen_version(self) -> int:
        """The version the writer has before them; 0 where there was none."""
        typed = self.seen.data or ""
        return int(typed) if typed.isdecimal() and len(typed) < 9 else -1

    def read(self) -> WrittenText | None:
        """What was written; None where the language is taken out. Raises UpdateIncompleteError."""
        return read_text(self.subject.data or "", self.body.data or "")


class RecipientsForm(Form):
    """Who receives it, among those who said yes."""

    stratum = SelectField(
        _l("Region"),
        default="",
        choices=[
            SelectChoice("", _l("everywhere")),
            *(SelectChoice(key, HOMES[key]) for key in REGIONS),
        ],
    )
    language = SelectField(
        _l("Language they signed in"),
        default="",
        choices=[
            SelectChoice("", _l("any")),
            *(SelectChoice(each.code, each.name) for each in LANGUAGES),
        ],
    )


class SendForm(Form):
    """When it leaves, and whether anybody may read it on the petition's page."""

    when = RadioField(
        choices=[SelectChoice(NOW, _l("now")), SelectChoice(LATER, _l("at the time below"))],
        default=NOW,
        validate_choice=False,
    )
    day = DateField(_l("Day"), [Optional()])
    hour = TimeField(_l("Time"), [Optional()])
    is_public = TickField(_l("Show it as news on the petition’s public page too"))

    def read_time(self, now: datetime) -> datetime:
        """The moment it leaves. Raises UpdateTimeError where a time was asked for and is not given."""
        if self.when.data != LATER:
            return now
        if self.day.data is None or self.hour.data is None or self.day.data.year > 9000:
            raise UpdateTimeError
        return datetime.combine(self.day.data, self.hour.data, BRUSSELS)

    def refuse(self, refusal: RefusedError) -> None:
        """Show a refusal where it belongs."""
        if isinstance(refusal, UpdateTimeError):
            self.day.errors = [refusal.sentence]
        else:
            self.form_errors.append(refusal.sentence)
