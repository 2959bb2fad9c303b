"""The sentence of each thing to do today."""

from collections.abc import Callable, Mapping

from flask_babel import gettext as _
from flask_babel import ngettext

from campaign.i18n.formats import number, percent
from campaign.i18n.languages import BY_CODE
from campaign.petitions.rules.tasks import Kind, Task


def _closes(task: Task, _names: Mapping[str, str]) -> str:
    assert task.days is not None
    if task.days <= 0:
        return str(_("The collection closes today."))
    return str(
        ngettext(
            "The collection closes in %(days)s day.",
            "The collection closes in %(days)s days.",
            task.days,
            days=number(task.days),
        )
    )


def _opens(task: Task, _names: Mapping[str, str]) -> str:
    assert task.days is not None
    if task.days < 0:
        return str(_("The first day of the collection has gone by, and the petition is not open."))
    if task.days == 0:
        return str(_("The collection is to open today, and the petition is not open."))
    return str(
        ngettext(
            "The collection is to open in %(days)s day, and the petition is not open.",
            "The collection is to open in %(days)s days, and the petition is not open.",
            task.days,
            days=number(task.days),
        )
    )


def _bursts(task: Task, _names: Mapping[str, str]) -> str:
    return str(
        ngettext(
            "%(count)s burst of signatures that nobody has explained.",
            "%(count)s bursts of signatures that nobody has explained.",
            task.count,
            count=number(task.count),
        )
    )


def _behind(task: Task, names: Mapping[str, str]) -> str:
    return str(
        _(
            "%(region)s needs %(needed)s signatures a day and gets %(pace)s.",
            region=names.get(task.subject) or _("The total"),
            needed=number(task.count),
            pace=number(task.against),
        )
    )


def _count_old(task: Task, _names: Mapping[str, str]) -> str:
    assert task.days is not None
    return str(
        ngettext(
            "No official count was noted for %(days)s day.",
            "No official count was noted for %(days)s days.",
            task.days,
            days=number(task.days),
        )
    )


def _voices(task: Task, _names: Mapping[str, str]) -> str:
    return str(
        ngettext(
            "%(count)s voice waits to be read.",
            "%(count)s voices wait to be read.",
            task.count,
            count=number(task.count),
        )
    )


def _lost(task: Task, _names: Mapping[str, str]) -> str:
    return str(
        _(
            "%(share)s of the signatures of the last two weeks were never confirmed.",
            share=percent(round(100 * task.count / task.against)),
        )
    )


def _translation(task: Task, _names: Mapping[str, str]) -> str:
    language = BY_CODE.get(task.subject)
    return str(
        _(
            "The text in this language was not read over by anybody: %(language)s.",
            language=language.name if language else task.subject,
        )
    )


def _question(task: Task, _names: Mapping[str, str]) -> str:
    assert task.days is not None
    return str(
        ngettext(
            "An organisation asked to carry it has not answered for %(days)s day.",
            "An organisation asked to carry it has not answered for %(days)s days.",
            task.days,
            days=number(task.days),
        )
    )


def _write(_task: Task, _names: Mapping[str, str]) -> str:
    return str(_("Nothing is written yet."))


def _hand_in(_task: Task, _names: Mapping[str, str]) -> str:
    return str(_("It is a draft still: nobody sees it before moderators have read it."))


def _margin(_task: Task, _names: Mapping[str, str]) -> str:
    return str(_("The margin beyond the minimum has no reason of your own yet; visitors read it."))


def _returned(_task: Task, _names: Mapping[str, str]) -> str:
    return str(_("The moderators gave the text back, with what to change."))


def _moderation(task: Task, _names: Mapping[str, str]) -> str:
    return str(
        ngettext(
            "A petition has waited for %(days)s day to be read by moderators.",
            "A petition has waited for %(days)s days to be read by moderators.",
            task.days or 0,
            days=number(task.days or 0),
        )
    )


def _update_paused(_task: Task, _names: Mapping[str, str]) -> str:
    return str(_("The sending of an update is paused: some have it, others do not."))


def _count_waits(task: Task, _names: Mapping[str, str]) -> str:
    return str(
        ngettext(
            "%(count)s large change of a count waits for a second person.",
            "%(count)s large changes of a count wait for a second person.",
            task.count,
            count=number(task.count),
        )
    )


def _export_ready(_task: Task, _names: Mapping[str, str]) -> str:
    return str(_("The list you asked for is ready; its file is erased soon."))


def _batches(task: Task, _names: Mapping[str, str]) -> str:
    return str(
        ngettext(
            "%(count)s paper batch is out, the oldest for %(days)s days.",
            "%(count)s paper batches are out, the oldest for %(days)s days.",
            task.count,
            count=number(task.count),
            days=number(task.days or 0),
        )
    )


SENTENCES: dict[Kind, Callable[[Task, Mapping[str, str]], str]] = {
    Kind.CLOSES: _closes,
    Kind.OPENS: _opens,
    Kind.BURSTS: _bursts,
    Kind.BEHIND: _behind,
    Kind.COUNT_OLD: _count_old,
    Kind.VOICES: _voices,
    Kind.RETURNED: _returned,
    Kind.MODERATION: _moderation,
    Kind.UPDATE_PAUSED: _update_paused,
    Kind.COUNT_WAITS: _count_waits,
    Kind.EXPORT_READY: _export_ready,
    Kind.BATCHES: _batches,
    Kind.LOST: _lost,
    Kind.WRITE: _write,
    Kind.HAND_IN: _hand_in,
    Kind.TRANSLATION: _translation,
    Kind.QUESTION: _question,
    Kind.MARGIN: _margin,
}
