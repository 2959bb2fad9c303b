"""Where a petition stands, for those who carry it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _l

from campaign.i18n.formats import BRUSSELS
from campaign.petitions.models import Petition
from campaign.petitions.pages.cards import Tracker
from campaign.petitions.pages.petition import PetitionPage, petition_page
from campaign.petitions.rules.signing import KEPT_MONTHS, months_after
from campaign.petitions.rules.states import LISTED
from campaign.petitions.rules.tasks import Waiting
from campaign.petitions.vocabulary import STATE_LABELS
from campaign.thresholds.bands import Band
from campaign.thresholds.rules.forecast import Forecast, safe_target


@dataclass(frozen=True)
class StandingLine:
    """One place with a minimum. `received`, `online` and `paper` are None where nobody knows how the
    signatures divide; then nothing is said to be missing either."""

    key: str
    name: str
    band: Band
    received: int | None
    online: int | None
    paper: int | None
    minimum: int
    goal: int
    forecast: Forecast | None

    @property
    def missing(self) -> int | None:
        """To the minimum."""
        return None if self.received is None else max(self.minimum - self.received, 0)

    @property
    def missing_to_goal(self) -> int | None:
        """To the cautious goal."""
        return None if self.received is None else max(self.goal - self.received, 0)


@dataclass(frozen=True)
class Deadline:
    """The next day that matters."""

    label: Any
    on: date
    days: int


@dataclass(frozen=True)
class HubPage:
    """A petition for its organisers. `page` is None while nothing is written yet."""

    slug: str
    address: str
    title: str
    language: str
    state_label: Any
    public_address: str
    deadline: Deadline | None
    page: PetitionPage | None
    standing: list[StandingLine]


def hub_page(petition: Petition, language: str, *, now: datetime) -> HubPage:
    """The petition as its organisers see it, in whatever state."""
    page = petition_page(petition, language, None, now=now) if petition.texts else None
    is_public = petition.state in LISTED
    return HubPage(
        slug=petition.slug,
        address=url_for("petitions_workspace.hub", slug=petition.slug),
        title=page.title if page else petition.slug,
        language=page.language if page else "",
        state_label=page.state_label if page else STATE_LABELS[petition.state],
        public_address=url_for("petitions.page", lang=language, slug=petition.slug)
        if is_public
        else "",
        deadline=next_deadline(petition, now),
        page=page,
        standing=standing_of(page.tracker) if page else [],
    )


def next_deadline(petition: Petition, now: datetime) -> Deadline | None:
    """The first day still to come: the opening, the closing, the end of what is known of people."""
    return next(iter(coming_days(petition, now)), None)


def coming_days(petition: Petition, now: datetime) -> list[Deadline]:
    """Every day still to come, the nearest first."""
    today = now.astimezone(BRUSSELS).date()
    days = [(moment.astimezone(BRUSSELS).date(), label) for moment, label in _moments(petition)]
    coming = sorted(((on, label) for on, label in days if on >= today), key=lambda pair: pair[0])
    return [Deadline(label, on, (on - today).days) for on, label in coming]


def with_reminder(
    deadlines: list[Deadline], reminder: Waiting | None, today: date
) -> list[Deadline]:
    """The same with the day on which the organisers asked to be reminded of a stage."""
    if reminder is None or reminder.since is None or reminder.since < today:
        return deadlines
    day = Deadline(
        _l("You asked to be reminded of a stage"), reminder.since, (reminder.since - today).days
    )
    return sorted([*deadlines, day], key=lambda each: each.on)


def _moments(petition: Petition) -> Iterator[tuple[datetime, Any]]:
    if petition.opens_at is not None:
        yield petition.opens_at, _l("The collection opens")
    if petition.closes_at is not None:
        yield petition.closes_at, _l("The collection closes")
        yield months_after(petition.closes_at, KEPT_MONTHS), _l("Names and addresses are erased")


def standing_of(tracker: Tracker) -> list[StandingLine]:
    """Each place against what the law asks and what its organisers aim for."""
    evaluation = tracker.evaluation
    is_known = len(evaluation.strata) == 1 or (
        evaluation.unassigned == 0 or evaluation.unassigned < evaluation.collected
    )
    lines = []
    for result, band in (*tracker.drawn, *tracker.not_drawn):
        foretold = tracker.forecasts.get(result.key)
        lines.append(
            StandingLine(
                key=result.key,
                name=tracker.stratum_names.get(result.key, ""),
                band=band,
                received=band.received if is_known else None,
                online=result.online if is_known else None,
                paper=result.paper_received if is_known else None,
                minimum=result.minimum,
                goal=safe_target(result.minimum, tracker.margin_percent),
                forecast=foretold.forecast if foretold else None,
            )
        )
    return lines
