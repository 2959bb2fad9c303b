"""The page that leads to the channel that counts, and what people say of it there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from campaign.i18n.formats import BRUSSELS
from campaign.petitions.models import Petition
from campaign.petitions.queries.answers import told_about
from campaign.petitions.rules.counting import rule_for
from campaign.petitions.rules.handing_off import (
    DAYS_SHOWN,
    Interval,
    Rate,
    Told,
    by_browser,
    by_day,
    by_step,
    keys_shown,
    overall,
    shown_steps,
)
from campaign.petitions.vocabulary import BROWSER_NAMES, NEEDS, OFFICIAL_CHANNELS, STEPS
from campaign.thresholds.handoffs import ONLINE, HandOff, Way, hand_off_for
from campaign.thresholds.models import Instrument


@dataclass(frozen=True)
class KnownLine:
    """A need or a step in words, and what it rests on."""

    key: str
    words: Any
    is_to_be_verified: bool
    source: str


@dataclass(frozen=True)
class WayShown:
    """One official channel as its page shows it."""

    channel: str
    label: Any
    how: str
    url: str
    needs: list[KnownLine]
    steps: list[KnownLine]
    request_from: str
    form_url: str
    return_to: str
    hand_over: str


@dataclass(frozen=True)
class DayBar:
    """One day of the chart: where it stands (per cent of the width) and its rate, when anybody may see it."""

    on: date
    x: float
    width: float
    rate: Rate | None

    @property
    def failure(self) -> Interval | None:
        """The share that failed, of a day that is shown."""
        return self.rate.failure if self.rate else None


@dataclass(frozen=True)
class RatesShown:
    """What was said of one channel in the last four weeks, small cells hidden."""

    channel: str
    label: Any
    first: date
    last: date
    total: Rate
    days: list[DayBar]
    steps: list[tuple[Any, int | None]]
    browsers: list[tuple[Any, Rate]]


@dataclass(frozen=True)
class HandOffPage:
    """All ways to sign so that it counts, and who may."""

    instrument_name: str
    verified_on: date | None
    ways: list[WayShown]
    combination_note: str
    rates: list[RatesShown]


def hand_off_of(petition: Petition) -> HandOff:
    """The official channels of this petition's rule."""
    return hand_off_for(_rule(petition))


def _rule(petition: Petition) -> Instrument:
    return rule_for(petition.instrument_id, petition.instrument_on, petition.goal)


def hand_off_page(petition: Petition, language: str, *, now: datetime) -> HandOffPage:
    """The page of one petition, in one language."""
    rule = _rule(petition)
    hand_off = hand_off_for(rule)
    last = last_day_told(petition, now)
    told = told_about(petition.id, last - timedelta(days=DAYS_SHOWN - 1), last)
    return HandOffPage(
        instrument_name=rule.title.in_language(language),
        verified_on=hand_off.verified_on,
        ways=[_way(way, petition, rule, language) for way in hand_off.ways],
        combination_note=rule.combination.explanation.in_language(language)
        if len(hand_off.ways) > 1
        else "",
        rates=[rates_shown(way, told, last) for way in hand_off.ways],
    )


def last_day_told(petition: Petition, now: datetime) -> date:
    """The last day whose answers are shown: today, or the day the collection ended."""
    today = now.astimezone(BRUSSELS).date()
    if petition.closes_at is None:
        return today
    return min(today, petition.closes_at.astimezone(BRUSSELS).date())


def _way(way: Way, petition: Petition, rule: Instrument, language: str) -> WayShown:
    how = next(c.how for c in rule.channels if c.key == way.channel)
    is_online = way.channel == ONLINE
    return WayShown(
        channel=way.channel,
        label=OFFICIAL_CHANNELS[way.channel],
        how=how.in_language(language),
        url=(petition.official_url or way.url or "") if is_online else "",
        needs=[
            KnownLine(n.key, NEEDS[n.key], n.is_to_be_verified, n.source or "") for n in way.needs
        ],
        steps=[
            KnownLine(s.key, STEPS[s.key], s.is_to_be_verified, s.source or "") for s in way.steps
        ],
        request_from=way.request_from.in_language(language) if way.request_from else "",
        form_url=way.form_url or "",
        return_to=way.return_to,
        hand_over=_hand_over(way, rule, language),
    )


def _hand_over(way: Way, rule: Instrument, language: str) -> str:
    if way.channel == ONLINE or way.return_to != "authority" or rule.submit_to is None:
        return ""
    return rule.submit_to.address or rule.submit_to.instructions.in_language(language)


def rates_shown(way: Way, told: Sequence[Told], last: date) -> RatesShown:
    """What anybody may see of one channel: no number behind which fewer than five answers stand."""
    here = [one for one in told if one.channel == way.channel]
    days = by_day(here, last)
    open_days = keys_shown(days)
    width = 100 / len(days)
    browsers = by_browser(here)
    failed = shown_steps(by_step(here, way.step_keys))
    return RatesShown(
        channel=way.channel,
        label=OFFICIAL_CHANNELS[way.channel],
        first=date.fromisoformat(days[0].key),
        last=last,
        total=overall(here),
        days=[
            DayBar(
                date.fromisoformat(rate.key),
                round(place * width, 2),
                round(width, 2),
                rate if rate.key in open_days else None,
            )
            for place, rate in enumerate(days)
        ],
        steps=[(STEPS.get(key, key), count) for key, count in failed.items() if count != 0],
        browsers=[
            (BROWSER_NAMES[rate.key], rate) for rate in browsers if rate.key in keys_shown(browsers)
        ],
    )
