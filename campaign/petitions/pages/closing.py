"""What the page about emergencies shows."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from campaign.core.db import db
from campaign.partners.models import Organisation
from campaign.petitions.models import EmergencyClosure, Petition
from campaign.petitions.queries.closing import closures_of, open_closure
from campaign.petitions.queries.petitions import text_for
from campaign.petitions.rules.closing import ClosureState, is_waiting
from campaign.petitions.rules.exporting import percent_done
from campaign.petitions.vocabulary import CLOSURE_STATES


@dataclass(frozen=True)
class ClosureLine:
    """A closure as its readers see it; `acts` are the words of what may be pressed."""

    closure: EmergencyClosure
    title: str
    label: Any
    is_erasure: bool
    percent: int
    acts: tuple[str, ...]


def closure_lines(
    organisation_ids: Collection[int] | None,
    petition_ids: Collection[int],
    *,
    actor: str,
    now: datetime,
    language: str,
) -> list[ClosureLine]:
    """The closures that somebody may see, and what they may do with each."""
    found = closures_of(organisation_ids, petition_ids)
    return [_line(closure, actor, now, language) for closure in found]


def _line(closure: EmergencyClosure, actor: str, now: datetime, language: str) -> ClosureLine:
    is_over = closure.state == ClosureState.ASKED and not is_waiting(
        closure.state, closure.expires_at, now
    )
    state = ClosureState.EXPIRED if is_over else closure.state
    return ClosureLine(
        closure=closure,
        title=_title(closure, language),
        label=CLOSURE_STATES[state],
        is_erasure=closure.petition_id is not None,
        percent=percent_done(closure.at_id, closure.last_id),
        acts=acts_on(closure, state, actor),
    )


def acts_on(closure: EmergencyClosure, state: str, actor: str) -> tuple[str, ...]:
    """What this person may press."""
    if state == ClosureState.ASKED:
        return ("withdraw",) if closure.asked_by == actor else ("confirm", "withdraw")
    if state == ClosureState.LIFT_ASKED:
        return ("withdraw",) if closure.lift_asked_by == actor else ("confirm_lift", "withdraw")
    if state == ClosureState.CLOSED and closure.organisation_id is not None:
        return ("lift",)
    return ()


def _title(closure: EmergencyClosure, language: str) -> str:
    if closure.organisation_id is not None:
        return db.session.get_one(Organisation, closure.organisation_id).name
    return petition_title(db.session.get_one(Petition, closure.petition_id), language)


def petition_title(petition: Petition, language: str) -> str:
    """What a petition is called, also before anything is written."""
    return text_for(petition, language).title if petition.texts else petition.slug


def choices(
    organisations: Sequence[Organisation], petitions: Sequence[Petition], language: str
) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """What can be closed now: organisations to hide, petitions whose data to erase."""
    hiding = [
        (each.subject, each.name) for each in organisations if open_closure(each.subject) is None
    ]
    erasing = [
        (f"petition:{each.slug}", petition_title(each, language))
        for each in petitions
        if each.details_closed_at is None and open_closure(f"petition:{each.slug}") is None
    ]
    return hiding, erasing
