"""What to do today, in words, with the page where it is done. Who may not do it is not told of it."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import current_app, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from campaign.accounts.guards import may
from campaign.accounts.permissions import Permission
from campaign.i18n.formats import BRUSSELS, number, percent
from campaign.i18n.languages import BY_CODE
from campaign.petitions.models import Petition
from campaign.petitions.pages.cards import Tracker, days_left
from campaign.petitions.queries.bursts import unexplained_counts
from campaign.petitions.queries.dashboard import losses_of, oldest_questions
from campaign.petitions.rules import tasks as rules
from campaign.petitions.rules.coalition import CARRYING
from campaign.petitions.rules.losses import NO_LOSSES
from campaign.petitions.rules.tasks import Kind, PetitionFacts, Task, Urgency
from campaign.thresholds.rules.forecast import Forecast

URGENCIES = {
    Urgency.TODAY: _l("today"),
    Urgency.THIS_WEEK: _l("this week"),
    Urgency.WHEN_THERE_IS_TIME: _l("when there is time"),
}


@dataclass(frozen=True)
class Place:
    """Where a task is done: what the link says, the endpoint and who may; `part` is a mark on it."""

    act: Any
    endpoint: str
    permission: Permission
    part: str = ""


PLACES = {
    Kind.CLOSES: Place(
        _l("Look at the days"), "petitions_workspace.hub", Permission.PETITION_READ, "next"
    ),
    Kind.OPENS: Place(
        _l("Look at the days"), "petitions_workspace.hub", Permission.PETITION_READ, "next"
    ),
    Kind.BURSTS: Place(
        _l("Look at it"), "petitions_workspace.abuse_page", Permission.SIGNATURE_INVALIDATE
    ),
    Kind.BEHIND: Place(
        _l("Print a code for a stand there"),
        "petitions_workspace.codes",
        Permission.PLACEMENT_ISSUE,
    ),
    Kind.COUNT_OLD: Place(
        _l("Note the count"), "petitions_workspace.counts", Permission.COUNT_ENTER
    ),
    Kind.VOICES: Place(_l("Read them"), "voices_workspace.collection", Permission.VOICE_MODERATE),
    Kind.LOST: Place(_l("See why"), "petitions_workspace.hub", Permission.PETITION_READ, "lost"),
    Kind.WRITE: Place(_l("Write it"), "petitions_workspace.edit", Permission.PETITION_EDIT),
    Kind.TRANSLATION: Place(
        _l("Read it over"), "petitions_workspace.edit", Permission.PETITION_EDIT
    ),
    Kind.QUESTION: Place(
        _l("See who was asked"), "petitions_workspace.coalition_page", Permission.PETITION_CARRY
    ),
    Kind.MARGIN: Place(_l("Say why"), "petitions_workspace.margin_page", Permission.MARGIN_SET),
}


@dataclass(frozen=True)
class ShownTask:
    """A task as a person sees it; `title` and `language` are the petition's, where several are shown."""

    kind: str
    sentence: str
    act: Any
    address: str
    urgency: Any
    is_urgent: bool
    rank: tuple[int, int, int]
    title: str = ""
    language: str = ""


def facts_of(
    petitions: Sequence[Petition],
    trackers: Mapping[int, Tracker],
    forecasts: Mapping[int, Mapping[str, Forecast]],
    voices: Mapping[int, int],
    *,
    now: datetime,
) -> dict[int, PetitionFacts]:
    """What is known of each petition, in three queries for all. `voices` are those that wait."""
    ids = [petition.id for petition in petitions]
    losses, bursts, asked = losses_of(ids, now=now), unexplained_counts(ids), oldest_questions(ids)
    found = {}
    for petition in petitions:
        tracker = trackers.get(petition.id)
        asked_at = asked.get(petition.id)
        found[petition.id] = PetitionFacts(
            state=petition.state,
            today=now.astimezone(BRUSSELS).date(),
            opens_on=_day(petition.opens_at),
            closes_on=_day(petition.closes_at),
            is_written=bool(petition.texts),
            unreviewed=tuple(
                text.language for text in petition.texts if text.review_state not in rules.REVIEWED
            ),
            has_margin_reason=bool(petition.margin_reason),
            has_minimum=tracker is not None and bool(tracker.evaluation.strata),
            has_official_channel=tracker is not None and tracker.has_official_channel,
            counted_on=tracker.counting_as_of if tracker else None,
            lags=rules.lags_of(forecasts.get(petition.id, {})),
            losses=losses.get(petition.id, NO_LOSSES),
            bursts=bursts.get(petition.id, 0),
            voices=voices.get(petition.id, 0),
            asked_on=_day(asked_at),
        )
    return found


def _day(moment: datetime | None) -> Any:
    return None if moment is None else moment.astimezone(BRUSSELS).date()


def is_collecting(petition: Petition, now: datetime) -> bool:
    """Whether a forecast makes sense for it now."""
    return days_left(petition, now) is not None


def shown_tasks(
    petition: Petition, tasks: Collection[Task], names: Mapping[str, str]
) -> list[ShownTask]:
    """The tasks of one petition that the person who asks may do and whose page is there. `names` are
    those of the regions."""
    carrying = [part.organisation_id for part in petition.carriers if part.role in CARRYING]
    return [
        _shown(petition.slug, task, PLACES[task.kind], names)
        for task in tasks
        if (place := PLACES[task.kind]).endpoint in current_app.view_functions
        and may(place.permission, carrying)
    ]


def _shown(slug: str, task: Task, place: Place, names: Mapping[str, str]) -> ShownTask:
    return shown_task(
        task,
        sentence=SENTENCES[task.kind](task, names),
        act=place.act,
        address=url_for(place.endpoint, slug=slug, _anchor=place.part or None),
    )


def shown_task(task: Task, *, sentence: str, act: Any, address: str) -> ShownTask:
    """A task in these words."""
    return ShownTask(
        kind=task.kind,
        sentence=sentence,
        act=act,
        address=address,
        urgency=URGENCIES[task.urgency],
        is_urgent=task.urgency is Urgency.TODAY,
        rank=rules.rank(task),
    )


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


def _margin(_task: Task, _names: Mapping[str, str]) -> str:
    return str(_("The margin beyond the minimum has no reason of your own yet; visitors read it."))


SENTENCES: dict[Kind, Callable[[Task, Mapping[str, str]], str]] = {
    Kind.CLOSES: _closes,
    Kind.OPENS: _opens,
    Kind.BURSTS: _bursts,
    Kind.BEHIND: _behind,
    Kind.COUNT_OLD: _count_old,
    Kind.VOICES: _voices,
    Kind.LOST: _lost,
    Kind.WRITE: _write,
    Kind.TRANSLATION: _translation,
    Kind.QUESTION: _question,
    Kind.MARGIN: _margin,
}
