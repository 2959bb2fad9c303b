"""What is held about people, and whether it goes on time, for organisers."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from campaign.privacy.queries import counts_of, due_counts, is_late, newest_run, report
from campaign.privacy.registry import REGISTER
from campaign.privacy.retention import RULES


@dataclass(frozen=True)
class ForgettingLine:
    """One rule of forgetting: rows of the last run, of thirty days, and due now; `what` it takes away,
    by the table it is in."""

    name: str
    label: Any
    in_last_run: int
    in_thirty_days: int
    due: int
    what: list[tuple[Any, list[Any]]]


@dataclass(frozen=True)
class RetentionPage:
    """The last run and every rule. `is_running` while the last one has not come to its end."""

    started_at: datetime | None
    finished_at: datetime | None
    is_running: bool
    is_late: bool
    lines: list[ForgettingLine]


def retention_page(now: datetime) -> RetentionPage:
    """The report as it stands now; nothing is forgotten by reading it."""
    run, told, due = newest_run(), report(now), due_counts(now)
    last = counts_of(run.id) if run else {}
    return RetentionPage(
        started_at=run.started_at if run else None,
        finished_at=told.last_finished_at,
        is_running=run is not None and run.finished_at is None,
        is_late=is_late(now),
        lines=[
            ForgettingLine(
                name=rule.name,
                label=rule.label,
                in_last_run=last.get(rule.name, 0),
                in_thirty_days=told.row_counts[rule.name],
                due=due[rule.name],
                what=forgotten_by(rule.name),
            )
            for rule in RULES
        ],
    )


def forgotten_by(rule: str) -> list[tuple[Any, list[Any]]]:
    """What this rule takes away, in the words of the register, table by table."""
    found = [
        (table, [held.label for held in fields if rule in held.forgotten_by])
        for table, fields in REGISTER.items()
    ]
    return [(table, labels) for table, labels in found if labels]
