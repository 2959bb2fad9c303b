"""Reading a petition before it opens: taking it, noting, setting it aside."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from campaign.audit.operations import record
from campaign.core.db import db
from campaign.petitions.models import ModerationCase, Petition
from campaign.petitions.operations.publishing import move_to
from campaign.petitions.rules.moderating import (
    LONGEST_NOTES,
    MARKS,
    WAITING,
    ClaimedError,
    NotClaimedError,
    NotesChangedError,
    NotesTooLongError,
    NotNowError,
    reader_of,
)


def locked(petition_id: int) -> tuple[Petition, ModerationCase]:
    """A petition as it stands now and what moderators share about it, both held until the act is kept:
    of two acts at once the second one sees what the first has done."""
    insert = sqlite.insert if db.engine.dialect.name == "sqlite" else postgresql.insert
    db.session.execute(
        insert(ModerationCase).values(petition_id=petition_id).on_conflict_do_nothing()
    )
    petition = db.session.scalars(
        select(Petition)
        .where(Petition.id == petition_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    case = db.session.scalars(
        select(ModerationCase)
        .where(ModerationCase.petition_id == petition_id)
        .execution_options(populate_existing=True)
    ).one()
    return petition, case


def claim(petition_id: int, *, seen: str, actor: str, now: datetime) -> None:
    """Take a petition to read it. `seen` is who was reading it on the screen of who takes it: nobody,
    or the one from whom it is taken over knowingly.

    Raises NotNowError, ClaimedError.
    """
    petition, case = locked(petition_id)
    if petition.state not in WAITING:
        raise NotNowError
    reader = reader_of(petition.state, case.claimed_by)
    if reader == actor:
        return
    if reader != seen:
        raise ClaimedError
    if petition.state == "submitted":
        move_to(petition, "in_moderation", actor=actor, now=now)
    note(petition, "taken_over" if reader else "claimed", actor, now, reader)
    case.claimed_by, case.claimed_at = actor, now


def release(petition_id: int, *, actor: str, now: datetime) -> None:
    """Let others read it. Raises NotClaimedError."""
    petition, case = locked(petition_id)
    if case.claimed_by != actor:
        raise NotClaimedError
    case.claimed_by, case.claimed_at = "", None
    note(petition, "released", actor, now)


def set_mark(petition_id: int, mark: str, *, actor: str, now: datetime) -> None:
    """Ask for a second pair of eyes, set a petition aside, or neither (""). Nobody is mailed.

    Raises NotNowError.
    """
    petition, case = locked(petition_id)
    if petition.state not in WAITING or mark not in {"", *MARKS}:
        raise NotNowError
    case.mark = mark
    note(petition, mark or "unmarked", actor, now)


def write_notes(petition_id: int, notes: str, *, version: int, actor: str, now: datetime) -> int:
    """Keep the notes; returns their new version. The same words again change nothing.

    Raises NotesTooLongError, NotesChangedError when `version` is not the one that was read.
    """
    if len(notes) > LONGEST_NOTES:
        raise NotesTooLongError
    _petition, case = locked(petition_id)
    if notes == case.notes:
        return case.notes_version
    if version != case.notes_version:
        raise NotesChangedError
    case.notes, case.notes_by, case.notes_at = notes, actor, now
    case.notes_version += 1
    return case.notes_version


def note(petition: Petition, act: str, actor: str, now: datetime, detail: str = "") -> None:
    """In the log."""
    record(
        actor=actor,
        act=f"moderation.{act}",
        subject=f"petition:{petition.slug}",
        now=now,
        detail=detail,
    )
