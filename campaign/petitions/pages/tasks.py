"""What to do today, in words, with the page where it is done. Who may not do it is not told of it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import current_app, url_for
from flask_babel import lazy_gettext as _l

from campaign.accounts.guards import current_account, may
from campaign.accounts.permissions import Permission
from campaign.i18n.formats import BRUSSELS
from campaign.petitions.models import Petition
from campaign.petitions.pages.cards import Tracker, days_left
from campaign.petitions.pages.task_words import SENTENCES
from campaign.petitions.queries.dashboard import losses_of, waiting_of
from campaign.petitions.rules import tasks as rules
from campaign.petitions.rules.coalition import CARRYING
from campaign.petitions.rules.losses import NO_LOSSES
from campaign.petitions.rules.tasks import Kind, PetitionFacts, Task, Urgency, Wait, Waiting
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
        _l("Plan the hand-over"), "petitions_workspace.hand_over", Permission.HANDOVER_MAKE
    ),
    Kind.OPENS: Place(
        _l("Complete it and hand it in"), "petitions_workspace.edit", Permission.PETITION_EDIT
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
    Kind.RETURNED: Place(_l("Change it"), "petitions_workspace.edit", Permission.PETITION_EDIT),
    Kind.MODERATION: Place(
        _l("Read it"), "petitions_workspace.moderation_page", Permission.PETITION_MODERATE
    ),
    Kind.UPDATE_PAUSED: Place(
        _l("Look at it"), "petitions_workspace.updates_page", Permission.UPDATE_SEND
    ),
    Kind.COUNT_WAITS: Place(
        _l("Approve or refuse"), "petitions_workspace.counts", Permission.COUNT_APPROVE
    ),
    Kind.EXPORT_READY: Place(
        _l("Take it"), "petitions_workspace.exports_page", Permission.EXPORT_MAKE
    ),
    Kind.BATCHES: Place(_l("Ask for them"), "petitions_workspace.paper", Permission.PAPER_KEEP),
    Kind.VOICES: Place(_l("Read them"), "voices_workspace.collection", Permission.VOICE_MODERATE),
    Kind.LOST: Place(_l("See why"), "petitions_workspace.hub", Permission.PETITION_READ, "lost"),
    Kind.HAND_IN: Place(
        _l("Complete it and hand it in"), "petitions_workspace.edit", Permission.PETITION_EDIT
    ),
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
    """What is known of each petition, in two queries for all. `voices` are those that wait."""
    ids = [petition.id for petition in petitions]
    losses, waiting = losses_of(ids, now=now), waiting_of(ids, asked_by=current_account().actor)
    found = {}
    for petition in petitions:
        tracker = trackers.get(petition.id)
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
            waiting={
                Wait.VOICES: Waiting(voices.get(petition.id, 0)),
                **waiting.get(petition.id, {}),
            },
            submitted_on=_day(petition.submitted_at),
        )
    return found


def _day(moment: datetime | None) -> Any:
    return None if moment is None else moment.astimezone(BRUSSELS).date()


def is_collecting(petition: Petition, now: datetime) -> bool:
    """Whether a forecast makes sense for it now."""
    return days_left(petition, now) is not None


def carrying_ids(petition: Petition) -> list[int]:
    """The organisations that carry a petition, each by its own yes."""
    return [part.organisation_id for part in petition.carriers if part.role in CARRYING]


def shown_tasks(
    petition: Petition, tasks: Collection[Task], names: Mapping[str, str]
) -> list[ShownTask]:
    """The tasks of one petition that the person who asks may do and whose page is there. `names` are
    those of the regions."""
    carrying = carrying_ids(petition)
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
