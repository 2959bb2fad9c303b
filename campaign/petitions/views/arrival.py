"""Where somebody who signs comes from: the code of a poster, a stand, a message or an event."""

from dataclasses import dataclass, replace
from datetime import datetime

from flask import current_app, request

from campaign.core import clock
from campaign.core.db import transaction
from campaign.core.errors import RefusedError
from campaign.petitions.operations import placing
from campaign.petitions.queries.placements import known_code
from campaign.petitions.rules.placements import (
    CodeUnknownError,
    EventUsedUpError,
    KnownCode,
    TooManyCodesError,
    check_lifts_limit,
    readable_code,
)
from campaign.petitions.rules.signing import Application, SigningTerms
from campaign.web.limits import Limits, visitor


@dataclass(frozen=True)
class Arrival:
    """What the code in the form gives: its placement, and the limit lifted, or a note why not."""

    code: str = ""
    placement_id: int | None = None
    lifts_limit: bool = False
    note: str = ""

    def attributed(self, application: Application) -> Application:
        """The application with the placement it came through, if any."""
        if self.placement_id is None:
            return application
        return replace(application, placement_id=self.placement_id)


def arrive(terms: SigningTerms) -> Arrival:
    """What the code sent with this form gives, an event's used once. Nothing is read without one."""
    typed = request.form.get("via", "").strip()
    if not typed:
        return Arrival()
    try:
        known = look_up(typed)
    except RefusedError as refusal:
        return Arrival(note=refusal.sentence)
    if not known.is_event:
        return _through(known, terms)
    try:
        with transaction():
            is_lifted = placing.lift_limit(known, terms.petition_id, now=clock.now())
    except RefusedError as refusal:
        return replace(_through(known, terms), note=refusal.sentence)
    note = "" if is_lifted else EventUsedUpError().sentence
    return replace(_through(known, terms), lifts_limit=is_lifted, note=note)


def look_ahead(terms: SigningTerms, typed: str) -> Arrival:
    """What a code in the address would give, nothing used. An event's that does not work says so;
    any other code that leads nowhere says nothing: the petition can be signed all the same."""
    if not typed:
        return Arrival()
    try:
        known = look_up(typed)
    except RefusedError:
        return Arrival()
    note = _why_not(known, terms, clock.now()) if known.is_event else ""
    return replace(_through(known, terms), code=readable_code(typed), note=note)


def look_up(typed: str) -> KnownCode:
    """What stands behind a code. Raises CodeUnknownError, or TooManyCodesError after thirty of them."""
    limits: Limits = current_app.extensions["limits"]
    network = visitor(clock.now())
    if not limits.may_try_code(network):
        raise TooManyCodesError
    code = readable_code(typed)
    known = known_code(code) if code else None
    if known is None:
        limits.count_wrong_code(network)
        raise CodeUnknownError
    return known


def _why_not(known: KnownCode, terms: SigningTerms, now: datetime) -> str:
    try:
        check_lifts_limit(known, terms.petition_id, now)
    except RefusedError as refusal:
        return refusal.sentence
    return ""


def _through(known: KnownCode, terms: SigningTerms) -> Arrival:
    is_here = known.petition_id == terms.petition_id
    return Arrival(placement_id=known.placement_id if is_here else None)
