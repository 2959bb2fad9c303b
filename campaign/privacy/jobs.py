"""Forgetting, by itself: an hourly passage through every rule, a few seconds at a time, so that
mails and counting never wait long for it."""

import time
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import delete, select, update

from campaign.core.db import db, transaction
from campaign.core.leftovers import rewrite, take_away
from campaign.privacy.models import RetentionCount, RetentionRun
from campaign.privacy.queries import is_late, newest_run
from campaign.privacy.retention import BY_NAME, TABLES, RetentionRule, rule_after

EVERY = timedelta(hours=1)
SLICE_SECONDS = 5.0
RUNS_KEPT = timedelta(days=90)


def forget(now: datetime) -> int:
    """Go on with the run that is not finished, or begin one when the last is an hour old, for a few
    seconds; returns how many rows were forgotten."""
    return _work(now, seconds=SLICE_SECONDS)


def forget_all(now: datetime) -> int:
    """Finish the run at hand, or do a whole one now; returns how many rows were forgotten."""
    return _work(now, seconds=float("inf"), is_asked=True)


def watch(now: datetime) -> bool:
    """Say in the log, as an error, when nothing was forgotten for more than 48 hours."""
    late = is_late(now)
    db.session.rollback()
    if late:
        current_app.logger.error("retention has not finished for more than 48 hours")
    return late


def take_leftovers_away(_now: datetime) -> bool:
    """Leave nothing of what was erased in the files of the database."""
    return take_away(TABLES)


def rewrite_small_tables(_now: datetime) -> None:
    """Write anew, at night, the tables of PostgreSQL that are small enough not to keep people waiting;
    `flask retention --rewrite` does the large ones when the administrator chooses."""
    for table in rewrite(TABLES):
        current_app.logger.warning("not written anew: %s; see flask retention --rewrite", table)


def _work(now: datetime, *, seconds: float, is_asked: bool = False) -> int:
    run = _run_at_hand(now, is_asked=is_asked)
    if run is None:
        return 0
    forgotten = 0
    rule = BY_NAME.get(run.rule) or rule_after("")
    give_way_at = time.monotonic() + seconds
    position = run.position
    while rule is not None and time.monotonic() < give_way_at:
        count, position, rule = _step(run.id, rule, position, now)
        forgotten += count
    if rule is None:
        _finish(run.id, now)
    if forgotten:
        take_away(TABLES)
    return forgotten


def _run_at_hand(now: datetime, *, is_asked: bool) -> RetentionRun | None:
    newest = newest_run()
    if newest is not None and newest.finished_at is None:
        return newest
    if newest is not None and newest.started_at > now - EVERY and not is_asked:
        db.session.rollback()
        return None
    with transaction():
        run = RetentionRun(started_at=now, rule="", position=0)
        db.session.add(run)
    return run


def _step(
    run_id: int, rule: RetentionRule, position: int, now: datetime
) -> tuple[int, int, RetentionRule | None]:
    """Forget a few rows and keep, in the same transaction, how many and where to go on.

    What is due is looked for before, so that nobody who signs waits for the looking.
    """
    keys, following = rule.find(now, position)
    if not keys and following is not None:
        return 0, following, rule
    next_rule = rule if following is not None else rule_after(rule.name)
    with transaction():
        count = rule.forget(keys, now) if keys else 0
        _add(run_id, rule.name, count)
        db.session.execute(
            update(RetentionRun)
            .where(RetentionRun.id == run_id)
            .values(rule=next_rule.name if next_rule else rule.name, position=following or 0)
            .execution_options(synchronize_session=False)
        )
    return count, following or 0, next_rule


def _add(run_id: int, rule: str, count: int) -> None:
    key = (RetentionCount.run_id == run_id, RetentionCount.rule == rule)
    kept = db.session.scalar(select(RetentionCount).where(*key).with_for_update())
    if kept is None:
        db.session.add(RetentionCount(run_id=run_id, rule=rule, row_count=count))
    else:
        kept.row_count += count


def _finish(run_id: int, now: datetime) -> None:
    """Note the end; forget runs of three months ago."""
    old = select(RetentionRun.id).where(RetentionRun.started_at < now - RUNS_KEPT)
    with transaction():
        db.session.execute(
            update(RetentionRun).where(RetentionRun.id == run_id).values(finished_at=now)
        )
        db.session.execute(delete(RetentionCount).where(RetentionCount.run_id.in_(old)))
        db.session.execute(delete(RetentionRun).where(RetentionRun.started_at < now - RUNS_KEPT))
