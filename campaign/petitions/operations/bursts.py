"""Bursts are written down, and explained by people."""

from collections.abc import Sequence
from datetime import datetime

from flask_babel import lazy_gettext as _l

from campaign.audit.operations import record
from campaign.core.db import db
from campaign.core.errors import RefusedError
from campaign.petitions.models import Burst, Petition
from campaign.petitions.queries.bursts import (
    burst_by_id,
    burst_reaching,
    busy_petitions,
    counts_by_window,
    places_before,
    places_within,
)
from campaign.petitions.queries.petitions import petition_by_id
from campaign.petitions.rules.bursts import (
    NO_ACTION,
    TIGHTENED_FOR,
    Excess,
    action_for,
    check_explanation,
    comparable_windows,
    pace_excess,
    share_excesses,
)


class BurstUnknownError(RefusedError):
    """A burst that is not there."""

    code = "burst_unknown"
    http_status = 404
    message = _l("This burst is not known.")


def excesses_within(starts_at: datetime, ends_at: datetime) -> list[tuple[int, Excess]]:
    """What stands out in a window, by petition. Reads a week of signatures, so it is asked before the
    transaction that keeps the answer: on SQLite nobody could sign meanwhile."""
    return [
        (petition_id, excess)
        for petition_id, count in busy_petitions(starts_at, ends_at).items()
        for excess in _excesses(petition_by_id(petition_id), count, starts_at, ends_at)
    ]


def notice(
    found: Sequence[tuple[int, Excess]], starts_at: datetime, ends_at: datetime, *, now: datetime
) -> list[Burst]:
    """Write down what stood out in a window; said again, it adds nothing. Returns the bursts that are
    new or went on."""
    kept = [_keep(petition_id, excess, starts_at, ends_at, now) for petition_id, excess in found]
    db.session.flush()
    return [burst for burst in kept if burst is not None]


def _excesses(
    petition: Petition, count: int, starts_at: datetime, ends_at: datetime
) -> list[Excess]:
    earlier = comparable_windows(
        counts_by_window(petition.id, starts_at), opened_at=petition.opens_at, before=starts_at
    )
    pace = pace_excess(count, earlier)
    domains, codes = places_within(petition.id, starts_at, ends_at)
    domains_before, codes_before = places_before(petition.id, starts_at)
    codes.pop("", None)  # who names no place comes from no one place
    codes_before.pop("", None)
    return [
        *([pace] if pace else []),
        *share_excesses("domain", domains, domains_before),
        *share_excesses("postal_code", codes, codes_before),
    ]


def _keep(
    petition_id: int, excess: Excess, starts_at: datetime, ends_at: datetime, now: datetime
) -> Burst | None:
    """A new burst, or one more window of it; None for a window that is in it already."""
    burst = burst_reaching(petition_id, excess.kind, excess.subject, starts_at)
    if burst is not None and burst.ends_at >= ends_at:
        return None
    if burst is None:
        burst = Burst(
            petition_id=petition_id,
            kind=excess.kind,
            subject=excess.subject,
            starts_at=starts_at,
            measured=0,
            expected=0,
            noticed_at=now,
            explanation="",
        )
        db.session.add(burst)
    burst.ends_at = ends_at
    burst.measured += excess.measured
    burst.expected += excess.expected
    _act(burst, ends_at)
    return burst


def _act(burst: Burst, ends_at: datetime) -> None:
    action = action_for(burst.kind, is_explained=bool(burst.explanation))
    if action != NO_ACTION:
        burst.action, burst.action_until = action, ends_at + TIGHTENED_FOR


def explain(*, burst_id: int, explanation: str, actor: str, now: datetime) -> Burst:
    """Keep what an organiser knows: a broadcast, a gathering. What was made harder is harder no more.

    Raises BurstUnknownError or ExplanationMissingError.
    """
    burst = burst_by_id(burst_id)
    if burst is None:
        raise BurstUnknownError
    burst.explanation = check_explanation(explanation)
    burst.explained_by, burst.explained_at = actor, now
    if burst.action_until is not None and burst.action_until > now:
        burst.action_until = now
    slug = petition_by_id(burst.petition_id).slug
    record(
        actor=actor,
        act="burst.explained",
        subject=f"petition:{slug}",
        now=now,
        detail=str(burst.id),
    )
    return burst
