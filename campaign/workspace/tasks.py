"""What to do today over all that a person has a part in. Here features that do not know one another
meet: petitions, the voices beside them, and the people of an organisation."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from campaign.accounts.guards import may, organisations_where
from campaign.accounts.permissions import Permission
from campaign.accounts.queries import coordinator_counts
from campaign.i18n.formats import BRUSSELS, number
from campaign.i18n.languages import current_code
from campaign.partners.models import Organisation
from campaign.petitions.models import Petition
from campaign.petitions.operations.counting import foretell
from campaign.petitions.pages.cards import Tracker, cards_for
from campaign.petitions.pages.tasks import (
    ShownTask,
    facts_of,
    is_collecting,
    shown_task,
    shown_tasks,
)
from campaign.petitions.queries.dashboard import waiting_for_moderators
from campaign.petitions.queries.petitions import carried_by, text_for
from campaign.petitions.rules.coalition import CARRYING
from campaign.petitions.rules.tasks import PetitionFacts, alone, queue_task, tasks_of
from campaign.thresholds.rules.forecast import Forecast
from campaign.voices.queries import counts_by_state


def unread_voice_counts(petition_ids: Collection[int]) -> dict[int, int]:
    """How many voices wait to be read beside each petition."""
    return {
        petition_id: states.get("waiting", 0)
        for petition_id, states in counts_by_state(petition_ids).items()
    }


def facts_about(petition: Petition, tracker: Tracker | None, *, now: datetime) -> PetitionFacts:
    """What is known of one petition whose tracker has its forecasts."""
    forecasts = {key: one.forecast for key, one in tracker.forecasts.items()} if tracker else {}
    found = facts_of(
        [petition],
        {petition.id: tracker} if tracker else {},
        {petition.id: forecasts},
        unread_voice_counts([petition.id]),
        now=now,
    )
    return found[petition.id]


def tasks_for(petition: Petition, tracker: Tracker | None, facts: PetitionFacts) -> list[ShownTask]:
    """What to do for one petition, and for the organisations of the person that carry it."""
    names = tracker.stratum_names if tracker else {}
    carriers = [part.organisation for part in petition.carriers if part.role in CARRYING]
    tasks = [*shown_tasks(petition, tasks_of(facts), names), *organisation_tasks(carriers)]
    return sorted(tasks, key=lambda task: task.rank)


def organisation_tasks(organisations: Collection[Organisation]) -> list[ShownTask]:
    """What to do about the people of these organisations, where one may."""
    mine = {
        each.name: each for each in organisations if may(Permission.ORGANISATION_INVITE, [each.id])
    }
    counts = coordinator_counts([each.id for each in mine.values()]) if mine else {}
    by_name = {name: counts.get(each.id, 0) for name, each in mine.items()}
    return [
        shown_task(
            task,
            sentence=_(
                "%(organisation)s hangs on one coordinator alone.", organisation=task.subject
            ),
            act=_l("Invite a second one"),
            address=url_for("workspace.organisation", slug=mine[task.subject].slug),
        )
        for task in alone(by_name)
    ]


def platform_tasks(*, now: datetime) -> list[ShownTask]:
    """What waits for those who moderate every petition of the site."""
    if organisations_where(Permission.PETITION_MODERATE) is not None:
        return []
    today = now.astimezone(BRUSSELS).date()
    return [
        shown_task(
            task,
            sentence=ngettext(
                "%(count)s petition waits for moderators, the oldest since %(days)s days.",
                "%(count)s petitions wait for moderators, the oldest since %(days)s days.",
                task.count,
                count=number(task.count),
                days=number(task.days or 0),
            ),
            act=_l("Open the queue"),
            address=url_for("petitions_workspace.moderation_queue"),
        )
        for task in queue_task(waiting_for_moderators(), today)
    ]


def overview_tasks(organisations: Sequence[Organisation], *, now: datetime) -> list[ShownTask]:
    """What to do over all the petitions that these organisations carry, the most urgent first."""
    ids = {each.id for each in organisations}
    carried = [petition for petition in carried_by(ids) if _carries(petition, ids)] if ids else []
    trackers = _trackers(carried, now)
    forecasts = {
        petition.id: foretell(petition, tracker.instrument, tracker.evaluation)
        for petition in carried
        if (tracker := trackers.get(petition.id)) and is_collecting(petition, now)
    }
    tasks = [
        *_of_petitions(carried, trackers, forecasts, now),
        *organisation_tasks(organisations),
        *platform_tasks(now=now),
    ]
    return sorted(tasks, key=lambda task: task.rank)


def _carries(petition: Petition, organisation_ids: Collection[int]) -> bool:
    return any(
        part.organisation_id in organisation_ids and part.role in CARRYING
        for part in petition.carriers
    )


def _trackers(petitions: Sequence[Petition], now: datetime) -> dict[int, Tracker]:
    written = [petition for petition in petitions if petition.texts]
    cards = cards_for(written, current_code(), now=now)
    return {petition.id: card.tracker for petition, card in zip(written, cards, strict=True)}


def _of_petitions(
    petitions: Sequence[Petition],
    trackers: Mapping[int, Tracker],
    forecasts: Mapping[int, Mapping[str, Forecast]],
    now: datetime,
) -> list[ShownTask]:
    voices = unread_voice_counts([petition.id for petition in petitions])
    facts = facts_of(petitions, trackers, forecasts, voices, now=now)
    shown = []
    for petition in petitions:
        tracker = trackers.get(petition.id)
        names = tracker.stratum_names if tracker else {}
        text = text_for(petition, current_code()) if petition.texts else None
        title, language = (text.title, text.language) if text else (petition.slug, "")
        for task in shown_tasks(petition, tasks_of(facts[petition.id]), names):
            shown.append(replace(task, title=title, language=language))
    return shown
