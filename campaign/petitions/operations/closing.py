"""Closing in an emergency: one person asks, another confirms, and it holds at once.

An organisation is hidden and can be shown again, by two people again. The details of a petition's
signatories are erased for good: from the confirmation on nobody reads them, and the worker empties them.
"""

import json
from datetime import datetime

from sqlalchemy import delete, select, update

from campaign.accounts.operations.sessions import end_sessions_in
from campaign.accounts.permissions import Permission
from campaign.accounts.queries import account_of, holders_of
from campaign.audit.operations import record
from campaign.consents.operations import forget_receipts
from campaign.core.db import db, wait_for_turn
from campaign.outbox.operations import cancel_waiting, enqueue
from campaign.partners.models import Organisation
from campaign.petitions import mails
from campaign.petitions.models import (
    AddressChange,
    EmergencyClosure,
    Invalidation,
    Petition,
    PetitionOrganisation,
    Signature,
)
from campaign.petitions.operations.exporting import erase_exports_of, take_turn
from campaign.petitions.operations.publishing import move_to
from campaign.petitions.operations.taking_back import ERASED
from campaign.petitions.queries.closing import closure_by_id, next_to_erase, open_closure
from campaign.petitions.queries.coalition import carrying_organisation_ids
from campaign.petitions.queries.exporting import newest_signature
from campaign.petitions.queries.petitions import carried_by, petition_by_id
from campaign.petitions.rules.closing import (
    CONFIRM_WITHIN,
    ERASED_AT_ONCE,
    ON_ITS_WAY,
    AlreadyAskedToCloseError,
    ClosureOverError,
    ClosureState,
    check_closure_reason,
    check_is_second,
    check_waits,
    is_hidden_with,
    is_waiting,
)
from campaign.petitions.rules.invalidating import UNDER_WAY
from campaign.petitions.rules.states import COUNTING, HIDDEN


def ask_to_hide(
    organisation: Organisation, *, reason: str, actor: str, now: datetime
) -> EmergencyClosure:
    """Ask that an organisation be hidden from the public. Nothing changes before a second person
    confirms. Raises ClosureReasonMissingError or AlreadyAskedToCloseError."""
    closure = EmergencyClosure(subject=organisation.subject, organisation_id=organisation.id)
    return _ask(closure, {organisation.id}, organisation.name, reason, actor, now)


def ask_to_erase(petition: Petition, *, reason: str, actor: str, now: datetime) -> EmergencyClosure:
    """Ask that everybody's details on a petition be erased. Nothing changes before a second person
    confirms. Raises ClosureReasonMissingError or AlreadyAskedToCloseError."""
    closure = EmergencyClosure(subject=f"petition:{petition.slug}", petition_id=petition.id)
    carrying = carrying_organisation_ids(petition.slug)
    return _ask(closure, carrying, petition.slug, reason, actor, now)


def _ask(
    closure: EmergencyClosure,
    organisation_ids: set[int],
    about: str,
    reason: str,
    actor: str,
    now: datetime,
) -> EmergencyClosure:
    closure.reason = check_closure_reason(reason)
    wait_for_turn(closure.subject)
    before = open_closure(closure.subject)
    if before is not None and before.state == ClosureState.ASKED:
        if is_waiting(before.state, before.expires_at, now):
            raise AlreadyAskedToCloseError
        before.state, before.ended_at = ClosureState.EXPIRED, now
        db.session.flush()
    elif before is not None:
        raise AlreadyAskedToCloseError
    closure.state, closure.asked_by, closure.asked_at = ClosureState.ASKED, actor, now
    closure.expires_at = now + CONFIRM_WITHIN
    db.session.add(closure)
    db.session.flush()
    _note(closure, "asked", actor, now)
    asker = account_of(actor)
    for account in holders_of(Permission.PANIC_CLOSE, organisation_ids):
        if account.actor != actor:
            message = mails.emergency_asked(
                account,
                asker=asker.name if asker else actor,
                about=about,
                is_erasure=closure.petition_id is not None,
                until=closure.expires_at,
            )
            enqueue(message, now=now)
    return closure


def confirm_closure(*, closure_id: int, actor: str, now: datetime) -> EmergencyClosure:
    """The second person says yes: it holds at once. Raises ClosureOverError or SamePersonError."""
    closure = _at(closure_id)
    check_waits(closure.state, closure.expires_at, now)
    check_is_second(closure.asked_by, actor)
    closure.state = ClosureState.CLOSED
    closure.confirmed_by, closure.confirmed_at = actor, now
    _note(closure, "confirmed", actor, now)
    if closure.organisation_id is not None:
        _hide(closure, now)
    else:
        _close_details(closure, now)
    db.session.flush()
    return closure


def withdraw_closure(*, closure_id: int, actor: str, now: datetime) -> None:
    """Take the question back, to close or to open again. Raises ClosureOverError."""
    closure = _at(closure_id)
    if closure.state == ClosureState.LIFT_ASKED:
        closure.state, closure.lift_asked_by, closure.lift_asked_at = ClosureState.CLOSED, "", None
    elif closure.state == ClosureState.ASKED:
        closure.state, closure.ended_by, closure.ended_at = ClosureState.WITHDRAWN, actor, now
    else:
        raise ClosureOverError
    _note(closure, "withdrawn", actor, now)


def ask_to_lift(*, closure_id: int, actor: str, now: datetime) -> None:
    """Ask that an organisation be shown again; a second person confirms, who may be anybody who might
    have closed it. Raises ClosureOverError: what is erased cannot be lifted."""
    closure = _at(closure_id)
    if closure.state != ClosureState.CLOSED or closure.organisation_id is None:
        raise ClosureOverError
    closure.state = ClosureState.LIFT_ASKED
    closure.lift_asked_by, closure.lift_asked_at = actor, now
    _note(closure, "lift_asked", actor, now)


