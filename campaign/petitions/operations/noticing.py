"""Telling editors of each other: who has a page of a petition open."""

from datetime import datetime

from sqlalchemy import delete

from campaign.core.db import db, wait_for_turn
from campaign.petitions.models import EditingNotice, Petition
from campaign.petitions.rules.writing import NOTICED_FOR


def note_opening(petition: Petition, part: str, *, actor: str, now: datetime) -> None:
    """Remember that somebody opened a page to write on it; what is older than an hour is forgotten,
    whoever it was and in whatever petition."""
    wait_for_turn(f"editing {petition.id}")
    db.session.execute(delete(EditingNotice).where(EditingNotice.opened_at <= now - NOTICED_FOR))
    forget_opening(petition.id, part, actor)
    db.session.add(EditingNotice(petition_id=petition.id, part=part, actor=actor, opened_at=now))
    db.session.flush()


def forget_opening(petition_id: int, part: str, actor: str) -> None:
    """Whoever has saved is not at work on it any more."""
    db.session.execute(
        delete(EditingNotice).where(
            EditingNotice.petition_id == petition_id,
            EditingNotice.part == part,
            EditingNotice.actor == actor,
        ),
        execution_options={"synchronize_session": "fetch"},
    )
