"""What organisers see before and after they hand a petition over."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from campaign.accounts.queries import names_of_actors
from campaign.i18n.formats import BRUSSELS
from campaign.petitions.exports import Letter, Pack, checklist, letter_of, method
from campaign.petitions.models import HandOver, Petition, PetitionStage, StageReminder
from campaign.petitions.operations.handing_over import stage_of
from campaign.petitions.queries.handing_over import hand_overs_of, reminders_of
from campaign.petitions.queries.paper import batches_of
from campaign.petitions.rules.handing_over import STAGES
from campaign.petitions.rules.paper import COUNTED
from campaign.petitions.rules.states import TRANSITIONS
from campaign.petitions.vocabulary import STAGE_LABELS


@dataclass(frozen=True)
class HandOverPage:
    """All of the page about handing over. `state`: "before", "ready", or "done"."""

    pack: Pack
    letter: Letter
    lines: list[tuple[str, bool]]
    method: list[str]
    state: str
    new_batches: int
    kept: Sequence[HandOver]
    names: Mapping[str, str]
    today: date


@dataclass(frozen=True)
class StageChoice:
    """A stage that organisers may write: what stands of it, and its reminder."""

    key: str
    label: Any
    there: PetitionStage | None
    reminder: StageReminder | None
    is_open: bool


@dataclass(frozen=True)
class StagesPage:
    """All of the page about stages, `chosen` among them."""

    stages: list[StageChoice]
    chosen: StageChoice
    is_handed_over: bool
    today: date


def hand_over_page(pack: Pack) -> HandOverPage:
    """The pack as it would be made now. Written under the pack's language, not the reader's."""
    petition = pack.petition
    kept = hand_overs_of(petition.id)
    state = (
        "ready" if petition.state == "closed" else "done" if petition.state in STAGES else "before"
    )
    return HandOverPage(
        pack=pack,
        letter=letter_of(pack),
        lines=checklist(pack),
        method=method(pack),
        state=state,
        new_batches=sum(batch.state == COUNTED for batch in batches_of(petition.id)),
        kept=kept,
        names=names_of_actors({each.actor for each in kept}),
        today=pack.made_at.astimezone(BRUSSELS).date(),
    )


def stages_page(petition: Petition, wanted: str, *, now: datetime) -> StagesPage:
    """The stages, and the one that is written: the one asked for, else the next."""
    reminders = reminders_of(petition.id)
    stages = [
        StageChoice(
            stage,
            STAGE_LABELS[stage],
            stage_of(petition, stage),
            reminders.get(stage),
            _may_follow(petition.state, stage),
        )
        for stage in STAGES
    ]
    by_key = {each.key: each for each in stages}
    return StagesPage(
        stages=stages,
        chosen=by_key.get(wanted) or by_key[_next(petition.state)],
        is_handed_over=petition.state in STAGES,
        today=now.astimezone(BRUSSELS).date(),
    )


def _may_follow(state: str, stage: str) -> bool:
    if state not in STAGES:
        return False
    return stage in TRANSITIONS[state] or STAGES.index(stage) <= STAGES.index(state)


def _next(state: str) -> str:
    if state not in STAGES:
        return STAGES[0]
    return STAGES[min(STAGES.index(state) + 1, len(STAGES) - 1)]
