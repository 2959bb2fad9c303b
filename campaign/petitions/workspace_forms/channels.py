"""The forms of organisers for the channels that count: official counts, paper, hand-over, stages."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, ClassVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Form, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional

from campaign.accounts.forms import REQUIRED, DayField, tidy
from campaign.core.errors import RefusedError
from campaign.i18n.languages import BY_CODE
from campaign.petitions.forms import TickField
from campaign.petitions.models import Petition, PetitionStage
from campaign.petitions.operations.handing_over import StageWritten
from campaign.petitions.rules import handing_over, official_counts, paper
from campaign.petitions.vocabulary import DATE_PRECISIONS, SPOILED_REASONS, STAGE_LABELS

COUNT_KEYS = {"inputmode": "numeric", "maxlength": 12, "autocomplete": "off", "dir": "ltr"}
WHY_KEYS = {"maxlength": 300, "autocomplete": "off"}
Regions = Iterable[tuple[str, str]]


class ChannelForm(Form):
    """A form whose refusals each stand on the field they are about; `FIELD_OF` says on which."""

    FIELD_OF: ClassVar[Mapping[type[RefusedError], str]] = {}
    seen = HiddenField()

    def say(self, refusal: RefusedError) -> None:
        """Show a refusal on its field, or on top of the form."""
        name = self.FIELD_OF.get(type(refusal))
        if name is None:
            self.form_errors.append(refusal.sentence)
        else:
            self[name].errors = [refusal.sentence]

    @property
    def revision(self) -> int:
        """The revision of the batch that the form has seen; -1 for what is none."""
        return int(self.seen.data) if (self.seen.data or "").isdecimal() else -1

    def numbers(self, start: str) -> dict[str, int] | None:
        """What was typed in the fields that begin with `start`, by the rest of their name, empty ones
        left out; None where one is no number, which it then says."""
        found: dict[str, int] = {}
        is_good = True
        for name in self.data:
            if name.startswith(start):
                try:
                    number = official_counts.read_count(self[name].data or "")
                except RefusedError as refusal:
                    self[name].errors, is_good = [refusal.sentence], False
                    continue
                if number is not None:
                    found[name.removeprefix(start)] = number
        return found if is_good else None

    def fields_of(self, start: str) -> list[Any]:
        """The fields that begin with `start`."""
        return [field for field in self if field.short_name.startswith(start)]


def _number_fields(start: str, regions: Regions) -> dict[str, Any]:
    return {f"{start}{key}": StringField(name, render_kw=COUNT_KEYS) for key, name in regions}


class CountsForm(ChannelForm):
    """What the official platform shows on one day."""

    FIELD_OF: ClassVar[Mapping[type[RefusedError], str]] = {
        official_counts.FutureDayError: "as_of",
        official_counts.SourceMissingError: "source_label",
        official_counts.SourceAddressError: "source_url",
        official_counts.CorrectionWithoutReasonError: "reason",
    }
    as_of = DayField(_l("Day of the count"), [InputRequired(REQUIRED)])
    source_label = StringField(
        _l("Where you read it"), filters=[tidy], render_kw={"maxlength": 300}
    )
    source_url = StringField(
        _l("Address of that page"),
        filters=[tidy],
        render_kw={"maxlength": 500, "dir": "ltr", "inputmode": "url", "autocomplete": "off"},
    )
    is_correction = TickField(_l("This is a correction"))
    reason = StringField(_l("Why it is corrected"), filters=[tidy], render_kw=WHY_KEYS)

    def read(self, today: date) -> tuple[dict[str, int], official_counts.Reported] | None:
        """The counts and what is said of them; None where something is refused, with its sentence."""
        is_good = self.validate()
        counts = self.numbers("count_")
        if not is_good or counts is None:
            return None
        day: Any = self.as_of.data
        try:
            report = official_counts.read_report(
                as_of=day,
                today=today,
                source_label=self.source_label.data or "",
                source_url=self.source_url.data or "",
                is_correction=bool(self.is_correction.data),
                reason=self.reason.data or "",
            )
        except RefusedError as refusal:
            self.say(refusal)
            return None
        return counts, report

    def say(self, refusal: RefusedError) -> None:
        """Show a refusal where it belongs: those of counts each on their region."""
        if not isinstance(refusal, official_counts.CountsRefusedError):
            super().say(refusal)
            return
        for key, each in refusal.refusals.items():
            if f"count_{key}" in self:
                self[f"count_{key}"].errors = [each.sentence]
            else:
                self.form_errors.append(each.sentence)


def counts_form(regions: Regions, typed: Any = None, **given: Any) -> CountsForm:
    """The form with one row a region, empty or with what was typed."""
    made: type[CountsForm] = type(
        "CountsOfRegions", (CountsForm,), _number_fields("count_", regions)
    )
    return made(typed, **given)


class RefuseChangeForm(ChannelForm):
    """Why a change is refused."""

    FIELD_OF: ClassVar[Mapping[type[RefusedError], str]] = {
        official_counts.RefusalWithoutReasonError: "reason"
    }
    reason = StringField(_l("Why you refuse it"), filters=[tidy], render_kw=WHY_KEYS)


class HolderForm(ChannelForm):
    """Where a batch is, and who has it."""

    FIELD_OF: ClassVar[Mapping[type[RefusedError], str]] = {
        paper.PlaceMissingError: "place",
        paper.HolderTooLongError: "holder",
        paper.BatchNumberError: "number",
        paper.NumberTakenError: "number",
        official_counts.FutureDayError: "out_on",
    }
    place = StringField(
        _l("Where it goes"), filters=[tidy], render_kw={"maxlength": paper.LONGEST_PLACE}
    )
    holder = StringField(
        _l("Who has it"),
        filters=[tidy],
        render_kw={"maxlength": paper.LONGEST_HOLDER, "autocomplete": "off"},
    )


class BatchForm(HolderForm):
    """A batch that goes out."""

    number = StringField(_l("Number of the batch"), filters=[tidy], render_kw=COUNT_KEYS)
    out_on = DayField(_l("Went out on"), [InputRequired(REQUIRED)])

    def read_number(self) -> int | None:
        """The number, where it is one."""
        try:
            return official_counts.read_count(self.number.data or "")
        except RefusedError:
            return None


class DayForm(ChannelForm):
    """The day of an act, and why where that is asked."""

    FIELD_OF: ClassVar[Mapping[type[RefusedError], str]] = {
        official_counts.FutureDayError: "on",
        paper.DaysOrderError: "on",
        paper.WithoutReasonError: "reason",
    }
    on = DayField(_l("On which day"), [InputRequired(REQUIRED)])
    reason = StringField(_l("Why, without naming anybody"), filters=[tidy], render_kw=WHY_KEYS)


class WhyForm(ChannelForm):
    """Why, alone."""

    FIELD_OF: ClassVar[Mapping[type[RefusedError], str]] = {paper.WithoutReasonError: "reason"}
    reason = StringField(_l("Why, without naming anybody"), filters=[tidy], render_kw=WHY_KEYS)


class CountedForm(WhyForm):
    """What was counted in a batch."""


class AcceptedForm(DayForm):
    """What the authority accepted of a batch."""

    def say(self, refusal: RefusedError) -> None:
        """Show a refusal where it belongs: too many on their region."""
        name = f"accepted_{refusal.values.get('region')}"
        if isinstance(refusal, paper.MoreThanHandedOverError) and name in self:
            self[name].errors = [refusal.sentence]
        else:
            super().say(refusal)


def counted_form(regions: Regions, typed: Any = None, **given: Any) -> CountedForm:
    """The form with one row a region and one a reason, empty or with what was typed."""
    rows = _number_fields("valid_", regions) | _number_fields(
        "spoiled_", ((key, SPOILED_REASONS[key]) for key in paper.SPOILED)
    )
    made: type[CountedForm] = type("CountedByRegion", (CountedForm,), rows)
    return made(typed, prefix="counted", **given)


def accepted_form(regions: Regions, typed: Any = None, **given: Any) -> AcceptedForm:
    """The form with one row a region that has lines."""
    rows = _number_fields("accepted_", regions)
    made: type[AcceptedForm] = type("AcceptedByRegion", (AcceptedForm,), rows)
    return made(typed, prefix="answer", **given)


class HandOverForm(ChannelForm):
    """The day a petition was handed over."""

    FIELD_OF: ClassVar[Mapping[type[RefusedError], str]] = {
        official_counts.FutureDayError: "on",
        paper.DaysOrderError: "on",
    }
    on = DayField(_l("Handed over on"), [InputRequired(REQUIRED)])


class LanguageForm(ChannelForm):
    """The language the pack is written in."""

    language = SelectField(_l("Language of the pack"))


def language_form(languages: Iterable[str], typed: Any = None) -> LanguageForm:
    """The form with the languages that the authority reads."""
    form = LanguageForm(typed)
    form.language.choices = [SelectChoice(code, BY_CODE[code].name) for code in languages]
    return form


class StageForm(ChannelForm):
    """One stage of the public timeline."""

    FIELD_OF: ClassVar[Mapping[type[RefusedError], str]] = {
        official_counts.FutureDayError: "reached_on",
        handing_over.StageWithoutDayError: "reached_on",
        handing_over.StageTooEarlyError: "reached_on",
        official_counts.SourceAddressError: "document_url",
        handing_over.LabelMissingError: "document_label",
        handing_over.NoteTooLongError: "document_label",
    }
    reached_on = DayField(_l("When it was"), [Optional()])
    date_precision = RadioField(
        _l("What of it is sure"),
        choices=[SelectChoice(key, label) for key, label in DATE_PRECISIONS.items()],
        default="day",
        validate_choice=False,
    )
    document_url = StringField(
        _l("Address of the document"),
        filters=[tidy],
        render_kw={"maxlength": 500, "dir": "ltr", "inputmode": "url", "autocomplete": "off"},
    )
    document_label = StringField(
        _l("What the document is"), filters=[tidy], render_kw={"maxlength": 200}
    )

    def written(self, stage: str) -> StageWritten:
        """The stage as it was written."""
        day: Any = self.reached_on.data
        return StageWritten(
            stage,
            day,
            self.date_precision.data or "day",
            self.document_url.data or "",
            self.document_label.data or "",
            {
                field.short_name.removeprefix("note_"): (field.data or "").strip()
                for field in self.fields_of("note_")
            },
        )


class ReminderForm(ChannelForm):
    """The day of a reminder."""

    FIELD_OF: ClassVar[Mapping[type[RefusedError], str]] = {
        handing_over.ReminderPastError: "remind_on"
    }
    remind_on = DayField(_l("Remind us on"), [Optional()])


def stage_form(
    petition: Petition, there: PetitionStage | None, typed: Any = None, seen: str = ""
) -> StageForm:
    """The form of a stage, with what stands or with what was typed; a note for each language in which
    the petition is written."""
    fields = {
        f"note_{text.language}": TextAreaField(
            _("Note, %(language)s", language=BY_CODE[text.language].name),
            render_kw={"rows": 2, "maxlength": handing_over.LONGEST_NOTE, "lang": text.language},
        )
        for text in petition.texts
    }
    made: type[StageForm] = type("StageInLanguages", (StageForm,), fields)
    if typed is not None:
        return made(typed)
    notes = {f"note_{note.language}": note.body for note in there.notes} if there else {}
    return made(obj=there, seen=seen, **notes)


def stage_choices() -> list[tuple[str, Any]]:
    """The stages that may be written, in order."""
    return [(stage, STAGE_LABELS[stage]) for stage in handing_over.STAGES]
