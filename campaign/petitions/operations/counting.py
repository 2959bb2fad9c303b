"""Folding the journal into tallies, noticing lines passed, and the nightly recount."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import partial
from typing import Any

from sqlalchemy import Select, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from campaign.accounts.rules.mail_choices import MailKind
from campaign.audit.operations import record
from campaign.core.db import db
from campaign.i18n.formats import BRUSSELS
from campaign.outbox.operations import OutgoingMessage
from campaign.petitions import mails
from campaign.petitions.models import (
    OfficialCount,
    Petition,
    Reconciliation,
    Tally,
    TallyEntry,
    TallyPeriod,
    ThresholdCrossing,
)
from campaign.petitions.operations.telling import tell_organisation
from campaign.petitions.queries.counts import (
    latest_official_count,
    official_counts_in_force,
    official_readings,
    standing_crossings,
    support_by_stratum,
    tallies_of,
    true_and_kept_counts,
)
from campaign.petitions.queries.petitions import petition_by_id, text_for
from campaign.petitions.rules.counting import rule_for
from campaign.thresholds import rules as thresholds
from campaign.thresholds.models import Combination, Instrument
from campaign.thresholds.rules.forecast import Forecast, Reading, forecast

FOLD_AT_ONCE = 10_000


def fold_tallies(*, now: datetime) -> int:
    """Move journal entries into tallies and series; any number of workers may do so at once.

    Returns how many entries were folded.
    """
    entries = db.session.execute(
        delete(TallyEntry)
        .where(TallyEntry.id.in_(_next_entries()))
        .returning(
            TallyEntry.petition_id,
            TallyEntry.stratum,
            TallyEntry.channel,
            TallyEntry.change,
            TallyEntry.happened_at,
        )
    ).all()
    tallies: Counter[tuple[int, str, str]] = Counter()
    periods: Counter[tuple[int, str, datetime, str, str]] = Counter()
    for petition_id, stratum, channel, change, happened_at in entries:
        tallies[petition_id, stratum, channel] += change
        hour = happened_at.replace(minute=0, second=0, microsecond=0)
        periods[petition_id, "hour", hour, stratum, channel] += change
        periods[petition_id, "day", hour.replace(hour=0), stratum, channel] += change
    petition_ids = sorted({key[0] for key in tallies})
    if petition_ids:
        _take_turns(*petition_ids)
    for key in sorted(tallies):
        _add(
            Tally,
            dict(zip(("petition_id", "stratum", "channel"), key, strict=True)),
            "count",
            tallies[key],
        )
    names = ("petition_id", "period", "starts_at", "stratum", "channel")
    for period_key in sorted(periods):
        _add(TallyPeriod, dict(zip(names, period_key, strict=True)), "change", periods[period_key])
    for petition_id in petition_ids:
        note_crossings(petition_id, now=now)
    return len(entries)


def _next_entries() -> Select[Any]:
    query = select(TallyEntry.id).order_by(TallyEntry.id).limit(FOLD_AT_ONCE)
    if db.engine.dialect.name == "postgresql":
        query = query.with_for_update(skip_locked=True)
    return query


def _take_turns(*petition_ids: int) -> None:
    """Let one worker at a time count a petition, so that each sees what the other has just added.

    People go on signing: their rows only ask that the petition be there (FOR KEY SHARE).
    """
    turn = select(Petition.id).where(Petition.id.in_(petition_ids)).order_by(Petition.id)
    db.session.execute(turn.with_for_update(key_share=True))


def _add(table: type, key: dict[str, object], column: str, change: int) -> None:
    dialect = postgresql if db.engine.dialect.name == "postgresql" else sqlite
    row = dialect.insert(table).values(**key, **{column: change})
    total = getattr(table, column) + getattr(row.excluded, column)
    db.session.execute(row.on_conflict_do_update(index_elements=list(key), set_={column: total}))


def evaluate(petition: Petition) -> thresholds.Evaluation:
    """How far the petition is from its rule, from the counts kept now."""
    support = support_by_stratum([petition.id])[petition.id]
    official = official_counts_in_force([petition.id])[petition.id]
    rule = rule_for(petition.instrument_id, petition.instrument_on, petition.goal)
    return thresholds.evaluate(rule, tallies_of(support, official), petition.instrument_on)


def readings_to_foretell_from(petition: Petition, rule: Instrument) -> dict[str, list[Reading]]:
    """What the channels that count in law showed so far, by region; nothing where no day is set, or
    where the two ways of signing may not be added up."""
    if petition.opens_at is None or petition.closes_at is None:
        return {}
    if rule.combination.status is not Combination.ALLOWED:
        return {}
    return {
        key: [one for one in readings if one.channel in rule.counting_channels]
        for key, readings in official_readings(petition.id).items()
    }


def foretell(
    petition: Petition,
    rule: Instrument,
    evaluation: thresholds.Evaluation,
    known: Mapping[str, Sequence[Reading]] | None = None,
) -> dict[str, Forecast]:
    """Where each region is heading, from the channels that count in law; none where it cannot be said.
    `known` are the readings, where they have been read already."""
    if known is None:
        known = readings_to_foretell_from(petition, rule)
    if not known or petition.opens_at is None or petition.closes_at is None:
        return {}
    opened_on, closes_on = (
        moment.astimezone(BRUSSELS).date() for moment in (petition.opens_at, petition.closes_at)
    )
    found = {
        result.key: forecast(
            known.get(result.key, []),
            minimum=result.minimum,
            opened_on=opened_on,
            closes_on=closes_on,
            margin_percent=petition.margin_percent,
        )
        for result in evaluation.strata
    }
    return {key: one for key, one in found.items() if one is not None}


def note_crossings(petition_id: int, *, now: datetime) -> None:
    """Record each line passed, or fallen below, once; tell the organisations that carry it."""
    _take_turns(petition_id)
    petition = petition_by_id(petition_id)
    evaluation = evaluate(petition)
    standing = standing_crossings(petition_id)
    after = thresholds.thresholds_reached(evaluation)
    crossed, uncrossed = thresholds.crossings(frozenset(standing), after)
    for stratum in sorted(crossed):
        db.session.add(ThresholdCrossing(petition_id=petition_id, stratum=stratum, crossed_at=now))
        _tell_carriers(petition, evaluation, stratum, is_undone=False, now=now)
    for stratum in sorted(uncrossed):
        standing[stratum].undone_at = now
        _tell_carriers(petition, evaluation, stratum, is_undone=True, now=now)


def _tell_carriers(
    petition: Petition,
    evaluation: thresholds.Evaluation,
    stratum: str,
    *,
    is_undone: bool,
    now: datetime,
) -> None:
    lines = {result.key: (result.counted, result.minimum) for result in evaluation.strata}
    counted, minimum = lines.get(stratum, (evaluation.total_counted, evaluation.total_minimum or 0))
    for carrier in petition.carriers:
        if carrier.role == "lead":
            tell_organisation(
                carrier.organisation,
                {MailKind.THRESHOLD},
                partial(_crossing_mail, petition),
                stratum=stratum,
                is_undone=is_undone,
                counted=counted,
                minimum=minimum,
                crossed_at=now,
                now=now,
            )


def _crossing_mail(petition: Petition, *, language: str, **context: Any) -> OutgoingMessage:
    title = text_for(petition, language).title
    return mails.threshold_crossed(language=language, title=title, slug=petition.slug, **context)


def record_official_count(
    *,
    petition: Petition,
    channel: str,
    stratum: str,
    count: int,
    as_of: date,
    actor: str,
    now: datetime,
    source_label: str = "",
    source_url: str = "",
    reason: str = "",
    approved_by: str = "",
) -> None:
    """Keep what the official platform or the checked paper showed; said twice, it is kept once.

    `reason` tells why a number is corrected; `approved_by` is the second person, where two decide.
    """
    known = latest_official_count(petition.id, channel, stratum, as_of)
    if known is not None and (known.count, known.source_label) == (count, source_label):
        return
    kept = OfficialCount(
        petition_id=petition.id,
        channel=channel,
        stratum=stratum,
        count=count,
        as_of=as_of,
        source_label=source_label,
        source_url=source_url,
        recorded_at=now,
        reason=reason,
        recorded_by=actor,
        approved_by=approved_by,
    )
    db.session.add(kept)
    db.session.flush()
    record(
        actor=actor,
        act="official_count.recorded",
        subject=f"petition:{petition.slug}",
        now=now,
        detail=f"{channel} {stratum} {count} {as_of.isoformat()}",
    )
    note_crossings(petition.id, now=now)


def reconcile(petition_id: int, *, now: datetime) -> list[Reconciliation]:
    """Recount one petition one by one, repair what differs, and report each repair.

    Safe while people confirm and workers fold: truth and kept count come from one statement, and
    the repair is a difference, not a value.
    """
    _take_turns(petition_id)
    repairs = []
    for stratum, channel, true_count, kept_count in true_and_kept_counts(petition_id):
        if true_count == kept_count:
            continue
        key = {"petition_id": petition_id, "stratum": stratum, "channel": channel}
        _add(Tally, key, "count", true_count - kept_count)
        repairs.append(
            Reconciliation(**key, kept_count=kept_count, true_count=true_count, repaired_at=now)
        )
    db.session.add_all(repairs)
    db.session.flush()
    if repairs:
        note_crossings(petition_id, now=now)
    return repairs
