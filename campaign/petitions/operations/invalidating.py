"""Many false signatures stop being counted, in small steps, and can all be given back.

Nobody is mailed: a person whose signature is false is not there, and a person whose signature is
true must not be frightened by a mistake of ours.
"""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from campaign.core.db import db
from campaign.core.tokens import read_token, sign_token
from campaign.petitions.models import Invalidation, Petition
from campaign.petitions.operations.advancing import finish, note, take
from campaign.petitions.queries.invalidating import (
    MaskedSignature,
    conditions_of,
    invalidation_by_id,
    locked_signatures,
    masked_matches,
    newest_number,
)
from campaign.petitions.queries.petitions import petition_by_id
from campaign.petitions.rules.closing import check_details_open
from campaign.petitions.rules.invalidating import (
    MOST_CHOSEN,
    TOUCHED,
    Conditions,
    ListOutdatedError,
    ListTamperedError,
    NothingTickedError,
    Step,
    WrongStepError,
    as_text,
    check_conditions,
    check_may_delete,
    check_reason,
    next_step,
)

SHOWN_AT_ONCE = 20
READ_FOR_A_SAMPLE = 20_000


def prepare(
    *, petition: Petition, conditions: Conditions, reason: str, actor: str, now: datetime
) -> Invalidation:
    """Write down which signatures are meant and why; nothing is looked for yet.

    Raises UnconditionalError, ConditionUnclearError or ReasonMissingError.
    """
    check_conditions(conditions)
    invalidation = _new(petition, conditions, check_reason(reason), Step.DRAFT, actor, now)
    note(invalidation, "prepared", actor, now)
    return invalidation


def _new(
    petition: Petition, conditions: Conditions, reason: str, step: Step, actor: str, now: datetime
) -> Invalidation:
    invalidation = Invalidation(
        petition_id=petition.id,
        conditions=as_text(conditions),
        reason=reason,
        state=step,
        created_by=actor,
        created_at=now,
    )
    db.session.add(invalidation)
    db.session.flush()
    return invalidation


def count(*, invalidation_id: int, actor: str, now: datetime) -> Invalidation:
    """Let the worker count what would match, touching no signature. Raises WrongStepError."""
    invalidation = _at(invalidation_id)
    invalidation.state = next_step(invalidation.state, "count")
    invalidation.matched_count, invalidation.matched_by_stratum = 0, "{}"
    _from_the_first(invalidation)
    note(invalidation, "counted", actor, now)
    return invalidation


def start(*, invalidation_id: int, actor: str, now: datetime) -> Invalidation:
    """Let the worker stop counting what matches. Raises WrongStepError before it was counted."""
    invalidation = _at(invalidation_id)
    invalidation.state = next_step(invalidation.state, "start")
    invalidation.started_by, invalidation.started_at = actor, now
    _from_the_first(invalidation)
    note(invalidation, "started", actor, now)
    return invalidation


def cancel(*, invalidation_id: int, actor: str, now: datetime) -> Invalidation:
    """Stop where it is: what was invalidated stays so until it is given back; a count is dropped.

    Raises WrongStepError.
    """
    invalidation = _at(invalidation_id)
    is_counting = invalidation.state == Step.COUNTING
    invalidation.state = next_step(invalidation.state, "stop_counting" if is_counting else "cancel")
    invalidation.ended_at = None if is_counting else now
    note(invalidation, "cancelled", actor, now)
    return invalidation


def reinstate(*, invalidation_id: int, actor: str, now: datetime) -> Invalidation:
    """Let the worker give back what this check took, and nothing else; what its author has withdrawn
    meanwhile stays withdrawn. Raises WrongStepError."""
    invalidation = _at(invalidation_id)
    invalidation.state = next_step(invalidation.state, "reinstate")
    invalidation.reinstated_by = actor
    note(invalidation, "reinstated", actor, now)
    return invalidation


def discard(*, invalidation_id: int, actor: str, now: datetime) -> None:
    """Delete a check that never started. Raises StartedStaysError or WrongStepError."""
    invalidation = _at(invalidation_id)
    check_may_delete(invalidation.started_at)
    note(invalidation, "discarded", actor, now)
    db.session.delete(invalidation)


def look(
    *, invalidation_id: int, after: int = 0, actor: str, now: datetime
) -> list[MaskedSignature]:
    """Show some of the matches, masked; that somebody looked is kept. Raises WrongStepError or
    DetailsClosedError."""
    invalidation = invalidation_by_id(invalidation_id)
    if invalidation is None:
        raise WrongStepError
    conditions = conditions_of(invalidation)
    check_details_open(petition_by_id(invalidation.petition_id).details_closed_at)
    if conditions.chosen_count is not None:  # they were ticked one by one, not looked for
        raise WrongStepError
    note(invalidation, "looked_at", actor, now)
    return masked_matches(
        invalidation.petition_id,
        conditions,
        after=after,
        limit=SHOWN_AT_ONCE,
        read_at_most=READ_FOR_A_SAMPLE,
    )


def _at(invalidation_id: int) -> Invalidation:
    invalidation = invalidation_by_id(invalidation_id, is_locked=True)
    if invalidation is None:
        raise WrongStepError
    return invalidation


def _from_the_first(invalidation: Invalidation) -> None:
    """Go through all there are now; those that come later are another check's."""
    invalidation.at_id, invalidation.last_id = 0, newest_number()


def offer_list(petition_id: int, signature_ids: Sequence[int], *, actor: str) -> str:
    """What a page with signatures to choose from carries: which ones it showed, to whom."""
    shown = {"petition": petition_id, "actor": actor, "ids": sorted(signature_ids)}
    return sign_token("signature list", json.dumps(shown).encode())


def invalidate_chosen(
    *,
    petition: Petition,
    offered: str,
    chosen: Sequence[int],
    reason: str,
    actor: str,
    now: datetime,
) -> Invalidation:
    """Stop counting the signatures that were ticked in a list of ours: all of them, or none.

    Raises ListTamperedError when one was not shown there to this organiser, ListOutdatedError when
    one is no longer what it was, NothingTickedError when none is ticked, or ReasonMissingError.
    """
    ids = check_chosen(petition.id, offered, chosen, actor=actor)
    conditions = Conditions(chosen_count=len(ids))
    rows = locked_signatures(ids)
    if len(rows) < len(ids) or any(
        row.state not in TOUCHED or row.petition_id != petition.id for row in rows
    ):
        raise ListOutdatedError
    invalidation = _new(petition, conditions, check_reason(reason), Step.RUNNING, actor, now)
    invalidation.started_by, invalidation.started_at = actor, now
    invalidation.matched_count = len(ids)
    take(invalidation, rows, now)
    note(invalidation, "started", actor, now)
    finish(invalidation, now)
    return invalidation


def check_chosen(petition_id: int, offered: str, chosen: Sequence[int], *, actor: str) -> list[int]:
    """The numbers that were ticked, in order. Raises ListTamperedError when one was not shown in this
    list to this organiser, NothingTickedError when there are none."""
    shown = _read_list(offered)
    ids = sorted(set(chosen))
    is_ours = (shown.get("petition"), shown.get("actor")) == (petition_id, actor)
    if not is_ours or len(ids) > MOST_CHOSEN or not set(ids) <= set(shown["ids"]):
        raise ListTamperedError
    if not ids:
        raise NothingTickedError
    return ids


def _read_list(offered: str) -> dict[str, Any]:
    payload = read_token("signature list", offered)
    if payload is None:
        raise ListTamperedError
    shown: dict[str, Any] = json.loads(payload)
    return shown
