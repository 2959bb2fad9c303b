"""Recording what an authority confirmed in writing, and taking it back."""

from datetime import date, datetime

from campaign.audit.operations import record
from campaign.core.db import db, wait_for_turn
from campaign.core.text import one_line
from campaign.i18n.formats import BRUSSELS
from campaign.legal_facts.models import FactConfirmation
from campaign.legal_facts.queries import standing_confirmations
from campaign.legal_facts.rules import check_confirmation, check_may_undo
from campaign.thresholds.models import Instrument


def confirm_fact(
    *,
    actor: str,
    rule: Instrument,
    fact: str,
    body: str,
    confirmed_by: str,
    dated_on: date,
    document: str,
    now: datetime,
) -> FactConfirmation:
    """Keep what an office wrote about a fact of this version of a rule; said twice, it is kept once.

    `confirmed_by` is the office, `document` an address or a file reference. A later confirmation of
    the same fact takes the place of the earlier one, which stays in the history.
    Raises NothingToConfirmError, IncompleteConfirmationError.
    """
    said = {
        "fact": fact,
        "body": body.strip(),
        "confirmed_by": one_line(confirmed_by),
        "dated_on": dated_on,
        "document": one_line(document),
    }
    check_confirmation(rule, today=now.astimezone(BRUSSELS).date(), **said)  # type: ignore[arg-type]
    wait_for_turn(f"confirm_fact {rule.id}")
    known = standing_confirmations(rule.id, rule.version).get(fact)
    if known is not None and all(getattr(known, name) == value for name, value in said.items()):
        return known
    confirmation = FactConfirmation(
        instrument_id=rule.id, version=rule.version, actor=actor, recorded_at=now, **said
    )
    db.session.add(confirmation)
    db.session.flush()
    _record(confirmation, actor, "instrument.fact_confirmed", now)
    return confirmation


def undo_confirmation(*, actor: str, confirmation_id: int, reason: str, now: datetime) -> None:
    """Take a confirmation back; an earlier one of the same fact stands again.

    Raises NoSuchConfirmationError, UndoneWithoutReasonError.
    """
    confirmation = db.session.get(
        FactConfirmation, confirmation_id, with_for_update=True, populate_existing=True
    )
    reason = one_line(reason)
    check_may_undo(reason, is_standing=confirmation is not None and confirmation.undone_at is None)
    assert confirmation is not None
    confirmation.undone_at, confirmation.undone_by = now, actor
    confirmation.undone_reason = reason
    _record(confirmation, actor, "instrument.confirmation_undone", now)


def _record(confirmation: FactConfirmation, actor: str, act: str, now: datetime) -> None:
    record(
        actor=actor,
        act=act,
        subject=f"instrument:{confirmation.instrument_id}",
        now=now,
        detail=f"{confirmation.version.isoformat()} {confirmation.fact} (#{confirmation.id})",
    )
    db.session.flush()
