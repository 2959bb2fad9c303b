"""Looking at numbers that the public sees with small cells hidden."""

from datetime import date, datetime

from campaign.audit.operations import record
from campaign.core.db import db
from campaign.petitions.models import Petition


def note_look(
    *, actor: str, petition: Petition, first: date, last: date, how: str, now: datetime
) -> None:
    """Keep in the log that `actor` looked at the evidence from `first` to `last`; `how` is page, pdf
    or csv."""
    record(
        actor=actor,
        act="petition.evidence_read",
        subject=f"petition:{petition.slug}",
        now=now,
        detail=f"{first.isoformat()} – {last.isoformat()}, {how}",
    )
    db.session.flush()
