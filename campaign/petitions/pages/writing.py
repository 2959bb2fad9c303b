"""What editors see while they write a petition."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from campaign.accounts.queries import names_of_actors
from campaign.i18n.languages import BY_CODE, LANGUAGES, Language
from campaign.moderation.rules import Trait, marked
from campaign.moderation.vocabulary import TRAITS
from campaign.petitions.models import Petition, PetitionText
from campaign.petitions.operations.writing import check_complete
from campaign.petitions.pages.versions import FieldChange, changes_between, fields_of
from campaign.petitions.queries.writing import others_at_work, ticked_lines, version_at
from campaign.petitions.rules.completeness import ShortcomingError
from campaign.petitions.rules.writing import (
    FIELDS,
    LOCKED,
    is_public,
    line_of,
    stopped_passages,
)
from campaign.petitions.vocabulary import REVIEW_STATES, TEXT_FIELDS
from campaign.thresholds.instruments import instrument
from campaign.thresholds.models import Instrument, LocalText

PART_PAGES = {"text": "edit_text", "facts": "edit_facts", "picture": "edit_picture"}


@dataclass(frozen=True)
class Step:
    """A page of the writing: its word, where it is, whether something is missing there."""

    label: Any
    address: str
    missing: int
    is_here: bool


@dataclass(frozen=True)
class Missing:
    """One thing that stands in the way, in a sentence, with the page where it is mended."""

    sentence: str
    address: str


@dataclass(frozen=True)
class LanguageLine:
    """A language of the petition: how far it is, and whether the source changed since."""

    language: Language
    address: str
    preview: str
    review_state: Any
    is_source: bool
    is_behind: bool
    missing: int


@dataclass(frozen=True)
class MarkedPiece:
    """A piece of a text; `trait` says what it gives away."""

    text: str
    trait: Any


@dataclass(frozen=True)
class MarkedPlace:
    """A place in a text that stops it: in which field and line, with the line around it; `passage` may
    be allowed by an editor where it is not empty."""

    field: str
    label: Any
    line: int
    pieces: list[MarkedPiece]
    passage: str


@dataclass(frozen=True)
class AtWork:
    """Somebody else who opened the same page so many minutes ago."""

    name: str
    minutes: int


@dataclass(frozen=True)
class ChecklistLine:
    """One thing that the instrument asks, with the mark by which its tick is kept."""

    mark: str
    words: str
    is_ticked: bool


def missing_of(petition: Petition, *, now: datetime) -> list[Missing]:
    """What stands in the way of sending a petition to the moderators."""
    return [_missing(petition, each) for each in check_complete(petition, now)]


def _missing(petition: Petition, shortcoming: ShortcomingError) -> Missing:
    language = shortcoming.language or petition.source_language
    values: dict[str, Any] = {"language": language} if shortcoming.part == "text" else {}
    endpoint = f"petitions_workspace.{PART_PAGES[shortcoming.part]}"
    return Missing(shortcoming.sentence, url_for(endpoint, slug=petition.slug, **values))


def steps_of(petition: Petition, here: str, *, now: datetime) -> list[Step]:
    """The pages of the writing, in the order in which one walks through them."""
    count: dict[str, int] = {}
    for each in check_complete(petition, now):
        count[each.part] = count.get(each.part, 0) + 1
    source = {"language": petition.source_language}
    parts: Sequence[tuple[str, Any, str, dict[str, Any]]] = (
        ("door", _l("Whom you address"), "edit_door", {}),
        ("text", _l("The text"), "edit_text", source),
        ("facts", _l("Facts and days"), "edit_facts", {}),
        ("picture", _l("Picture"), "edit_picture", {}),
        ("documents", _l("Documents"), "edit_documents", {}),
        ("check", _l("Check and send"), "edit", {}),
    )
    return [
        Step(
            label,
            url_for(f"petitions_workspace.{endpoint}", slug=petition.slug, **values),
            sum(count.values()) if part == "check" else count.get(part, 0),
            part == here,
        )
        for part, label, endpoint, values in parts
    ]


def language_lines(petition: Petition, *, now: datetime) -> list[LanguageLine]:
    """The languages that are written, the source first."""
    missing = [each.language for each in check_complete(petition, now)]
    source = source_of(petition)
    texts = sorted(petition.texts, key=lambda text: text.language != petition.source_language)
    return [
        LanguageLine(
            language=BY_CODE[text.language],
            address=_text_address(petition, text.language),
            preview=url_for(
                "petitions_workspace.preview", slug=petition.slug, language=text.language
            ),
            review_state=REVIEW_STATES.get(text.review_state, text.review_state),
            is_source=text is source,
            is_behind=is_behind(text, source),
            missing=missing.count(text.language),
        )
        for text in texts
    ]


def languages_to_add(petition: Petition) -> list[tuple[Language, str]]:
    """The languages that nobody has begun, with the page where one begins."""
    written = {text.language for text in petition.texts}
    return [
        (language, _text_address(petition, language.code))
        for language in LANGUAGES
        if language.code not in written
    ]


def _text_address(petition: Petition, language: str) -> str:
    return url_for("petitions_workspace.edit_text", slug=petition.slug, language=language)


def source_of(petition: Petition) -> PetitionText:
    """The text that the others are translated from."""
    return next(text for text in petition.texts if text.language == petition.source_language)


def is_behind(text: PetitionText, source: PetitionText) -> bool:
    """Whether the source has changed since this translation was last compared with it."""
    return (
        text is not source
        and text.reviewed_version is not None
        and text.reviewed_version < source.version
    )


def source_changes(petition: Petition, text: PetitionText | None) -> list[FieldChange]:
    """What changed in the source since this translation was compared with it."""
    source = source_of(petition)
    if text is None or not is_behind(text, source) or text.reviewed_version is None:
        return []
    then = version_at(petition.id, source.language, text.reviewed_version)
    return changes_between(fields_of(then), fields_of(source)) if then else []


def marked_places(
    typed: Mapping[str, str], allowed: Iterable[str], language: str
) -> list[MarkedPlace]:
    """The places that stop a text, each with its line (behaviour 64)."""
    places = []
    for name in FIELDS:
        for passage in stopped_passages(typed[name], tuple(allowed), language=language):
            text = typed[name]
            first = text.rfind("\n", 0, passage.start) + 1
            last = text.find("\n", passage.end)
            around = text[first : last if last >= 0 else len(text)]
            moved = type(passage)(passage.trait, passage.start - first, passage.end - first)
            pieces = [
                MarkedPiece(piece, TRAITS[trait] if trait else "")
                for piece, trait in marked(around, [moved])
            ]
            is_doubtful = passage.trait is Trait.FULL_NAME
            words = text[passage.start : passage.end] if is_doubtful else ""
            places.append(
                MarkedPlace(name, TEXT_FIELDS[name], line_of(text, passage), pieces, words)
            )
    return places


def at_work(petition: Petition, part: str, actor: str, *, now: datetime) -> list[AtWork]:
    """Who else has this page open, and since how many minutes."""
    notices = others_at_work(petition.id, part, actor, now=now)
    names = names_of_actors({notice.actor for notice in notices})
    return [
        AtWork(
            names.get(notice.actor, str(_("Somebody"))),
            int((now - notice.opened_at).total_seconds() // 60),
        )
        for notice in notices
    ]


def mark_of(rule: Instrument, words: str) -> str:
    """The mark by which the tick of a line is kept: another rule or other words make another line."""
    return hashlib.blake2b(f"{rule.id}\n{words}".encode(), digest_size=8).hexdigest()


def checklist(petition: Petition, language: str) -> list[ChecklistLine]:
    """What the instrument asks of a petition, from its own file: its checklist, who may file it, who may
    sign, how long one may collect, and in which languages it is written."""
    rule = instrument(petition.instrument_id, petition.instrument_on)
    ticked = ticked_lines(petition.id)
    lines = []
    for text in admissibility(rule):
        mark = mark_of(rule, text.in_language("fr"))
        lines.append(ChecklistLine(mark, text.in_language(language), mark in ticked))
    return lines


def admissibility(rule: Instrument) -> list[LocalText]:
    """The lines of an instrument by which one sees whether a petition is admissible."""
    lines = [*rule.checklist, rule.author, rule.signatory.who_may_sign]
    lines += [rule.signatory.undocumented_explanation, rule.period.explanation]
    return list(dict.fromkeys(lines))


def may_be_written(petition: Petition) -> bool:
    """Whether its editors may change it now."""
    return petition.state not in LOCKED


def tells_corrections(petition: Petition) -> bool:
    """Whether a change has to be explained to those who signed."""
    return is_public(petition.state)
