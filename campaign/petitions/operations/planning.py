"""Acts of organisers on how a petition is planned."""

from datetime import datetime

from campaign.audit.operations import record
from campaign.core.db import db
from campaign.core.text import one_line
from campaign.petitions.models import Petition, PetitionMargin
from campaign.petitions.rules.planning import check_margin


def set_margin(*, actor: str, petition: Petition, percent: int, reason: str, now: datetime) -> None:
    """Aim for `percent` more than the legal minimum, for the reason that visitors will read.

    The same margin and reason again change nothing. Raises MarginOutOfRangeError,
    MarginWithoutReasonError.
    """
    reason = one_line(reason)
    check_margin(percent, reason)
    db.session.refresh(petition, with_for_update=True)  # two at once are kept one after the other
    if (petition.margin_percent, petition.margin_reason) == (percent, reason):
        return
    petition.margin_percent, petition.margin_reason = percent, reason
    db.session.add(
        PetitionMargin(
            petition_id=petition.id, percent=percent, reason=reason, actor=actor, set_at=now
        )
    )
    record(
        actor=actor,
        act="petition.margin_set",
        subject=f"petition:{petition.slug}",
        now=now,
        detail=f"{percent} %: {reason}",
    )
    db.session.flush()
