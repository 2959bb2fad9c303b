"""What forgetting did, and whether it still does."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from campaign.core.db import db
from campaign.petitions.models import Signature
from campaign.privacy.models import RetentionCount, RetentionRun
from campaign.privacy.retention import RULES

LATE_AFTER = timedelta(hours=48)
REPORTED = timedelta(days=30)


@dataclass(frozen=True)
class RetentionReport:
    """When forgetting last came to its end, how many rows it forgot since thirty days, by rule."""

    last_finished_at: datetime | None
    row_counts: dict[str, int]

    @property
    def total(self) -> int:
        """All of them together."""
        return sum(self.row_counts.values())


def report(now: datetime) -> RetentionReport:
    """The public report: counts only."""
    rows = db.session.execute(
        select(RetentionCount.rule, func.sum(RetentionCount.row_count))
        .join(RetentionRun, RetentionRun.id == RetentionCount.run_id)
        .where(RetentionRun.started_at > now - REPORTED)
        .group_by(RetentionCount.rule)
    )
    counts = {rule: int(count) for rule, count in rows}
    return RetentionReport(
        last_finished_at(), {rule.name: counts.get(rule.name, 0) for rule in RULES}
    )


def last_finished_at() -> datetime | None:
    """When a run last came to its end."""
    return db.session.scalar(select(func.max(RetentionRun.finished_at)))


def newest_run() -> RetentionRun | None:
    """The run that began last."""
    return db.session.scalar(select(RetentionRun).order_by(RetentionRun.id.desc()).limit(1))


def counts_of(run_id: int) -> dict[str, int]:
    """How many rows each rule forgot in one run."""
    rows = db.session.execute(
        select(RetentionCount.rule, RetentionCount.row_count).where(RetentionCount.run_id == run_id)
    )
    return {row.rule: row.row_count for row in rows}


def is_late(now: datetime) -> bool:
    """Whether nothing was forgotten for more than 48 hours although there was somebody to forget."""
    since = last_finished_at()
    if since is None:
        since = db.session.scalar(select(Signature.created_at).order_by(Signature.id).limit(1))
    return since is not None and now - since > LATE_AFTER


def due_counts(now: datetime) -> dict[str, int]:
    """How many rows each rule would forget now."""
    return {rule.name: rule.count(now) for rule in RULES}
