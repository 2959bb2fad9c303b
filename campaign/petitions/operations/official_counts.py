"""Entering what the official platform shows, and deciding large changes by two people."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import update

from campaign.audit.operations import record
from campaign.core.db import db
from campaign.petitions.models import CountChange, OfficialCount, Petition
from campaign.petitions.operations.counting import record_official_count
from campaign.petitions.queries.official_counts import (
    counts_known_on,
    mark_of_counts,
    waiting_regions,
)
from campaign.petitions.queries.petitions import petition_by_id
from campaign.petitions.queries.placements import take_turn
from campaign.petitions.rules.counting import rule_for
from campaign.petitions.rules.official_counts import (
    ONLINE,
    DecidedMeanwhileError,
    EnteredMeanwhileError,
    NotYoursError,
    Reported,
    SamePersonError,
    check_counts,
    check_refusal,
    needs_two,
)


@dataclass(frozen=True)
class Entered:
    """The regions whose counts stand, and those that wait for a second person."""

    kept: tuple[str, ...]
    waiting: tuple[str, ...]


def enter_counts(
    *,
    petition: Petition,
    counts: Mapping[str, int],
    report: Reported,
    seen: str,
    actor: str,
    now: datetime,
) -> Entered:
    """Keep what the platform showed of each region; a large change waits for a second person and does
    not count until then. The same form sent twice is kept once.

    `seen` is the mark of what the form had seen. Raises NoOfficialPlatformError, NothingEnteredError,
    CountsRefusedError, EnteredMeanwhileError.
    """
    take_turn(petition.id)
    known = counts_known_on(petition.id, ONLINE, report.as_of)
    rule = rule_for(petition.instrument_id, petition.instrument_on, petition.goal)
    if seen != mark_of_counts(petition.id):
        if _is_repeat(counts, report, known):
            return Entered(tuple(counts), ())
        raise EnteredMeanwhileError
    check_counts(
        counts,
        {key: row.count for key, row in known.items()},
        rule=rule,
        waiting=waiting_regions(petition.id, ONLINE),
        is_correction=bool(report.reason),
    )
    kept, waiting = [], []
    for key, count in counts.items():
        before = known[key].count if key in known else None
        if before is not None and needs_two(before, count):
            _let_wait(petition, key, count, before, report, actor=actor, now=now)
            waiting.append(key)
        else:
            _keep(petition, key, count, report, actor=actor, now=now)
            kept.append(key)
    return Entered(tuple(kept), tuple(waiting))


def _is_repeat(
    counts: Mapping[str, int], report: Reported, known: Mapping[str, OfficialCount]
) -> bool:
    """Whether all of it is there already, of the same day and source."""
    return bool(counts) and all(
        key in known
        and (known[key].count, known[key].as_of, known[key].source_label)
        == (count, report.as_of, report.source_label)
        for key, count in counts.items()
    )


def _keep(
    petition: Petition,
    stratum: str,
    count: int,
    report: Reported,
    *,
    actor: str,
    now: datetime,
    approved_by: str = "",
) -> None:
    record_official_count(
        petition=petition,
        channel=ONLINE,
        stratum=stratum,
        count=count,
        as_of=report.as_of,
        source_label=report.source_label,
        source_url=report.source_url,
        reason=report.reason,
        actor=actor,
        approved_by=approved_by,
        now=now,
    )


def _let_wait(
    petition: Petition,
    stratum: str,
    count: int,
    before: int,
    report: Reported,
    *,
    actor: str,
    now: datetime,
) -> None:
    db.session.add(
        CountChange(
            petition_id=petition.id,
            channel=ONLINE,
            stratum=stratum,
            count=count,
            count_before=before,
            as_of=report.as_of,
            source_label=report.source_label,
            source_url=report.source_url,
            reason=report.reason,
            entered_by=actor,
            entered_at=now,
        )
    )
    detail = f"{ONLINE} {stratum} {before} to {count} {report.as_of.isoformat()}"
    _note(petition, "official_count.waits", detail, actor=actor, now=now)


def approve_change(change: CountChange, *, actor: str, now: datetime) -> None:
    """A second person says that it is right: from now on it counts.

    Raises SamePersonError, DecidedMeanwhileError.
    """
    if change.entered_by == actor:
        raise SamePersonError
    petition = _decide(change, "approved", "", actor=actor, now=now)
    report = Reported(change.as_of, change.source_label, change.source_url, change.reason)
    _keep(
        petition,
        change.stratum,
        change.count,
        report,
        actor=change.entered_by,
        approved_by=actor,
        now=now,
    )


def refuse_change(change: CountChange, reason: str, *, actor: str, now: datetime) -> None:
    """Somebody says that it is wrong, and why: it never counts.

    Raises RefusalWithoutReasonError, DecidedMeanwhileError.
    """
    _decide(change, "refused", check_refusal(reason), actor=actor, now=now)


def withdraw_change(change: CountChange, *, actor: str, now: datetime) -> None:
    """Whoever entered it takes it back. Raises NotYoursError, DecidedMeanwhileError."""
    if change.entered_by != actor:
        raise NotYoursError
    _decide(change, "withdrawn", "", actor=actor, now=now)


def _decide(
    change: CountChange, answer: str, reason: str, *, actor: str, now: datetime
) -> Petition:
    """Of two who decide at once one is kept."""
    take_turn(change.petition_id)
    decided = db.session.execute(
        update(CountChange)
        .where(CountChange.id == change.id, CountChange.answered_at.is_(None))
        .values(answer=answer, answer_reason=reason, answered_by=actor, answered_at=now)
        .execution_options(synchronize_session=False)
    )
    if decided.rowcount != 1:  # type: ignore[attr-defined]
        raise DecidedMeanwhileError
    db.session.refresh(change)
    petition = petition_by_id(change.petition_id)
    detail = f"{change.channel} {change.stratum} {change.count_before} to {change.count}"
    _note(petition, f"official_count.{answer}", detail, actor=actor, now=now)
    return petition


def _note(petition: Petition, act: str, detail: str, *, actor: str, now: datetime) -> None:
    record(actor=actor, act=act, subject=f"petition:{petition.slug}", now=now, detail=detail)
    db.session.flush()
