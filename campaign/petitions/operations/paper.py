"""Keeping the ledger of paper. Each act adds an entry, and lets the totals enter the count."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from campaign.audit.operations import record
from campaign.core.db import db
from campaign.i18n.formats import BRUSSELS
from campaign.petitions.models import PaperBatch, PaperEntry, PaperFigure, Petition
from campaign.petitions.operations.counting import record_official_count
from campaign.petitions.queries.counts import official_counts_in_force
from campaign.petitions.queries.paper import (
    batch_at,
    entries_of,
    figures_in_force,
    figures_of,
    next_number,
    paper_before_ledger,
)
from campaign.petitions.queries.placements import take_turn
from campaign.petitions.rules import paper as rules
from campaign.petitions.rules.counting import rule_for
from campaign.petitions.rules.paper import ACCEPTED, PAPER, SPOILT, VALID, Figures
from campaign.petitions.rules.sealing import Sealable, canonical, seal
from campaign.thresholds.models import Instrument

Numbers = Mapping[tuple[str, str], int]
COUNTS = {"counted", "corrected"}


@dataclass(frozen=True)
class Step:
    """Who changes which batch, and the revision of it that they had before their eyes."""

    petition: Petition
    number: int
    revision: int
    actor: str
    now: datetime

    @property
    def today(self) -> date:
        """The day in Belgium."""
        return self.now.astimezone(BRUSSELS).date()


def open_batch(
    *,
    petition: Petition,
    number: int | None,
    place: str,
    holder: str,
    out_on: date,
    actor: str,
    now: datetime,
) -> PaperBatch:
    """Let a batch go out. The same form sent twice opens one.

    Raises PaperNotCountedError, BatchNumberError, NumberTakenError, PlaceMissingError,
    HolderTooLongError, FutureDayError.
    """
    today = now.astimezone(BRUSSELS).date()
    number, place, holder = rules.check_new_batch(
        number=number, place=place, holder=holder, out_on=out_on, today=today
    )
    take_turn(petition.id)
    rules.check_may_keep(_rule(petition), petition.state)
    there = batch_at(petition.id, number)
    if there is not None:
        if there.revision == 1 and (there.place, there.out_on, there.created_by) == (
            place, out_on, actor,
        ):  # fmt: skip
            return there
        raise rules.NumberTakenError(free=next_number(petition.id))
    batch = PaperBatch(
        petition_id=petition.id,
        number=number,
        state=rules.OUT,
        place=place,
        holder=holder or None,
        out_on=out_on,
        revision=0,
        created_by=actor,
        created_at=now,
    )
    db.session.add(batch)
    db.session.flush()
    _enter(Step(petition, number, 0, actor, now), batch, "out", out_on)
    return batch


def note_return(step: Step, on: date) -> PaperBatch:
    """The batch came back, or was found again. Raises what `_begun` raises, DaysOrderError."""
    batch = _begun(step, "came_back", on)
    if batch.revision == step.revision:
        rules.check_days(on, batch.out_on, today=step.today)
        batch.in_on = batch.settled_on = on
        _enter(step, batch, "came_back", on)
    return batch


def count_batch(step: Step, figures: Figures, reason: str) -> PaperBatch:
    """Keep what was counted and seal it; a second count is a correction and says why.

    Raises what `_begun` raises, TooManyLinesError, WithoutReasonError.
    """
    figures = rules.check_figures(figures, _rule(step.petition))
    batch = _locked(step)
    is_correction = batch.state == rules.COUNTED and batch.revision == step.revision
    act = "corrected" if is_correction else "counted"
    why = rules.check_why(reason, is_needed=is_correction)
    numbers = _numbers(VALID, figures.valid) | _numbers(SPOILT, figures.spoiled)
    batch = _begun(step, act, step.today, numbers)
    if batch.revision == step.revision:
        batch.counted_on = step.today
        batch.seal = seal(canonical(sealable(step.petition, batch, figures)))
        entry = _enter(step, batch, act, step.today, why, numbers)
        batch.counted_entry_id = entry.id
        _let_totals_flow(step)
    return batch


def note_loss(step: Step, on: date, reason: str) -> PaperBatch:
    """The batch is lost: what was counted in it no longer counts.

    Raises what `_begun` raises, WithoutReasonError, DaysOrderError.
    """
    why = rules.check_why(reason)
    batch = _begun(step, "lost", on)
    if batch.revision == step.revision:
        rules.check_days(on, batch.out_on, batch.in_on, today=step.today)
        batch.settled_on = on
        batch.seal, batch.counted_entry_id, batch.counted_on = "", None, None
        _enter(step, batch, "lost", on, why)
        _let_totals_flow(step)
    return batch


def take_back(step: Step, reason: str) -> PaperBatch:
    """It was not handed over after all. Raises what `_begun` raises, WithoutReasonError."""
    why = rules.check_why(reason)
    batch = _begun(step, "taken_back", step.today)
    if batch.revision == step.revision:
        batch.handed_over_on = None
        _enter(step, batch, "taken_back", step.today, why)
    return batch


def note_answer(step: Step, accepted: Mapping[str, int], on: date, reason: str) -> PaperBatch:
    """What the authority accepted of the batch; a second answer corrects the first and says why.

    Raises what `_begun` raises, MoreThanHandedOverError, WithoutReasonError, DaysOrderError.
    """
    valid = standing_figures(step.petition.id, step.number).valid
    numbers = _numbers(ACCEPTED, rules.check_accepted(accepted, valid))
    batch = _begun(step, "answered", on, numbers)
    if batch.revision == step.revision:
        why = rules.check_why(reason, is_needed=batch.state == rules.ANSWERED)
        rules.check_days(on, batch.handed_over_on, today=step.today)
        batch.answered_on = on
        entry = _enter(step, batch, "answered", on, why, numbers)
        batch.answered_entry_id = entry.id
        _let_totals_flow(step)
    return batch


def move_batch(step: Step, place: str, holder: str) -> PaperBatch:
    """Say anew where a batch is and who has it; the log keeps that it changed, never the holder.

    Raises ChangedMeanwhileError, PlaceMissingError, HolderTooLongError.
    """
    place, holder = rules.check_place(place), rules.check_holder(holder)
    batch = _locked(step)
    if (batch.place, batch.holder or "") == (place, holder):
        return batch
    if batch.revision != step.revision:
        raise rules.ChangedMeanwhileError
    batch.place, batch.holder = place, holder or None
    _enter(step, batch, "moved", step.today)
    return batch


def hand_over_batch(step: Step, on: date) -> None:
    """One batch goes to the authority. Raises what `_begun` raises, DaysOrderError."""
    batch = _begun(step, "handed_over", on)
    rules.check_days(on, batch.in_on, today=step.today)
    batch.handed_over_on = on
    _enter(step, batch, "handed_over", on)


def standing_figures(petition_id: int, number: int) -> Figures:
    """The counted figures of a batch that stand."""
    batch = batch_at(petition_id, number)
    if batch is None or batch.counted_entry_id is None:
        return Figures()
    found = figures_of([batch.counted_entry_id]).get(batch.counted_entry_id, {})
    return Figures(found.get(VALID, {}), found.get(SPOILT, {}))


def sealable(petition: Petition, batch: PaperBatch, figures: Figures) -> Sealable:
    """What the seal of a counted batch is over."""
    assert batch.in_on is not None
    assert batch.counted_on is not None
    return Sealable(
        petition=petition.slug,
        number=batch.number,
        out_on=batch.out_on,
        in_on=batch.in_on,
        counted_on=batch.counted_on,
        valid=figures.valid,
        spoiled=figures.spoiled,
    )


def _rule(petition: Petition) -> Instrument:
    return rule_for(petition.instrument_id, petition.instrument_on, petition.goal)


def _numbers(kind: str, counts: Mapping[str, int]) -> dict[tuple[str, str], int]:
    return {(kind, key): count for key, count in counts.items()}


def _locked(step: Step) -> PaperBatch:
    take_turn(step.petition.id)  # the totals are of all batches: one after the other
    batch = batch_at(step.petition.id, step.number, is_locked=True)
    assert batch is not None
    return batch


def _begun(step: Step, act: str, on: date, numbers: Numbers | None = None) -> PaperBatch:
    """The batch, locked, at the revision of the step. Where the same person has just done the same it
    comes back as it is, one revision further: a form sent twice does its work once.

    Raises WrongStepError, ChangedMeanwhileError.
    """
    batch = _locked(step)
    if batch.revision == step.revision:
        rules.check_step(batch.state, act)
        return batch
    last = entries_of(batch.id)[0]
    kept = figures_of([last.id]).get(last.id, {})
    known = {(kind, key): count for kind, each in kept.items() for key, count in each.items()}
    is_repeat = (
        batch.revision == step.revision + 1
        and ({last.act, act} == COUNTS or last.act == act)
        and (last.actor, last.happened_on) == (step.actor, on)
        and known == dict(numbers or {})
    )
    if not is_repeat:
        raise rules.ChangedMeanwhileError
    return batch


def _enter(
    step: Step,
    batch: PaperBatch,
    act: str,
    on: date,
    reason: str = "",
    numbers: Numbers | None = None,
) -> PaperEntry:
    if act in rules.ACTS:
        batch.state = rules.check_step(batch.state, act)
    batch.revision += 1
    entry = PaperEntry(
        batch_id=batch.id,
        act=act,
        happened_on=on,
        reason=reason,
        seal=batch.seal,
        actor=step.actor,
        recorded_at=step.now,
    )
    db.session.add(entry)
    db.session.flush()
    for (kind, key), count in (numbers or {}).items():
        db.session.add(PaperFigure(entry_id=entry.id, kind=kind, key=key, count=count))
    record(
        actor=step.actor,
        act=f"paper_batch.{act}",
        subject=f"petition:{step.petition.slug}",
        now=step.now,
        detail=f"no. {batch.number}",
    )
    db.session.flush()
    return entry


def note_holders_read(petition: Petition, count: int, *, actor: str, now: datetime) -> None:
    """Keep that somebody read who has so many batches: how many, not who."""
    record(
        actor=actor,
        act="paper_batch.holders_read",
        subject=f"petition:{petition.slug}",
        now=now,
        detail=f"{count}",
    )


def _let_totals_flow(step: Step) -> None:
    """Record the paper of each region as the count of its channel, where it is another than before: the
    rule then says how much of it is added (thresholds/rules/evaluation.py)."""
    rule = _rule(step.petition)
    db.session.flush()
    batches = figures_in_force(step.petition.id)
    totals = rules.totals_by_region(
        batches, rules.paper_regions(rule), paper_before_ledger(step.petition.id)
    )
    source = rules.source_of(batches)
    known = {
        row.stratum: (row.count, row.source_label)
        for row in official_counts_in_force([step.petition.id])[step.petition.id]
        if row.channel == PAPER
    }
    for key, region in totals.items():
        there = known.get(key)
        if there == (region.entering, source) or (there is None and not region.entering):
            continue
        record_official_count(
            petition=step.petition,
            channel=PAPER,
            stratum=key,
            count=region.entering,
            as_of=step.today,
            source_label=source,
            actor=step.actor,
            now=step.now,
        )
