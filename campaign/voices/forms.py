"""The form to give a voice, and the one for its code. Nothing else is asked."""

from collections.abc import Mapping, Sequence

from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    Form,
    HiddenField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice

from campaign.core.errors import RefusedError
from campaign.voices.rules import LONGEST_PSEUDONYM, LONGEST_WORDS, OTHER_LANGUAGE
from campaign.voices.vocabulary import SUGGESTED_NAMES

# What a person types here stays out of the browser's memory and of its maker's spelling service.
UNREMEMBERED = {"autocomplete": "off", "spellcheck": "false"}


class VoiceForm(Form):
    """A name that is not one's own, a language, and words if one wants."""

    suggested = RadioField(validate_choice=False)
    pseudonym = StringField(
        _l("Or write another name"),
        render_kw={**UNREMEMBERED, "maxlength": LONGEST_PSEUDONYM, "dir": "auto"},
    )
    language = SelectField(_l("Language of your words"), validate_choice=False)
    words = TextAreaField(
        _l("Your words"),
        render_kw={**UNREMEMBERED, "maxlength": LONGEST_WORDS, "rows": 5, "dir": "auto"},
    )
    may_be_carried = BooleanField()
    consent = BooleanField()
    token = HiddenField()
    altcha = HiddenField()
    website = StringField(_l("Leave this empty"), render_kw={"autocomplete": "off", "tabindex": -1})


class CodeForm(Form):
    """The code of one voice."""

    code = StringField(
        _l("Your code"),
        render_kw={
            **UNREMEMBERED,
            "inputmode": "numeric",
            "dir": "ltr",
            "maxlength": 60,
            "required": True,
        },
    )


def voice_form(
    fields: MultiDict[str, str] | None, languages: Sequence[tuple[str, str]], *, language: str
) -> VoiceForm:
    """The form, empty or with what was typed; `languages` are codes with their names."""
    form = VoiceForm(fields) if fields is not None else VoiceForm(language=language)
    form.suggested.choices = [SelectChoice(str(name), str(name)) for name in SUGGESTED_NAMES]
    form.language.choices = [
        *(SelectChoice(code, name) for code, name in languages),
        SelectChoice(OTHER_LANGUAGE, _l("Another language")),
    ]
    return form


def show_faults(form: VoiceForm, faults: Mapping[str, RefusedError]) -> None:
    """Put on each field what is wrong with it."""
    for name, fault in faults.items():
        form[name].errors = [fault.sentence]
