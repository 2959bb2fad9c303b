"""The entries of the feeds, in the reader's language."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from itertools import groupby
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from campaign.feeds.vocabulary import CHANNELS, LINE_LOST, LINE_PASSED, RULE_LOST, RULE_MET
from campaign.i18n.formats import BRUSSELS, long_date, number
from campaign.petitions.models import OfficialCount, Petition, PetitionStage, ThresholdCrossing
from campaign.petitions.pages.updates import news_of_petition
from campaign.petitions.queries.counts import crossings_of, official_counts_of
from campaign.petitions.queries.petitions import text_for
from campaign.petitions.rules.counting import rule_for
from campaign.petitions.vocabulary import STAGE_LABELS
from campaign.thresholds.models import Instrument
from campaign.thresholds.rules import TOTAL

MOST_ENTRIES = 50


@dataclass(frozen=True)
class Entry:
    """One piece of news. `key` makes its identifier, which never changes (RFC 4287 §4.2.6)."""

    key: str
    title: str
    summary: str
    happened_at: datetime
    url: str
    language: str


def new_petitions(petitions: Sequence[Petition], language: str) -> list[Entry]:
    """One entry per petition, dated by its opening."""
    entries = []
    for petition in petitions:
        text = text_for(petition, language)
        entries.append(
            Entry(
                key=petition.slug,
                title=text.title,
                summary=text.ask,
                happened_at=petition.opens_at or petition.created_at,
                url=_address(petition),
                language=text.language,
            )
        )
    return entries


def news_of(petition: Petition, language: str, *, now: datetime) -> list[Entry]:
    """The stages reached, the lines passed or lost again, the official counts, and the updates that are
    public, newest first."""
    rule = rule_for(petition.instrument_id, petition.instrument_on, petition.goal)
    names = {stratum.key: stratum.name.in_language(language) for stratum in rule.strata}
    entries = [
        *_stages(petition, language),
        *_crossings(petition, names, language),
        *_counts(petition, rule, names, language),
        *_updates(petition, language),
    ]
    past = [entry for entry in entries if entry.happened_at <= now]
    return sorted(past, key=lambda entry: entry.happened_at, reverse=True)[:MOST_ENTRIES]


def _address(petition: Petition) -> str:
    return url_for("petitions.page", slug=petition.slug, _external=True)


def _stages(petition: Petition, language: str) -> Iterator[Entry]:
    for stage in petition.stages:
        if stage.reached_on is not None and stage.date_precision == "day":
            body, its_language = _note(stage, petition.source_language, language)
            yield Entry(
                key=f"{petition.slug}/stage/{stage.stage}/{stage.reached_on.isoformat()}",
                title=str(STAGE_LABELS[stage.stage]),
                summary=body,
                happened_at=_noon(stage.reached_on),
                url=stage.document_url or _address(petition),
                language=its_language if body else language,
            )


def _note(stage: PetitionStage, source_language: str, language: str) -> tuple[str, str]:
    notes = {note.language: note.body for note in stage.notes}
    chosen = language if language in notes else source_language
    return notes.get(chosen, ""), chosen


def _crossings(petition: Petition, names: dict[str, str], language: str) -> Iterator[Entry]:
    for crossing in crossings_of(petition.id):
        yield _crossing(petition, crossing, names, language, crossing.crossed_at, is_lost=False)
        if crossing.undone_at is not None:
            yield _crossing(petition, crossing, names, language, crossing.undone_at, is_lost=True)


def _crossing(
    petition: Petition,
    crossing: ThresholdCrossing,
    names: dict[str, str],
    language: str,
    happened_at: datetime,
    *,
    is_lost: bool,
) -> Entry:
    if crossing.stratum == TOTAL:
        title = str(RULE_LOST if is_lost else RULE_MET)
    else:
        line: Any = LINE_LOST if is_lost else LINE_PASSED
        title = str(line) % {"place": names.get(crossing.stratum, crossing.stratum)}
    return Entry(
        key=f"{petition.slug}/line/{crossing.id}/{'lost' if is_lost else 'passed'}",
        title=title,
        summary="",
        happened_at=happened_at,
        url=_address(petition),
        language=language,
    )


def _counts(
    petition: Petition, rule: Instrument, names: dict[str, str], language: str
) -> Iterator[Entry]:
    """One entry per day and channel, with its places."""
    counts = [
        one
        for one in official_counts_of(petition.id)
        if one.count and one.channel in rule.counting_channels
    ]

    def key(count: OfficialCount) -> tuple[date, str]:
        return count.as_of, count.channel

    for (as_of, channel), group in groupby(sorted(counts, key=key), key):
        rows = list(group)
        yield Entry(
            key=f"{petition.slug}/count/{channel}/{as_of.isoformat()}",
            title=_(
                "%(channel)s: %(count)s signatures on %(day)s",
                channel=CHANNELS.get(channel, channel),
                count=number(sum(row.count for row in rows)),
                day=long_date(as_of),
            ),
            summary=" · ".join(
                f"{names[row.stratum]} {number(row.count)}" for row in rows if row.stratum in names
            ),
            happened_at=max(row.recorded_at for row in rows),
            url=_address(petition),
            language=language,
        )


def _updates(petition: Petition, language: str) -> Iterator[Entry]:
    for one in news_of_petition(petition, language):
        yield Entry(
            key=f"{petition.slug}/update/{one.number}",
            title=one.subject,
            summary=one.organisation,
            happened_at=one.published_at,
            url=f"{url_for('petitions.news', slug=petition.slug, _external=True)}#news-{one.number}",
            language=one.language.code,
        )


def _noon(day: date) -> datetime:
    """A moment of a day of which no hour is known."""
    return datetime.combine(day, time(12), BRUSSELS).astimezone(UTC)
