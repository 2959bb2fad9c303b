"""Reading voices. Never in the order they came."""

from collections.abc import Collection, Sequence

from sqlalchemy import func, select

from campaign.core.db import db
from campaign.voices.models import Voice, VoiceCollection
from campaign.voices.rules import COUNTED

PER_PAGE = 20


def collection_of(petition_id: int) -> VoiceCollection | None:
    """Whether voices are, or were, taken beside this petition."""
    return db.session.get(VoiceCollection, petition_id)


def voice_counts() -> dict[int, int]:
    """How many voices each petition that takes or took some has, those still to be read included."""
    rows = db.session.execute(
        select(VoiceCollection.petition_id, func.count(Voice.id))
        .outerjoin(
            Voice,
            (Voice.petition_id == VoiceCollection.petition_id) & Voice.state.in_(COUNTED),
        )
        .group_by(VoiceCollection.petition_id)
    )
    return {petition_id: count for petition_id, count in rows}  # noqa: C416 -- rows are not pairs to mypy


def shown_voices(petition_id: int, page: int) -> tuple[Sequence[Voice], int]:
    """One page of the voices that may be read, in the order of their random numbers, and how many
    there are."""
    wanted = (Voice.petition_id == petition_id, Voice.state == "shown")
    total = db.session.scalar(select(func.count()).select_from(Voice).where(*wanted)) or 0
    rows = db.session.scalars(
        select(Voice)
        .where(*wanted)
        .order_by(Voice.id)
        .limit(PER_PAGE)
        .offset((page - 1) * PER_PAGE)
    )
    return rows.all(), total


def waiting_voices(
    limit: int = 50, *, petition_ids: Collection[int] | None = None
) -> Sequence[Voice]:
    """What somebody has to read beside these petitions (None: any), the week that has waited longest
    first."""
    wanted = select(Voice).where(Voice.state == "waiting")
    if petition_ids is not None:
        wanted = wanted.where(Voice.petition_id.in_(petition_ids))
    return db.session.scalars(wanted.order_by(Voice.given_week, Voice.id).limit(limit)).all()


def counts_by_state(petition_ids: Collection[int]) -> dict[int, dict[str, int]]:
    """How many voices stand in each state, by petition; those that have none are left out."""
    rows = db.session.execute(
        select(Voice.petition_id, Voice.state, func.count())
        .where(Voice.petition_id.in_(petition_ids))
        .group_by(Voice.petition_id, Voice.state)
    )
    counts: dict[int, dict[str, int]] = {}
    for petition_id, state, count in rows:
        counts.setdefault(petition_id, {})[state] = count
    return counts


def collections_of(petition_ids: Collection[int]) -> dict[int, VoiceCollection]:
    """Whether voices are, or were, taken, by petition."""
    rows = db.session.scalars(
        select(VoiceCollection).where(VoiceCollection.petition_id.in_(petition_ids))
    )
    return {collection.petition_id: collection for collection in rows}


def voice_to_decide(voice_id: int) -> Voice | None:
    """The voice of this number, kept from others until the end of the transaction: whoever decides
    second finds what the first has done."""
    return db.session.get(Voice, voice_id, with_for_update=True, populate_existing=True)


def carriable_ids(petition_id: int) -> Sequence[int]:
    """The voices that are shown and want to be carried."""
    return db.session.scalars(
        select(Voice.id).where(
            Voice.petition_id == petition_id, Voice.state == "shown", Voice.may_be_carried
        )
    ).all()


def voice_by_id(voice_id: int) -> Voice | None:
    """The voice of this number."""
    return db.session.get(Voice, voice_id)


def voice_by_digest(digest: bytes) -> Voice | None:
    """The voice whose code has this digest."""
    return db.session.scalar(select(Voice).where(Voice.code_digest == digest))