def confirm_lift(*, closure_id: int, actor: str, now: datetime) -> None:
    """Show the organisation and its petitions again, as they were. Raises ClosureOverError or
    SamePersonError."""
    closure = _at(closure_id)
    if closure.state != ClosureState.LIFT_ASKED:
        raise ClosureOverError
    check_is_second(closure.lift_asked_by, actor)
    closure.state, closure.ended_by, closure.ended_at = ClosureState.LIFTED, actor, now
    db.session.get_one(Organisation, closure.organisation_id).hidden_at = None
    for petition_id, state in json.loads(closure.states_before).items():
        _show_again(petition_by_id(int(petition_id)), state, now)
    _note(closure, "lifted", actor, now)


def _show_again(petition: Petition, state: str, now: datetime) -> None:
    """Its state comes back, unless another organisation that hides it is closed as well: then it comes
    back with that one."""
    for part in petition.carriers:
        if part.organisation.hidden_at is not None and _hides(part):
            other = open_closure(part.organisation.subject)
            if other is not None:
                before = json.loads(other.states_before) | {str(petition.id): state}
                other.states_before = json.dumps(before)
                return
    if petition.state == HIDDEN:  # or it was removed meanwhile
        petition.state, petition.changed_at = state, now


def _hides(part: PetitionOrganisation) -> bool:
    return is_hidden_with(role=part.role, is_controller=part.is_controller)


def _hide(closure: EmergencyClosure, now: datetime) -> None:
    assert closure.organisation_id is not None
    organisation = db.session.get_one(Organisation, closure.organisation_id)
    organisation.hidden_at = now
    before = {}
    for petition in carried_by([organisation.id]):
        parts = [part for part in petition.carriers if part.organisation_id == organisation.id]
        if petition.state not in {HIDDEN, "removed"} and any(map(_hides, parts)):
            before[str(petition.id)] = petition.state
            petition.state, petition.changed_at = HIDDEN, now
    closure.states_before = json.dumps(before)
    actors = {closure.asked_by, closure.confirmed_by}
    erase_exports_of(organisation_id=organisation.id, actor=closure.confirmed_by, now=now)
    end_sessions_in(organisation.id, but=actors, now=now)


def _close_details(closure: EmergencyClosure, now: datetime) -> None:
    assert closure.petition_id is not None
    petition = petition_by_id(closure.petition_id)
    petition.details_closed_at = now
    if petition.state in COUNTING:
        move_to(petition, "closed", actor=closure.confirmed_by, now=now)
    closure.last_id = newest_signature()
    erase_exports_of(petition_id=petition.id, actor=closure.confirmed_by, now=now)
    cancel_waiting([f'/petitions/{petition.slug}"', f"/petitions/{petition.slug}/"], now=now)


def advance_erasure(*, now: datetime) -> int | None:
    """Empty the next few signatures of the oldest closed petition; who is counted stays counted. Returns
    how many were emptied; None when there is nothing to do."""
    found = next_to_erase()
    if found is None or found.petition_id is None:
        return None
    take_turn(found.petition_id)
    closure = _at(found.id)
    if closure.finished_at is not None or closure.confirmed_at is None:
        return None
    if closure.at_id >= closure.last_id:
        return _finish(closure, now)
    until = min(closure.at_id + ERASED_AT_ONCE, closure.last_id)
    count = _empty_between(found.petition_id, closure.at_id, until)
    closure.at_id, closure.erased_count = until, closure.erased_count + count
    return count


def _finish(closure: EmergencyClosure, now: datetime) -> int | None:
    """Done, once nothing can be on its way any more."""
    newest = newest_signature()
    if newest > closure.last_id:
        closure.last_id = newest
        return 0
    assert closure.confirmed_at is not None
    if now < closure.confirmed_at + ON_ITS_WAY:
        return None
    db.session.execute(
        update(Invalidation)
        .where(
            Invalidation.petition_id == closure.petition_id,
            Invalidation.conditions != "",
            Invalidation.state.not_in(UNDER_WAY),
        )
        .values(conditions="")
    )
    closure.finished_at = now
    _note(closure, "erased", "worker", now)
    return None


def _empty_between(petition_id: int, after: int, until: int) -> int:
    here = (
        (Signature.petition_id == petition_id)
        & (Signature.id > after)
        & (Signature.id <= until)
        & Signature.email_key.is_not(None)
    )
    refs = list(db.session.scalars(select(Signature.ref).where(here)))
    db.session.execute(
        delete(Signature)
        .where(here, Signature.state == "pending")
        .execution_options(synchronize_session=False)
    )
    db.session.execute(
        update(Signature)
        .where(here)
        .values(**ERASED, confirm_digest=None)
        .execution_options(synchronize_session=False)
    )
    if refs:
        forget_receipts(refs)
        db.session.execute(delete(AddressChange).where(AddressChange.signature_ref.in_(refs)))
    return len(refs)


def _at(closure_id: int) -> EmergencyClosure:
    closure = closure_by_id(closure_id, is_locked=True)
    if closure is None:
        raise ClosureOverError
    return closure


def _note(closure: EmergencyClosure, act: str, actor: str, now: datetime) -> None:
    record(
        actor=actor,
        act=f"emergency.{act}",
        subject=closure.subject,
        now=now,
        detail=str(closure.id),
    )
