"""Handing a petition over, writing its stages, and reminding of them."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import delete, select, update

from campaign.audit.operations import record
from campaign.core.db import db
from campaign.i18n.formats import BRUSSELS
from campaign.outbox.operations import enqueue
from campaign.petitions import mails
from campaign.petitions.models import (
    HandOver,
    Petition,
    PetitionStage,
    PetitionStageNote,
    StageReminder,
)
from campaign.petitions.operations.paper import Step, hand_over_batch
from campaign.petitions.operations.publishing import move_to
from campaign.petitions.queries.handing_over import hand_overs_of
from campaign.petitions.queries.paper import batches_of
from campaign.petitions.queries.petitions import petition_by_id, text_for
from campaign.petitions.queries.placements import take_turn
from campaign.petitions.rules.coalition import CARRYING
from campaign.petitions.rules.handing_over import (
    HANDED_OVER,
    STAGES,
    StageChangedError,
    check_may_hand_over,
    check_reminder,
    check_stage,
    state_after,
)
from campaign.petitions.rules.official_counts import check_day
from campaign.petitions.rules.paper import COUNTED
from campaign.petitions.rules.sealing import list_text, seal


@dataclass(frozen=True)
class StageWritten:
    """A stage as organisers write it: a day (or None), the document that proves it, a note a language."""

    stage: str
    reached_on: date | None
    date_precision: str = "day"
    document_url: str = ""
    document_label: str = ""
    notes: Mapping[str, str] = field(default_factory=dict)


def hand_over(*, petition: Petition, on: date, actor: str, now: datetime) -> HandOver:
    """The petition goes to its authority, with every batch that was counted, under the seal of their
    list. A form sent twice hands over once.

    Raises NotClosedError, NothingToHandOverError, FutureDayError, DaysOrderError.
    """
    take_turn(petition.id)
    db.session.refresh(petition)
    check_day(on, now.astimezone(BRUSSELS).date())
    batches = [batch for batch in batches_of(petition.id) if batch.state == COUNTED]
    last = next(iter(hand_overs_of(petition.id)), None)
    if last is not None and not batches and (last.actor, last.handed_over_on) == (actor, on):
        return last
    check_may_hand_over(petition.state, len(batches))
    for batch in batches:
        hand_over_batch(Step(petition, batch.number, batch.revision, actor, now), on)
    kept = HandOver(
        petition_id=petition.id,
        handed_over_on=on,
        batch_count=len(batches),
        list_seal=seal(list_text((batch.number, batch.seal) for batch in batches)),
        actor=actor,
        recorded_at=now,
    )
    db.session.add(kept)
    if petition.state == "closed":
        move_to(petition, HANDED_OVER, actor=actor, now=now)
        _publish(petition, StageWritten(HANDED_OVER, on), keeps_rest=True)
    detail = f"{on.isoformat()}, {len(batches)} batches, {kept.list_seal[:12]}"
    _note(petition, "petition.hand_over", detail, actor=actor, now=now)
    return kept


def note_pack(petition: Petition, how: str, list_seal: str, *, actor: str, now: datetime) -> None:
    """Keep in the log that the pack was made; `how` is "pdf" or "csv" and the language."""
    detail = f"{how}, {list_seal[:12]}"
    _note(petition, "petition.pack_made", detail, actor=actor, now=now)


def publish_stage(
    *, petition: Petition, written: StageWritten, seen: str, actor: str, now: datetime
) -> None:
    """Put a stage on the public timeline, or write it anew, and bring the petition to it.

    `seen` is the mark of what the form had seen. Raises StageChangedError, StageTooEarlyError and what
    `check_stage` raises.
    """
    check_stage(
        stage=written.stage,
        reached_on=written.reached_on,
        date_precision=written.date_precision,
        document_url=written.document_url,
        document_label=written.document_label,
        notes=dict(written.notes),
        today=now.astimezone(BRUSSELS).date(),
    )
    take_turn(petition.id)
    db.session.expire(petition)
    there = stage_of(petition, written.stage)
    if mark_of(there) == _mark(written):
        return
    if seen != mark_of(there):
        raise StageChangedError
    state = state_after(petition.state, written.stage)
    if state is not None:
        move_to(petition, state, actor=actor, now=now)
    _publish(petition, written)
    petition.changed_at = now
    assert written.reached_on is not None
    detail = f"{written.stage} {written.reached_on.isoformat()}"
    _note(petition, "petition.stage_published", detail, actor=actor, now=now)


def stage_of(petition: Petition, stage: str) -> PetitionStage | None:
    """The stage of the timeline with this key."""
    return next((each for each in petition.stages if each.stage == stage), None)


def mark_of(stage: PetitionStage | None) -> str:
    """What a form has seen of a stage: another as soon as anything in it is."""
    if stage is None:
        return _mark(StageWritten("", None))
    return _mark(
        StageWritten(
            stage.stage,
            stage.reached_on,
            stage.date_precision,
            stage.document_url,
            stage.document_label,
            {note.language: note.body for note in stage.notes},
        )
    )


def _mark(written: StageWritten) -> str:
    notes = sorted((language, body) for language, body in written.notes.items() if body)
    day = written.reached_on.isoformat() if written.reached_on else ""
    parts = [written.stage, day, written.date_precision, written.document_url]
    text = json.dumps([*parts, written.document_label, notes])
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _publish(petition: Petition, written: StageWritten, *, keeps_rest: bool = False) -> None:
    stage = stage_of(petition, written.stage)
    if stage is None:
        stage = PetitionStage(
            petition_id=petition.id,
            position=_make_room(petition, written.stage),
            stage=written.stage,
        )
        db.session.add(stage)
    stage.reached_on = written.reached_on
    stage.date_precision = written.date_precision
    if not keeps_rest:
        stage.document_url = written.document_url
        stage.document_label = written.document_label
    db.session.flush()
    if not keeps_rest:
        db.session.execute(delete(PetitionStageNote).where(PetitionStageNote.stage_id == stage.id))
        for language, body in written.notes.items():
            if body:
                db.session.add(PetitionStageNote(stage_id=stage.id, language=language, body=body))
    db.session.flush()
    db.session.expire(petition)


def _make_room(petition: Petition, stage: str) -> int:
    """The place of a stage among those there are; what comes after it moves on, the last first."""
    earlier = (*STAGES[: STAGES.index(stage)], "drafted", "open", "closed")
    place = max((each.position + 1 for each in petition.stages if each.stage in earlier), default=0)
    for each in sorted(petition.stages, key=lambda one: one.position, reverse=True):
        if each.position >= place:
            each.position += 1
            db.session.flush()
    return place


def set_reminder(
    *, petition: Petition, stage: str, remind_on: date | None, actor: str, now: datetime
) -> None:
    """Remind who carries the petition on a day, once; no day takes the reminder away.

    Raises ReminderPastError, UnknownStageError.
    """
    today = now.astimezone(BRUSSELS).date()
    take_turn(petition.id)
    there = db.session.scalar(
        select(StageReminder)
        .where(StageReminder.petition_id == petition.id, StageReminder.stage == stage)
        .execution_options(populate_existing=True)
    )
    if (there.remind_on if there else None) == remind_on:
        return
    if remind_on is None:
        db.session.delete(there)
    else:
        check_reminder(remind_on, today)
        reminder = there or StageReminder(petition_id=petition.id, stage=stage)
        reminder.remind_on, reminder.set_by, reminder.sent_at = remind_on, actor, None
        db.session.add(reminder)
    detail = f"{stage} {remind_on.isoformat() if remind_on else '–'}"
    _note(petition, "petition.reminder_set", detail, actor=actor, now=now)


def send_reminder(petition_id: int, stage: str, *, now: datetime) -> int:
    """Remind every organisation that carries the petition, unless it was done; returns how many
    mails."""
    claimed = db.session.execute(
        update(StageReminder)
        .where(
            StageReminder.petition_id == petition_id,
            StageReminder.stage == stage,
            StageReminder.sent_at.is_(None),
            StageReminder.remind_on <= now.astimezone(BRUSSELS).date(),
        )
        .values(sent_at=now)
        .returning(StageReminder.remind_on)
        .execution_options(synchronize_session=False)
    ).first()
    if claimed is None:
        return 0
    petition, written = petition_by_id(petition_id), 0
    for carrier in petition.carriers:
        organisation = carrier.organisation
        if carrier.role in CARRYING and organisation.contact_email:
            message = mails.stage_reminder(
                recipient=organisation.contact_email,
                language=organisation.language,
                title=text_for(petition, organisation.language).title,
                slug=petition.slug,
                stage=stage,
                remind_on=claimed.remind_on.isoformat(),
            )
            enqueue(message, now=now)
            written += 1
    return written


def _note(petition: Petition, act: str, detail: str, *, actor: str, now: datetime) -> None:
    record(actor=actor, act=act, subject=f"petition:{petition.slug}", now=now, detail=detail)
    db.session.flush()
