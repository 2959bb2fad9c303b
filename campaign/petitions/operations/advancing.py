"""The worker goes through the signatures of a check, part by part, and takes or gives back.

Each part is a short transaction that keeps how far it came.
"""

import json
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, update

from campaign.audit.operations import record
from campaign.core.db import db
from campaign.petitions.models import InvalidatedSignature, Invalidation, Signature
from campaign.petitions.operations.confirming import add_to_journal
from campaign.petitions.queries.invalidating import (
    conditions_of,
    locked_signatures,
    next_under_way,
    part,
    taken_by,
)
from campaign.petitions.queries.petitions import petition_by_id
from campaign.petitions.rules.invalidating import FINISHED, TOUCHED, Step

# Numbers gone through in one transaction: few, because on SQLite who signs waits for its end.
NUMBERS_AT_ONCE = 500


def advance(*, now: datetime, only_id: int | None = None) -> int | None:
    """One part of the oldest check under way, kept with how far it is: after a restart the next part
    follows. Returns how much work it was (signatures read, at least one); None when no check is under
    way."""
    invalidation = next_under_way(only_id)
    if invalidation is None:
        return None
    if invalidation.state == Step.REINSTATING:
        return _give_back(invalidation, now)
    is_running = invalidation.state == Step.RUNNING
    until = min(invalidation.at_id + NUMBERS_AT_ONCE, invalidation.last_id)
    found = part(
        invalidation.petition_id,
        conditions_of(invalidation),
        after=invalidation.at_id,
        until=until,
        is_locked=is_running,
    )
    invalidation.at_id = until
    if is_running:
        take(invalidation, found.matches, now)
    else:
        _tell_apart(invalidation, found.matches)
    if until >= invalidation.last_id:
        finish(invalidation, now)
    return max(1, found.examined)


def _tell_apart(invalidation: Invalidation, matches: Sequence[Any]) -> None:
    """Add a part of the count: in all, and by region what would leave the tallies."""
    invalidation.matched_count += len(matches)
    by_stratum = Counter(json.loads(invalidation.matched_by_stratum))
    by_stratum.update(row.stratum for row in matches if row.state == "confirmed")
    invalidation.matched_by_stratum = json.dumps(by_stratum, sort_keys=True)


def take(invalidation: Invalidation, rows: Sequence[Any], now: datetime) -> None:
    """Stop counting these signatures, and remember what each was."""
    if not rows:
        return
    db.session.execute(
        insert(InvalidatedSignature),
        [
            {
                "invalidation_id": invalidation.id,
                "signature_id": row.id,
                "state_before": row.state,
            }
            for row in rows
        ],
    )
    _set_state([row.id for row in rows], "invalidated")
    counted = [row for row in rows if row.state == "confirmed"]
    _tell_the_journal(invalidation.petition_id, counted, -1, now)
    invalidation.invalidated_count += len(rows)


def _give_back(invalidation: Invalidation, now: datetime) -> int:
    taken = {
        row.signature_id: row.state_before for row in taken_by(invalidation.id, NUMBERS_AT_ONCE)
    }
    rows = [row for row in locked_signatures(list(taken)) if row.state == "invalidated"]
    for state in TOUCHED:
        _set_state([row.id for row in rows if taken[row.id] == state], state)
    counted = [row for row in rows if taken[row.id] == "confirmed"]
    _tell_the_journal(invalidation.petition_id, counted, 1, now)
    db.session.execute(
        delete(InvalidatedSignature).where(
            InvalidatedSignature.invalidation_id == invalidation.id,
            InvalidatedSignature.signature_id.in_(list(taken)),
        )
    )
    invalidation.reinstated_count += len(rows)
    if len(taken) < NUMBERS_AT_ONCE:
        finish(invalidation, now)
    return max(1, len(taken))


def _set_state(signature_ids: Sequence[int], state: str) -> None:
    if signature_ids:
        db.session.execute(
            update(Signature)
            .where(Signature.id.in_(signature_ids))
            .values(state=state)
            .execution_options(synchronize_session=False)
        )


def _tell_the_journal(petition_id: int, rows: Sequence[Any], sign: int, now: datetime) -> None:
    """One entry for each region and hour in which they were counted: tallies fall (or rise) at once,
    and the series lose a false peak where it stood instead of gaining a hole today."""
    changes: Counter[tuple[str, str, datetime]] = Counter()
    for row in rows:
        counted_at = (row.confirmed_at or now).replace(minute=0, second=0, microsecond=0)
        changes[row.stratum, row.channel, counted_at] += sign
    for (stratum, channel, counted_at), change in sorted(changes.items()):
        add_to_journal(petition_id, stratum, channel, change, counted_at)


def finish(invalidation: Invalidation, now: datetime) -> None:
    """Nothing is left to do of this step."""
    invalidation.state = FINISHED[Step(invalidation.state)]
    if invalidation.state == Step.COUNTED:
        invalidation.counted_at = now
        return
    if invalidation.state == Step.REINSTATED:
        invalidation.reinstated_at = now
    else:
        invalidation.ended_at = now
    note(invalidation, f"ended_{invalidation.state}", "worker", now)


def note(invalidation: Invalidation, act: str, actor: str, now: datetime) -> None:
    """What was done, in numbers: the conditions may name a person, so they stay in their row."""
    counts = f"{invalidation.matched_count} {invalidation.invalidated_count}"
    record(
        actor=actor,
        act=f"invalidation.{act}",
        subject=f"petition:{petition_by_id(invalidation.petition_id).slug}",
        now=now,
        detail=f"{invalidation.id}: {counts} {invalidation.reinstated_count}",
    )
