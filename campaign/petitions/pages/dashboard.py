"""The dashboard of one petition, for those who carry it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _l

from campaign.i18n.formats import number
from campaign.outbox.queries import undelivered_counts
from campaign.petitions.models import Petition
from campaign.petitions.pages.cards import Tracker
from campaign.petitions.pages.charts import (
    CourseChart,
    SupportChart,
    course_chart,
    support_chart,
    support_since,
)
from campaign.petitions.pages.handing_off import DayBar, hand_off_of, last_day_told
from campaign.petitions.pages.organising import (
    Deadline,
    HubPage,
    coming_days,
    hub_page,
    standing_of,
)
from campaign.petitions.queries.answers import told_about
from campaign.petitions.queries.dashboard import daily_support
from campaign.petitions.queries.placements import attribution_of, placements_of
from campaign.petitions.rules.counting import SMALLEST_SHOWN, masked_small_cells
from campaign.petitions.rules.handing_off import Rate, Told, by_day, keys_shown, overall
from campaign.petitions.rules.losses import LOOKED_BACK
from campaign.petitions.rules.placements import shown_count
from campaign.petitions.vocabulary import OFFICIAL_CHANNELS, PLACEMENT_KINDS

DAYS_OF_FAILURES = 14
MOST_PLACEMENTS = 5
# What the mails are about without which a signature is never counted.
CONFIRMATIONS = ("petitions/confirm_signature", "petitions/confirm_reminder")
# From the organisers' kinds of placement to the few sources that they plan by.
SOURCE_OF_KIND = {
    "message": "link",
    "poster": "sheet",
    "leaflet": "sheet",
    "public": "sheet",
    "stand": "stand",
    "event": "stand",
    "site": "partner",
    "other": "other",
}
SOURCES = {
    "site": _l("Without a code: the site itself"),
    "link": _l("Links in messages and mails"),
    "sheet": _l("Posters and leaflets, by their QR code"),
    "stand": _l("Stands and events"),
    "partner": _l("Websites of partners"),
    "other": _l("Other places"),
}


@dataclass(frozen=True)
class SourceBar:
    """One kind of source: `count` is None where it is 1 to 4, or where such a one would follow from it;
    `share` is of all, in percent."""

    label: Any
    count: int | None
    share: float


@dataclass(frozen=True)
class TopPlacement:
    """One of the placements through which most came."""

    label: str
    kind_label: Any
    count: int
    address: str


@dataclass(frozen=True)
class FailureLine:
    """How one official channel went in two weeks; `total` is None below five answers."""

    channel: str
    label: Any
    total: Rate | None
    days: list[DayBar]


@dataclass(frozen=True)
class Undelivered:
    """Mails to confirm that never arrived in two weeks, on the whole site; None for 1 to 4."""

    given_up: int | None
    suppressed: int | None


@dataclass(frozen=True)
class Dashboard:
    """All that the hub shows. What needs a text is empty while nothing is written."""

    hub: HubPage
    deadlines: list[Deadline]
    own_form_counts: bool
    course: CourseChart | None
    support: SupportChart
    sources: list[SourceBar]
    source_total: int
    top: list[TopPlacement]
    failures: list[FailureLine]
    undelivered: Undelivered

    @property
    def tracker(self) -> Tracker | None:
        """The tracker of the petition."""
        return self.hub.page.tracker if self.hub.page else None


def dashboard_page(petition: Petition, language: str, *, now: datetime) -> Dashboard:
    """The dashboard of a petition, in whatever state."""
    hub = hub_page(petition, language, now=now)
    tracker = hub.page.tracker if hub.page else None
    sources, total, top = _sources(petition)
    undelivered = undelivered_counts(CONFIRMATIONS, now - LOOKED_BACK)
    return Dashboard(
        hub=hub,
        deadlines=coming_days(petition, now),
        own_form_counts=tracker is not None and tracker.evaluation.own_form_counts,
        course=course_chart(petition, tracker) if tracker else None,
        support=support_chart(daily_support(petition.id, support_since(now)), now=now),
        sources=sources,
        source_total=total,
        top=top,
        failures=_failures(petition, now),
        undelivered=Undelivered(
            shown_count(undelivered.get("failed", 0)),
            shown_count(undelivered.get("suppressed", 0)),
        ),
    )


def numbers_of(tracker: Tracker) -> dict[str, str]:
    """The numbers of the page that change while it is open, as they are read, by their name in it."""
    found = {"support": number(tracker.support_count)}
    for line in standing_of(tracker):
        for name in ("received", "online", "paper", "missing", "missing_to_goal"):
            count = getattr(line, name)
            if count is not None:
                found[f"{line.key}.{name}"] = number(count)
    if tracker.evaluation.total_minimum:
        found["total.received"] = number(tracker.evaluation.total_counted)
        found["total.missing"] = number(tracker.evaluation.total_missing)
    return found


def _sources(petition: Petition) -> tuple[list[SourceBar], int, list[TopPlacement]]:
    found, placements = attribution_of(petition.id), placements_of(petition.id)
    counts = dict.fromkeys(SOURCES, 0)
    counts["site"] = found.on_the_site
    for placement in placements:
        counts[SOURCE_OF_KIND[placement.kind]] += found.by_placement.get(placement.id, 0)
    total = sum(counts.values())
    shown = masked_small_cells(counts)
    bars = [
        SourceBar(SOURCES[key], count, round(100 * count / total, 1) if count and total else 0)
        for key, count in shown.items()
    ]
    by_count = sorted(placements, key=lambda each: -found.by_placement.get(each.id, 0))
    top = [
        TopPlacement(
            each.label,
            PLACEMENT_KINDS[each.kind],
            found.by_placement.get(each.id, 0),
            url_for("petitions_workspace.code_page", slug=petition.slug, code=each.code),
        )
        for each in by_count[:MOST_PLACEMENTS]
        if found.by_placement.get(each.id, 0) >= SMALLEST_SHOWN
    ]
    return bars, total, top


def _failures(petition: Petition, now: datetime) -> list[FailureLine]:
    if not petition.texts:
        return []
    last = last_day_told(petition, now)
    told = told_about(petition.id, last - timedelta(days=DAYS_OF_FAILURES - 1), last)
    return [
        failure_line(way.channel, [one for one in told if one.channel == way.channel], last)
        for way in hand_off_of(petition).ways
    ]


def failure_line(channel: str, told: Sequence[Told], last: date) -> FailureLine:
    """What was said of one channel, as anybody may see it: the unmasked numbers are on the page of the
    evidence, where each look is in the log."""
    days, total = by_day(told, last, DAYS_OF_FAILURES), overall(told)
    shown, width = keys_shown(days), 100 / DAYS_OF_FAILURES
    return FailureLine(
        channel=channel,
        label=OFFICIAL_CHANNELS[channel],
        total=total if total.answers >= SMALLEST_SHOWN else None,
        days=[
            DayBar(
                date.fromisoformat(rate.key),
                round(place * width, 2),
                round(width, 2),
                rate if rate.key in shown else None,
            )
            for place, rate in enumerate(days)
        ],
    )
