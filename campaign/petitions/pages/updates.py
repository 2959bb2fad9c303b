"""What organisers see of an update, and what everybody sees of those that are public."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from campaign.i18n.formats import moment, number
from campaign.i18n.languages import BY_CODE, LANGUAGES, Language
from campaign.moderation.rules import marked
from campaign.moderation.vocabulary import TRAITS
from campaign.outbox.queries import batch_counts
from campaign.petitions.models import Petition, PetitionUpdate, PetitionUpdateText, Signature
from campaign.petitions.queries.updates import chosen_count, counts_by, published_updates
from campaign.petitions.rules.placements import shown_count
from campaign.petitions.rules.updates import (
    OVER,
    UNDER_WAY,
    Step,
    acts_from,
    language_to_write,
    passages_that_stop,
)
from campaign.petitions.vocabulary import HOMES

STEPS = {
    Step.DRAFT: _l("draft"),
    Step.SCHEDULED: _l("waits for its time"),
    Step.SENDING: _l("is being sent"),
    Step.PAUSED: _l("paused"),
    Step.SENT: _l("sent"),
    Step.CANCELLED: _l("stopped"),
}
UNTITLED = _l("Without a text yet")


@dataclass(frozen=True)
class Piece:
    """A part of a text, and in words what it gives away."""

    text: str
    trait: Any


@dataclass(frozen=True)
class LanguageLine:
    """An update in one language: its text if there is one, and the places that stop it."""

    language: Language
    text: PetitionUpdateText | None
    stopped: list[Piece]


@dataclass(frozen=True)
class UpdateLine:
    """An update in a list."""

    update: PetitionUpdate
    subject: Any
    language: str
    label: Any
    is_under_way: bool


@dataclass(frozen=True)
class Results:
    """What became of the messages so far."""

    sent: int = 0
    waiting: int = 0
    failed: int = 0
    bounced: int = 0
    complained: int = 0
    skipped: int = 0
    stopped: int = 0

    @property
    def done(self) -> int:
        """How many need nothing more."""
        return self.sent + self.failed + self.bounced + self.complained + self.skipped

    @property
    def lines(self) -> list[tuple[Any, str]]:
        """Each with its words; what is nought says nothing, but for the first."""
        counts = (
            (_l("Taken by the mail server"), self.sent),
            (_l("Still waiting"), self.waiting),
            (_l("Refused, or given up after two days"), self.failed),
            (_l("Came back later"), self.bounced),
            (_l("Called spam by their reader"), self.complained),
            (_l("Left out: the mailbox does not exist, or its reader complained"), self.skipped),
            (_l("Stopped before they left"), self.stopped),
        )
        shown = [(label, number(count)) for label, count in counts if count]
        return shown or [(counts[0][0], number(0))]


@dataclass(frozen=True)
class ShownUpdate:
    """An update on its own page."""

    update: PetitionUpdate
    label: Any
    languages: list[LanguageLine]
    acts: frozenset[str]
    results: Results
    percent: int
    sentence: str

    @property
    def is_under_way(self) -> bool:
        """Whether the worker has still to do with it."""
        return self.update.state in UNDER_WAY

    @property
    def is_begun(self) -> bool:
        """Whether mails may have left."""
        return self.update.state not in {Step.DRAFT, Step.SCHEDULED}

    @property
    def written(self) -> list[LanguageLine]:
        """The languages it is written in."""
        return [line for line in self.languages if line.text is not None]

    @property
    def is_stopped_by_words(self) -> bool:
        """Whether a text leads to a person (behaviour 64)."""
        return any(line.stopped for line in self.languages)


def update_lines(updates: Sequence[PetitionUpdate], source: str) -> list[UpdateLine]:
    """These updates, each by its subject in the language of the petition, or another it has."""
    return [_line(update, source) for update in updates]


def _line(update: PetitionUpdate, source: str) -> UpdateLine:
    texts = {text.language: text for text in update.texts}
    language = language_to_write(source, texts, source) if texts else ""
    return UpdateLine(
        update=update,
        subject=texts[language].subject if texts else UNTITLED,
        language=language,
        label=STEPS[Step(update.state)],
        is_under_way=update.state in UNDER_WAY,
    )


def update_shown(update: PetitionUpdate) -> ShownUpdate:
    """An update with all its page shows."""
    results = results_of(update)
    expected = max(update.expected_count, update.queued_count + update.skipped_count, 1)
    is_over = update.state in OVER
    return ShownUpdate(
        update=update,
        label=STEPS[Step(update.state)],
        languages=language_lines(update.texts),
        acts=acts_from(update.state),
        results=results,
        percent=100 if is_over else min(99, results.done * 100 // expected),
        sentence=_sentence(update, results),
    )


def _sentence(update: PetitionUpdate, results: Results) -> str:
    if update.state == Step.SCHEDULED and update.send_at:
        return str(_("It leaves on %(moment)s.", moment=moment(update.send_at)))
    expected = max(update.expected_count, update.queued_count + update.skipped_count)
    done = {"done": number(results.done), "expected": number(expected)}
    return str(_("%(done)s of about %(expected)s done.", **done))


def results_of(update: PetitionUpdate) -> Results:
    """What became of the messages: from the outbox while it is sent, then as it was written down."""
    if update.settled_at is not None:
        return Results(
            sent=update.sent_count,
            failed=update.failed_count,
            bounced=update.bounced_count,
            complained=update.complained_count,
            skipped=update.skipped_count,
            stopped=update.stopped_count,
        )
    counts = batch_counts(update.batch) if update.started_at else {}
    return Results(
        sent=counts.get("sent", 0),
        waiting=counts.get("queued", 0) + counts.get("held", 0),
        failed=counts.get("failed", 0),
        bounced=counts.get("bounced", 0),
        complained=counts.get("complained", 0),
        skipped=update.skipped_count + counts.get("suppressed", 0),
        stopped=counts.get("cancelled", 0),
    )


def language_lines(texts: Collection[PetitionUpdateText]) -> list[LanguageLine]:
    """Each language of the site, written or not."""
    written = {text.language: text for text in texts}
    return [
        LanguageLine(language, text, _stopped(text) if text else [])
        for language in LANGUAGES
        for text in (written.get(language.code),)
    ]


def _stopped(text: PetitionUpdateText) -> list[Piece]:
    """The text with the places that lead to a person marked; empty where there is none."""
    whole = f"{text.subject}\n\n{text.body}"
    passages = passages_that_stop(whole)
    if not passages:
        return []
    return [
        Piece(piece, TRAITS[trait] if trait else None) for piece, trait in marked(whole, passages)
    ]


@dataclass(frozen=True)
class ChosenPeople:
    """How many it would reach now; None where they are one to four. By region and by language among
    all who said yes."""

    count: int | None
    by_region: list[tuple[Any, int | None]]
    by_language: list[tuple[str, int | None]]


def chosen_people(update: PetitionUpdate) -> ChosenPeople:
    """Whom it would reach, in numbers."""
    everybody = PetitionUpdate(
        petition_id=update.petition_id,
        organisation_id=update.organisation_id,
        stratum="",
        language="",
    )
    regions = counts_by(everybody, Signature.stratum)
    languages = counts_by(everybody, Signature.language)
    return ChosenPeople(
        count=shown_count(chosen_count(update)),
        by_region=[(HOMES.get(key, key), shown_count(regions[key])) for key in sorted(regions)],
        by_language=[
            (BY_CODE[key].name if key in BY_CODE else key, shown_count(languages[key]))
            for key in sorted(languages)
        ],
    )


@dataclass(frozen=True)
class News:
    """An update as anybody may read it."""

    number: int
    organisation: str
    subject: str
    body_html: str
    language: Language
    published_at: datetime


def news_of_petition(petition: Petition, language: str) -> list[News]:
    """The public updates of a petition in the reader's language where they have it, newest first."""
    news = []
    for update in published_updates(petition.id):
        texts = {text.language: text for text in update.texts}
        text = texts[language_to_write(language, texts, petition.source_language)]
        assert update.published_at is not None
        news.append(
            News(
                number=update.id,
                organisation=update.organisation.name,
                subject=text.subject,
                body_html=text.body_html,
                language=BY_CODE[text.language],
                published_at=update.published_at,
            )
        )
    return news
