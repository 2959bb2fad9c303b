"""Voices as those see them who read them before they are shown."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l

from campaign.i18n.languages import BY_CODE, current_code
from campaign.moderation.rules import marked, passages_to_check
from campaign.moderation.vocabulary import TRAITS
from campaign.petitions.models import Petition
from campaign.petitions.queries.petitions import carried_by, text_for
from campaign.petitions.rules.coalition import CARRYING
from campaign.voices import queries
from campaign.voices.models import Voice
from campaign.voices.pages import ShownVoice, shown
from campaign.voices.rules import KEEPS_COUNTING, REASONS
from campaign.voices.vocabulary import REASON_LABELS

STATES = ("waiting", "shown", "silent", "refused")


@dataclass(frozen=True)
class Piece:
    """A piece of a text, and what it may give away; "" for a piece that gives nothing away."""

    text: str
    trait: Any


@dataclass(frozen=True)
class PetitionLine:
    """A petition, and what stands beside it; `is_taking` is None where voices never were taken."""

    slug: str
    title: str
    language: str
    is_taking: bool | None
    counts: dict[str, int]


@dataclass(frozen=True)
class WaitingVoice:
    """A voice to read, cut where there is something to look at."""

    number: int
    petition: PetitionLine
    pseudonym: list[Piece]
    words: list[Piece]
    spoken: str
    language_name: Any
    given_week: date

    @property
    def to_look_at(self) -> list[Any]:
        """What may be given away, each kind once, in the order of the text."""
        return list(dict.fromkeys(p.trait for p in (*self.pseudonym, *self.words) if p.trait))


def pieces_of(text: str) -> list[Piece]:
    """A text with its marks."""
    return [
        Piece(piece, "" if trait is None else TRAITS[trait])
        for piece, trait in marked(text, passages_to_check(text))
    ]


def petitions_of(organisation_ids: Collection[int] | None) -> list[Petition]:
    """The petitions that these organisations carry."""
    return [
        petition
        for petition in carried_by(organisation_ids)
        if organisation_ids is None
        or any(
            part.organisation_id in organisation_ids and part.role in CARRYING
            for part in petition.carriers
        )
    ]


def petition_lines(petitions: Sequence[Petition]) -> list[PetitionLine]:
    """Each petition with its numbers."""
    ids = [petition.id for petition in petitions]
    counts, collections = queries.counts_by_state(ids), queries.collections_of(ids)
    lines = []
    for petition in petitions:
        text = text_for(petition, current_code()) if petition.texts else None
        collection = collections.get(petition.id)
        found = counts.get(petition.id, {})
        lines.append(
            PetitionLine(
                petition.slug,
                text.title if text else petition.slug,
                text.language if text else "",
                None if collection is None else collection.closed_on is None,
                {state: found.get(state, 0) for state in STATES},
            )
        )
    return lines


def to_read(voices: Sequence[Voice], lines: dict[int, PetitionLine]) -> list[WaitingVoice]:
    """Voices to read; `lines` are their petitions."""
    return [
        WaitingVoice(
            number=voice.id,
            petition=lines[voice.petition_id],
            pseudonym=pieces_of(voice.pseudonym or ""),
            words=pieces_of(voice.words or ""),
            spoken=shown(voice).spoken,
            language_name=BY_CODE[voice.language].name
            if voice.language in BY_CODE
            else _l("Another language"),
            given_week=voice.given_week,
        )
        for voice in voices
    ]


def numbered(voices: Sequence[Voice]) -> list[tuple[int, ShownVoice]]:
    """Voices that are shown, each with the number by which it is decided about."""
    return [(voice.id, shown(voice)) for voice in voices]


def reasons() -> list[tuple[Any, list[tuple[str, Any]]]]:
    """Why words are not shown, by what becomes of the count."""
    keeping = [(each, REASON_LABELS[each]) for each in REASONS if each in KEEPS_COUNTING]
    others = [(each, REASON_LABELS[each]) for each in REASONS if each not in KEEPS_COUNTING]
    return [(_l("It stays counted"), keeping), (_l("It is no longer counted"), others)]
