"""A petition as it appears in lists, and its tracker."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from flask import url_for

from campaign.i18n.formats import BRUSSELS
from campaign.i18n.languages import BY_CODE
from campaign.legal_facts.pages import ConfirmedFact
from campaign.petitions.models import OfficialCount, Petition
from campaign.petitions.queries.counts import (
    latest_day,
    official_counts_in_force,
    support_by_stratum,
    tallies_of,
)
from campaign.petitions.queries.petitions import text_for
from campaign.petitions.rules.counting import masked_small_cells, rule_for
from campaign.petitions.rules.states import is_over
from campaign.petitions.vocabulary import (
    AUTHORITIES,
    OPENS_SOON,
    PAPER_SOURCES,
    STATE_LABELS,
    THEMES,
)
from campaign.thresholds import rules as thresholds
from campaign.thresholds.bands import Band, ForecastMark, Picture, picture
from campaign.thresholds.instruments import newer_version_from
from campaign.thresholds.models import Instrument
from campaign.thresholds.rules import StratumResult
from campaign.thresholds.rules.choosing import level_of
from campaign.thresholds.rules.forecast import Forecast, Reading
from campaign.thresholds.rules.helping import WhereToHelp

REGION_ORDER = ("VLG", "WAL", "BRU", "ABROAD", "UNKNOWN")


@dataclass(frozen=True)
class Foretold:
    """Where one region is heading, how that is drawn, and the readings that it rests on."""

    forecast: Forecast
    mark: ForecastMark
    readings: Sequence[Reading] = ()


@dataclass(frozen=True)
class Tracker:
    """How far a petition is from its rule: what counts in law, and support, side by side."""

    instrument: Instrument
    evaluation: thresholds.Evaluation
    summary: thresholds.Summary
    picture: Picture
    instrument_name: str
    law: str
    gives: list[str]
    does_not_give: list[str]
    who_may_sign: str
    undocumented_counts: str
    undocumented_note: str
    combination_note: str
    period_note: str
    sources: list[tuple[str, str | None]]
    verified_on: date | None
    open_questions: list[str]
    rule_url: str
    newer_version_from: date | None
    official_channel_url: str
    has_official_channel: bool
    counting_as_of: date | None
    counting_sources: list[tuple[str, str, date]]
    support_count: int
    support_regions: list[tuple[str, int | None]]
    stratum_names: Mapping[str, str]
    margin_percent: int
    margin_reason: str
    margin_language: str
    forecasts: Mapping[str, Foretold] = field(default_factory=dict)
    where_to_help: WhereToHelp | None = None
    confirmed: Sequence[ConfirmedFact] = ()

    @property
    def bands(self) -> Any:
        """The bands of the picture."""
        return self.picture.bands

    @property
    def drawn(self) -> list[tuple[StratumResult, Band]]:
        """Each place with its band; where some of many suffice, only as many as are needed: those
        nearest to their minimum."""
        pairs = list(zip(self.evaluation.strata, self.picture.bands, strict=True))
        if not self.evaluation.some_strata_suffice:
            return pairs
        return sorted(pairs, key=_nearness)[: self.evaluation.min_strata]

    @property
    def not_drawn(self) -> list[tuple[StratumResult, Band]]:
        """The places for which no band is drawn, the nearest first."""
        drawn = {result.key for result, _band in self.drawn}
        pairs = zip(self.evaluation.strata, self.picture.bands, strict=True)
        return sorted((pair for pair in pairs if pair[0].key not in drawn), key=_nearness)


def _nearness(pair: tuple[StratumResult, Band]) -> tuple[float, int]:
    result, _band = pair
    return -result.counted / result.minimum, result.missing


@dataclass(frozen=True)
class PetitionCard:
    """A petition in a list."""

    slug: str
    title: str
    short_title: str
    ask: str
    language: str
    direction: str
    is_fallback: bool
    authority_label: Any
    theme_label: Any
    state: str
    state_label: Any
    is_announced: bool
    is_over: bool
    closes_on: date | None
    days_left: int | None
    is_demonstration: bool
    tracker: Tracker
    support_count: int
    voice_count: int | None
    news_count: int
    url: str


def cards_for(petitions: Sequence[Petition], language: str, *, now: datetime) -> list[PetitionCard]:
    """One card per petition, with its numbers, in two queries for all."""
    ids = [petition.id for petition in petitions]
    support, official = support_by_stratum(ids), official_counts_in_force(ids)
    return [
        card_for(petition, language, support[petition.id], official[petition.id], now=now)
        for petition in petitions
    ]


def card_for(
    petition: Petition,
    language: str,
    support: dict[str, int],
    official: Sequence[OfficialCount],
    *,
    now: datetime,
) -> PetitionCard:
    """The card of one petition."""
    text = text_for(petition, language)
    is_announced = opens_later(petition, now)
    closes_on = petition.closes_at.astimezone(BRUSSELS).date() if petition.closes_at else None
    tracker = tracker_for(petition, language, support, official)
    return PetitionCard(
        slug=petition.slug,
        title=text.title,
        short_title=text.short_title,
        ask=text.ask,
        language=text.language,
        direction=BY_CODE[text.language].direction,
        is_fallback=text.language != language,
        authority_label=AUTHORITIES.get(petition.authority)
        or tracker.instrument.authority_name.in_language(language),
        theme_label=THEMES.get(petition.theme, petition.theme),
        state=petition.state,
        state_label=OPENS_SOON if is_announced else STATE_LABELS[petition.state],
        is_announced=is_announced,
        is_over=is_over(state=petition.state, closes_at=petition.closes_at, now=now),
        closes_on=closes_on,
        days_left=days_left(petition, now),
        is_demonstration=petition.is_demonstration,
        tracker=tracker,
        support_count=tracker.support_count,
        voice_count=petition.voice_count,
        news_count=petition.news_count,
        url=url_for("petitions.page", slug=petition.slug),
    )


def opens_later(petition: Petition, now: datetime) -> bool:
    """Whether it is published already, and its first day is still to come."""
    return petition.state == "open" and petition.opens_at is not None and petition.opens_at > now


def days_left(petition: Petition, now: datetime) -> int | None:
    """Whole days until the collection closes; none before it opens, once it is over or where no day is set."""
    if petition.state != "open" or petition.closes_at is None or petition.closes_at <= now:
        return None
    if opens_later(petition, now):
        return None
    return (petition.closes_at.astimezone(BRUSSELS).date() - now.astimezone(BRUSSELS).date()).days


def tracker_for(
    petition: Petition, language: str, support: dict[str, int], official: Sequence[OfficialCount]
) -> Tracker:
    """The tracker of one petition, in one language."""
    rule = rule_for(petition.instrument_id, petition.instrument_on, petition.goal)
    evaluation = thresholds.evaluate(rule, tallies_of(support, official), petition.instrument_on)
    masked = masked_small_cells(support)
    return Tracker(
        instrument=rule,
        evaluation=evaluation,
        summary=thresholds.summary(evaluation),
        picture=picture(evaluation),
        instrument_name=rule.title.in_language(language),
        law=rule.law.in_language(language),
        gives=[text.in_language(language) for text in rule.effect.gives],
        does_not_give=[text.in_language(language) for text in rule.effect.does_not_give],
        who_may_sign=rule.signatory.who_may_sign.in_language(language),
        undocumented_counts=rule.signatory.undocumented_signature_counts,
        undocumented_note=rule.signatory.undocumented_explanation.in_language(language),
        combination_note=rule.combination.explanation.in_language(language),
        period_note=rule.period.explanation.in_language(language),
        sources=[(source.label.in_language(language), source.url) for source in rule.sources],
        verified_on=rule.verified_on,
        open_questions=[text.in_language(language) for text in rule.open_questions],
        rule_url=_rule_url(rule),
        newer_version_from=newer_version_from(rule),
        official_channel_url=petition.official_url or _platform_of(rule),
        has_official_channel=bool(rule.counting_channels & {"official_platform", "official_paper"}),
        counting_as_of=latest_day(official),
        counting_sources=_sources(official),
        support_count=sum(support.values()),
        support_regions=[(key, masked[key]) for key in REGION_ORDER if key in masked],
        stratum_names={one.key: one.name.in_language(language) for one in rule.strata},
        margin_percent=petition.margin_percent,
        margin_reason=petition.margin_reason,
        margin_language=petition.source_language,
    )


def _sources(official: Sequence[OfficialCount]) -> list[tuple[str, str, date]]:
    """Where the counts come from; of paper, who has checked it."""
    return sorted(
        {
            (str(PAPER_SOURCES.get(row.source_label, row.source_label)), row.source_url, row.as_of)
            for row in official
            if row.source_label
        }
    )


def _platform_of(rule: Instrument) -> str:
    counts = (one.url for one in rule.channels if one.key == "official_platform" and one.counts)
    return next(counts, None) or ""


def _rule_url(rule: Instrument) -> str:
    if level_of(rule) is None:
        return ""
    version = rule.version.isoformat()
    return url_for("instruments.page", instrument_id=rule.id, version=version)
