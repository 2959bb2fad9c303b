"""Reading the ledger of paper."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from sqlalchemy import func, select

from campaign.core.db import db
from campaign.petitions.models import OfficialCount, PaperBatch, PaperEntry, PaperFigure
from campaign.petitions.rules.paper import (
    ACCEPTED,
    OF_THE_LEDGER,
    PAPER,
    SPOILT,
    VALID,
    BatchFigures,
    Figures,
)

Found = dict[str, dict[str, int]]


def batches_of(petition_id: int) -> Sequence[PaperBatch]:
    """The batches of a petition, the newest number first."""
    return db.session.scalars(
        select(PaperBatch)
        .where(PaperBatch.petition_id == petition_id)
        .order_by(PaperBatch.number.desc())
    ).all()


def batch_at(petition_id: int, number: int, *, is_locked: bool = False) -> PaperBatch | None:
    """A batch by its number; locked, others who change it wait."""
    query = select(PaperBatch).where(
        PaperBatch.petition_id == petition_id, PaperBatch.number == number
    )
    if is_locked:
        query = query.with_for_update().execution_options(populate_existing=True)
    return db.session.scalar(query)


def known_holders(petition_id: int, number: int | None = None) -> int:
    """Of how many batches it is known who has them; with a number, of that one."""
    query = (
        select(func.count())
        .select_from(PaperBatch)
        .where(PaperBatch.petition_id == petition_id, PaperBatch.holder.is_not(None))
    )
    return (
        db.session.scalar(query if number is None else query.where(PaperBatch.number == number))
        or 0
    )


def next_number(petition_id: int) -> int:
    """The number after the highest."""
    highest = db.session.scalar(
        select(func.max(PaperBatch.number)).where(PaperBatch.petition_id == petition_id)
    )
    return (highest or 0) + 1


def paper_before_ledger(petition_id: int) -> dict[str, int]:
    """The official paper of each region as it was noted otherwise, before the first batch went out."""
    began = select(func.min(PaperEntry.recorded_at)).join(
        PaperBatch, PaperBatch.id == PaperEntry.batch_id
    )
    rows = db.session.execute(
        select(OfficialCount.stratum, OfficialCount.count)
        .where(
            OfficialCount.petition_id == petition_id,
            OfficialCount.channel == PAPER,
            OfficialCount.source_label.not_in(OF_THE_LEDGER),
            OfficialCount.recorded_at
            <= began.where(PaperBatch.petition_id == petition_id).scalar_subquery(),
        )
        .order_by(OfficialCount.as_of, OfficialCount.id)
    )
    return dict(rows.all())  # of a region's rows the latest stands, being the last


def entries_of(batch_id: int) -> Sequence[PaperEntry]:
    """What happened to a batch, the newest first."""
    return db.session.scalars(
        select(PaperEntry).where(PaperEntry.batch_id == batch_id).order_by(PaperEntry.id.desc())
    ).all()


def figures_of(entry_ids: Iterable[int]) -> dict[int, Found]:
    """The numbers of entries, by kind and key."""
    rows = db.session.execute(
        select(PaperFigure.entry_id, PaperFigure.kind, PaperFigure.key, PaperFigure.count).where(
            PaperFigure.entry_id.in_(list(entry_ids))
        )
    )
    found: dict[int, Found] = {}
    for entry_id, kind, key, count in rows:
        found.setdefault(entry_id, defaultdict(dict))[kind][key] = count
    return found


def figures_in_force(petition_id: int) -> list[BatchFigures]:
    """Each batch of a petition with the figures that stand, by number: two statements, however many
    batches there are."""
    standing: dict[tuple[int, str], dict[str, int]] = {}
    rows = db.session.execute(
        select(PaperBatch.number, PaperFigure.kind, PaperFigure.key, PaperFigure.count)
        .join(
            PaperFigure,
            PaperFigure.entry_id.in_((PaperBatch.counted_entry_id, PaperBatch.answered_entry_id)),
        )
        .where(PaperBatch.petition_id == petition_id)
    )
    for number, kind, key, count in rows:
        standing.setdefault((number, kind), {})[key] = count
    batches = db.session.execute(
        select(PaperBatch.number, PaperBatch.state, PaperBatch.answered_entry_id, PaperBatch.seal)
        .where(PaperBatch.petition_id == petition_id)
        .order_by(PaperBatch.number)
    )
    return [
        BatchFigures(
            number,
            state,
            Figures(standing.get((number, VALID), {}), standing.get((number, SPOILT), {})),
            None if answered is None else standing.get((number, ACCEPTED), {}),
            seal,
        )
        for number, state, answered, seal in batches
    ]
