"""What moderators see of the petitions they read, and what writers see of what was decided."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import url_for

from campaign.accounts.queries import names_of_actors
from campaign.i18n.languages import BY_CODE, DEFAULT, current_code
from campaign.moderation.rules import Trait, marked, passages_to_check
from campaign.moderation.vocabulary import TRAITS
from campaign.outbox.composing import Composer
from campaign.outbox.operations import OutgoingMessage
from campaign.petitions.models import ModerationCase, ModerationDecision, Petition
from campaign.petitions.operations.deciding import before_opening, seen_as, standing_of
from campaign.petitions.queries import moderating as queries
from campaign.petitions.queries.petitions import text_for
from campaign.petitions.queries.writing import candidates, petitions_by_id
from campaign.petitions.rules.coalition import CARRYING
from campaign.petitions.rules.moderating import (
    STOPPED,
    WAITING,
    Act,
    Gap,
    Pace,
    Standing,
    gaps_before_opening,
    pace_of,
    reader_of,
)
from campaign.petitions.rules.similar import nearest
from campaign.petitions.rules.states import READABLE
from campaign.petitions.vocabulary import (
    DECISION_LABELS,
    MARK_LABELS,
    PACE_LABELS,
    READINESS_LABELS,
    REJECTION_REASONS,
    STATE_LABELS,
    STOP_REASONS,
    TEXT_FIELDS,
)

REPORTED = timedelta(days=90)
# Links belong in a petition: they are no reason to look twice.
NOT_MARKED = frozenset({Trait.LINK})


@dataclass(frozen=True)
class QueueRow:
    """A petition in the queue. `days` is how long it has waited, None where it does not wait."""

    address: str
    title: str
    language: str
    organisations: str
    state_label: Any
    days: int | None
    pace: str
    pace_label: Any
    reader: str
    mark_label: Any
    is_told: bool


@dataclass(frozen=True)
class Queue:
    """What waits, counted by how long, and how quick answers were in the last 90 days."""

    rows: list[QueueRow]
    counts: list[tuple[Any, str, int]]
    answered: int
    percent_in_good_time: int


@dataclass(frozen=True)
class Piece:
    """A piece of a text, and what it may give away; "" for a piece that gives nothing away."""

    text: str
    trait: Any


@dataclass(frozen=True)
class ReadText:
    """A petition in one language, as it was written, with the places to look at marked."""

    language: str
    name: str
    direction: str
    is_source: bool
    parts: list[tuple[Any, list[Piece]]]

    @property
    def to_look_at(self) -> list[Any]:
        """What may be given away, each kind once."""
        return list(
            dict.fromkeys(
                piece.trait for _, pieces in self.parts for piece in pieces if piece.trait
            )
        )


@dataclass(frozen=True)
class CasePage:
    """One petition as moderators read it. `seen` goes along with the decision; `reader` is who reads
    it now, and `reader_actor` how the log names that person."""

    row: QueueRow
    petition: Petition
    case: ModerationCase
    texts: list[ReadText]
    similar: list[tuple[str, str, str]]
    checklist: list[tuple[Any, bool]]
    standing: Standing
    reader: str
    reader_actor: str
    is_mine: bool
    history: list[ModerationDecision]
    names: dict[str, str]
    seen: str

    @property
    def waits(self) -> bool:
        """Whether it was handed in and not answered."""
        return self.petition.state in WAITING

    @property
    def may_stop(self) -> bool:
        """Whether the public has seen it and it is not gone altogether."""
        return self.petition.opens_at is not None and self.petition.state in READABLE - {"rejected"}

    @property
    def may_restore(self) -> bool:
        """Whether there is something to bring back."""
        return self.petition.state in {*STOPPED, "rejected"} and bool(self.history)

    @property
    def is_late(self) -> bool:
        """Whether its writers should be told that it takes longer."""
        return self.waits and self.row.pace != Pace.IN_TIME


@dataclass(frozen=True)
class MailPreview:
    """A mail exactly as it would leave."""

    recipient: str
    language: str
    direction: str
    subject: str
    body: str


@dataclass(frozen=True)
class ModerationNote:
    """What those who carry a petition see of its moderation."""

    waits: bool
    submitted_at: datetime | None
    days: int
    pace_label: Any
    pace: str
    decision: ModerationDecision | None
    decision_label: Any
    reason_label: Any


def queue_page(
    chosen: str, organisation_ids: Collection[int] | None, *, actor: str, now: datetime
) -> Queue:
    """The queue under a filter; the counts are of all that waits."""
    waiting = queries.queue("waiting", organisation_ids, actor=actor, now=now)
    lines = (
        waiting
        if chosen == "waiting"
        else queries.queue(chosen, organisation_ids, actor=actor, now=now)
    )
    names = names_of_actors({line.case.claimed_by for line in lines if line.case})
    paces = [pace_of(line.petition.submitted_at, now) for line in waiting]
    done = queries.throughput(now - REPORTED, organisation_ids)
    return Queue(
        [_row(line.petition, line.case, names, now) for line in lines],
        [(PACE_LABELS[pace], pace.value, paces.count(pace)) for pace in reversed(Pace)],
        done.answered,
        round(100 * done.in_good_time / done.answered) if done.answered else 0,
    )


def _row(
    petition: Petition, case: ModerationCase | None, names: dict[str, str], now: datetime
) -> QueueRow:
    text = text_for(petition, current_code()) if petition.texts else None
    waits = petition.state in WAITING
    pace = pace_of(petition.submitted_at, now)
    reader = reader_of(petition.state, case.claimed_by) if case else ""
    return QueueRow(
        address=url_for("petitions_workspace.moderation_page", slug=petition.slug),
        title=text.title if text else petition.slug,
        language=text.language if text else "",
        organisations=", ".join(
            part.organisation.name for part in petition.carriers if part.role in CARRYING
        ),
        state_label=STATE_LABELS[petition.state],
        days=_days(petition, now) if waits else None,
        pace=pace.value,
        pace_label=PACE_LABELS[pace],
        reader=names.get(reader, reader),
        mark_label=MARK_LABELS.get(case.mark, "") if case else "",
        is_told=case is not None and case.told_of_delay_at is not None,
    )


def _days(petition: Petition, now: datetime) -> int:
    return (now - petition.submitted_at).days if petition.submitted_at else 0


def case_page(petition: Petition, *, is_higher: bool, actor: str, now: datetime) -> CasePage:
    """One petition, whatever its state."""
    case = queries.case_of(petition.id) or ModerationCase(
        petition_id=petition.id, claimed_by="", mark="", notes="", notes_version=0, notes_by=""
    )
    history = list(queries.decisions_of(petition.id))
    names = names_of_actors(
        {case.claimed_by, case.notes_by, *(decision.actor for decision in history)}
    )
    reader = reader_of(petition.state, case.claimed_by)
    return CasePage(
        row=_row(petition, case, names, now),
        petition=petition,
        case=case,
        texts=_texts(petition),
        similar=_similar(petition),
        checklist=_checklist(petition, now),
        standing=standing_of(petition, is_higher=is_higher, actor=actor),
        reader=names.get(reader, reader),
        reader_actor=reader,
        is_mine=bool(reader) and reader == actor,
        history=history,
        names=names,
        seen=seen_as(petition),
    )


def _texts(petition: Petition) -> list[ReadText]:
    """The source language first."""
    texts = sorted(petition.texts, key=lambda text: text.language != petition.source_language)
    return [
        ReadText(
            language=text.language,
            name=BY_CODE.get(text.language, DEFAULT).name,
            direction=BY_CODE.get(text.language, DEFAULT).direction,
            is_source=text.language == petition.source_language,
            parts=[
                (label, _pieces(getattr(text, name)))
                for name, label in TEXT_FIELDS.items()
                if getattr(text, name)
            ],
        )
        for text in texts
    ]


def _pieces(text: str) -> list[Piece]:
    found = [passage for passage in passages_to_check(text) if passage.trait not in NOT_MARKED]
    return [
        Piece(piece, "" if trait is None else TRAITS[trait]) for piece, trait in marked(text, found)
    ]


def similar_to(petition: Petition, language: str) -> list[Petition]:
    """Other petitions that visitors find and that ask for nearly the same, the most like first."""
    if not petition.texts:
        return []
    own = text_for(petition, language)
    found = nearest(f"{own.title} {own.ask}", candidates(), authority=petition.authority)
    return petitions_by_id([number for number in found if number != petition.id])


def _similar(petition: Petition) -> list[tuple[str, str, str]]:
    language = current_code()
    return [
        (text.title, text.language, url_for("petitions.page", lang=language, slug=each.slug))
        for each in similar_to(petition, language)
        for text in [text_for(each, language)]
    ]


def _checklist(petition: Petition, now: datetime) -> list[tuple[Any, bool]]:
    """What must be so before it opens, and whether it is; marked names are for a person to judge."""
    gaps = gaps_before_opening(before_opening(petition), looked_at=True, now=now)
    return [(READINESS_LABELS[gap], gap not in gaps) for gap in Gap if gap is not Gap.NAMED]


def previews_of(messages: Sequence[OutgoingMessage], composer: Composer) -> list[MailPreview]:
    """The mails as they would leave, word for word."""
    previews = []
    for message in messages:
        subject, body, _html = composer.render(message.kind, message.language, message.context)
        direction = BY_CODE.get(message.language, DEFAULT).direction
        previews.append(MailPreview(message.recipient, message.language, direction, subject, body))
    return previews


def moderation_note(petition: Petition, *, now: datetime) -> ModerationNote | None:
    """What those who carry a petition are shown: how long it waits, or what was decided last; None
    where neither is worth a word."""
    decision = queries.last_decision(petition.id)
    waits = petition.state in WAITING
    if not waits and (decision is None or decision.act in {Act.APPROVE, Act.RESTORE}):
        return None
    pace = pace_of(petition.submitted_at, now)
    return ModerationNote(
        waits=waits,
        submitted_at=petition.submitted_at,
        days=_days(petition, now),
        pace_label=PACE_LABELS[pace],
        pace=pace.value,
        decision=decision,
        decision_label=DECISION_LABELS[Act(decision.act)] if decision else "",
        reason_label=_reason_label(decision) if decision else "",
    )


def _reason_label(decision: ModerationDecision) -> Any:
    return REJECTION_REASONS.get(decision.reason) or STOP_REASONS.get(decision.reason, "")
