"""Beginning, completing and handing in a petition written in the workspace."""

from datetime import datetime, timedelta

from campaign.core.db import db, wait_for_turn
from campaign.i18n.formats import BRUSSELS
from campaign.i18n.languages import BY_CODE
from campaign.partners.models import Organisation
from campaign.petitions import wording
from campaign.petitions.models import (
    Petition,
    PetitionPicture,
    PetitionText,
)
from campaign.petitions.operations import publishing
from campaign.petitions.operations.facts import add_document, today
from campaign.petitions.operations.wording import SOURCE, UNREAD, keep_present
from campaign.petitions.queries.petitions import controllers_of, petition_by_slug
from campaign.petitions.queries.writing import draft_begun, picture_of, slugs_like
from campaign.petitions.rules import writing as rules
from campaign.petitions.rules.completeness import (
    IncompleteError,
    ShortcomingError,
    WrittenFacts,
    WrittenText,
    shortcomings,
)
from campaign.petitions.rules.states import check_may_become
from campaign.petitions.vocabulary import TEXT_FIELDS
from campaign.thresholds.instruments import Instrument, instrument

SAME_PRESS = timedelta(minutes=10)
# What a petition goes through, for the timeline that visitors see; later stages are added as they come.
FIRST_STAGES = ("drafted", "open", "closed", "handed_over", "answered")


def start_petition(
    *,
    organisation: Organisation,
    source_language: str,
    instrument_id: str,
    title: str,
    actor: str,
    now: datetime,
) -> Petition:
    """Begin a draft that this organisation leads and answers for. The same form sent twice begins one.

    Raises UnknownLanguageError, NoVersionInForceError, UnknownInstrumentError.
    """
    if source_language not in BY_CODE:
        raise rules.UnknownLanguageError
    wait_for_turn(f"petition of {organisation.id}")
    begun = draft_begun(organisation.id, title, since=now - SAME_PRESS)
    if begun is not None:
        return begun
    rule = instrument(instrument_id, today(now))
    petition = publishing.write_petition(
        slug=_free_slug(title),
        source_language=source_language,
        facts={
            "authority": rule.authority_key or rule.id,
            "theme": "",
            "instrument_id": rule.id,
            "instrument_on": today(now),
            "is_demonstration": organisation.is_demonstration,
        },
        wordings={source_language: _title_alone(title)},
        parts=[publishing.Part(organisation, "lead", is_controller=True, offers_updates=True)],
        actor=actor,
        now=now,
    )
    for text in petition.texts:
        keep_present(petition, text, actor=actor, now=now)
    return petition


def _title_alone(title: str) -> publishing.Wording:
    short = title if len(title) <= rules.LONGEST["short_title"] else ""
    return publishing.Wording(
        title=title, short_title=short, ask="", letter="", review_state=SOURCE
    )


def _free_slug(title: str) -> str:
    return rules.slug_of(title, slugs_like(rules.slug_of(title, ())))


def rule_of(petition: Petition) -> Instrument:
    """The version of the rule that a petition relies on."""
    return instrument(petition.instrument_id, petition.instrument_on)


def check_complete(petition: Petition, now: datetime) -> list[ShortcomingError]:
    """What a petition still needs before moderators read it, each a named refusal; empty: nothing."""
    rule = rule_of(petition)
    facts = WrittenFacts(
        theme=petition.theme,
        goal=petition.goal,
        opens_at=petition.opens_at,
        closes_at=petition.closes_at,
        has_controller=bool(controllers_of(petition)),
        has_picture=bool(petition.picture_digest),
    )
    return shortcomings([_written(text) for text in petition.texts], facts, rule, now=now)


def _written(text: PetitionText) -> WrittenText:
    return WrittenText(
        language=text.language,
        name=BY_CODE[text.language].name,
        fields={name: getattr(text, name) for name in rules.FIELDS},
        labels=TEXT_FIELDS,
        allowed_names=text.allowed_names.splitlines(),
        picture_words=text.picture_words,
    )


