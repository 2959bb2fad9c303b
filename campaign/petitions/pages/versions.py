"""The versions of a petition's texts, side by side with what changed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from campaign.petitions.models import Petition, PetitionText, PetitionTextVersion
from campaign.petitions.queries.petitions import text_for
from campaign.petitions.queries.writing import shown_versions
from campaign.petitions.rules.differences import Piece, differences
from campaign.petitions.rules.writing import FIELDS
from campaign.petitions.vocabulary import TEXT_FIELDS

Wording = PetitionText | PetitionTextVersion


@dataclass(frozen=True)
class FieldChange:
    """A field that is not as it was: the two as one text."""

    label: Any
    pieces: list[Piece]


@dataclass(frozen=True)
class ShownWording:
    """A wording that visitors could read: from when, why it was corrected, and what that changed;
    nothing is changed in the first one, whose fields are shown whole."""

    number: int
    shown_from: datetime | None
    correction: str
    language: str
    changes: list[FieldChange]
    fields: list[tuple[Any, str]]


def fields_of(text: Wording) -> dict[str, str]:
    """The words of a text or of a version of it, by field."""
    return {name: getattr(text, name) for name in FIELDS}


def changes_between(before: Mapping[str, str], after: Mapping[str, str]) -> list[FieldChange]:
    """The fields that differ, in the order of the form."""
    return [
        FieldChange(TEXT_FIELDS[name], differences(before.get(name, ""), after.get(name, "")))
        for name in FIELDS
        if before.get(name, "") != after.get(name, "")
    ]


def shown_wordings(petition: Petition, language: str) -> list[ShownWording]:
    """What visitors could read in this language, the newest first; while nothing was corrected, the
    text as it stands."""
    text = text_for(petition, language)
    kept = shown_versions(petition.id, text.language)
    if not kept:
        return [_shown(text, None, petition.opens_at, is_first=True)]
    shown = [
        _shown(version, before, version.shown_from, is_first=before is None)
        for before, version in zip([None, *kept[:-1]], kept, strict=True)
    ]
    return list(reversed(shown))


def _shown(
    text: Wording,
    before: PetitionTextVersion | None,
    shown_from: datetime | None,
    *,
    is_first: bool,
) -> ShownWording:
    words = {name: each for name, each in fields_of(text).items() if name != "correction"}
    earlier = {} if before is None else fields_of(before) | {"correction": ""}
    return ShownWording(
        number=text.version,
        shown_from=shown_from,
        correction=text.correction,
        language=text.language,
        changes=[] if is_first else changes_between(earlier, words),
        fields=[(TEXT_FIELDS[name], each) for name, each in words.items() if each]
        if is_first
        else [],
    )