def submit_petition(petition: Petition, *, actor: str, now: datetime) -> None:
    """Send a draft to the moderators, with everything it needs to be signed once they approve it.

    Sending it twice sends it once. Raises IncompleteError, WrongTransitionError.
    """
    db.session.refresh(petition, with_for_update=True)
    if petition.state == "submitted":
        return
    check_may_become(petition.state, "submitted")
    missing = check_complete(petition, now)
    if missing:
        raise IncompleteError(missing)
    complete_petition(petition, actor=actor, now=now)
    publishing.move_to(petition, "submitted", actor=actor, now=now)


def complete_petition(petition: Petition, *, actor: str, now: datetime) -> None:
    """Give a petition what signing it takes: the wording that signatories agree to, each offering
    organisation's question, the version of the rule in force on its first day, a timeline."""
    petition.instrument_on = rules.rule_day(
        petition.opens_at.astimezone(BRUSSELS) if petition.opens_at else None, today(now)
    )
    rule = rule_of(petition)
    publishing.publish_consents(
        petition,
        to_sign=wording.to_sign(controllers_of(petition), petition.authority, rule),
        updates={
            part.organisation_id: wording.to_be_written_to(part.organisation.name)
            for part in petition.carriers
            if part.offers_updates
        },
        now=now,
    )
    if not petition.stages:
        steps = [
            publishing.Step(stage, reached_on=today(now) if stage == "drafted" else None)
            for stage in FIRST_STAGES
        ]
        publishing.set_stages(petition, steps, actor=actor, now=now)


def take_back(petition: Petition, *, actor: str, now: datetime) -> None:
    """Make a draft again of what was submitted and nobody reads yet, or of what was refused.

    Raises WrongTransitionError.
    """
    db.session.refresh(petition, with_for_update=True)
    if petition.state == "draft":
        return
    if petition.state == "in_moderation":
        raise rules.NotEditableError
    publishing.move_to(petition, "draft", actor=actor, now=now)


def copy_petition(
    petition: Petition, *, organisation: Organisation, slug: str, actor: str, now: datetime
) -> Petition:
    """A draft of this organisation with the texts, documents and picture of another petition, its rule
    and subject, and no day set. Copying twice to the same address gives the copy there is."""
    wait_for_turn(f"petition of {organisation.id}")
    slug = rules.slug_of(slug, ())
    there = petition_by_slug(slug)
    if there is not None and any(
        part.organisation_id == organisation.id and part.role == "lead" for part in there.carriers
    ):
        return there
    copy = publishing.write_petition(
        slug=rules.slug_of(slug, slugs_like(slug)),
        source_language=petition.source_language,
        facts={
            "authority": petition.authority,
            "theme": petition.theme,
            "instrument_id": petition.instrument_id,
            "instrument_on": today(now),
            "goal": petition.goal,
            "is_demonstration": organisation.is_demonstration,
        },
        wordings={
            text.language: _copied(text, petition.source_language) for text in petition.texts
        },
        parts=[publishing.Part(organisation, "lead", is_controller=True, offers_updates=True)],
        actor=actor,
        now=now,
    )
    for document in petition.documents:
        add = publishing.Document(
            document.title, document.url, document.language, document.published_on
        )
        add_document(copy, add, actor=actor, now=now)
    _copy_beside(petition, copy, actor=actor, now=now)
    return copy


def _copied(text: PetitionText, source_language: str) -> publishing.Wording:
    names = [name for name in rules.FIELDS if name != "correction"]
    state = SOURCE if text.language == source_language else UNREAD
    return publishing.Wording(**{name: getattr(text, name) for name in names}, review_state=state)


def _copy_beside(petition: Petition, copy: Petition, *, actor: str, now: datetime) -> None:
    """The picture with its words, and the first version of each text."""
    words = {text.language: text for text in petition.texts}
    for text in copy.texts:
        text.picture_words = words[text.language].picture_words
        text.allowed_names = words[text.language].allowed_names
        keep_present(copy, text, actor=actor, now=now)
    picture = picture_of(petition.id)
    if picture is not None:
        db.session.add(
            PetitionPicture(
                petition_id=copy.id,
                digest=picture.digest,
                body=picture.body,
                actor=actor,
                added_at=now,
            )
        )
        copy.picture_digest = picture.digest
        copy.picture_width, copy.picture_height = petition.picture_width, petition.picture_height
    db.session.flush()
