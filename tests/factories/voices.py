"""Voices for tests, made through the product's own operations."""

from campaign.core.db import db, transaction
from campaign.petitions.models import Petition
from campaign.petitions.queries.petitions import petition_by_slug
from campaign.voices import operations
from campaign.voices.models import Voice
from campaign.voices.rules import Spoken
from tests.factories.petitions import LANGUAGES, NOON, make_petition

WORDS = "We have worked here for ten years."


def make_petition_with_voices(slug: str = "clear-criteria", **facts: object) -> Petition:
    """An open petition beside which voices are taken."""
    petition = make_petition(slug, **facts)  # type: ignore[arg-type]
    with transaction():
        operations.open_collection(
            petition.id,
            {language: f"I agree to be heard ({language})." for language in LANGUAGES},
            actor="test",
            now=NOON,
        )
    return petition


def give(once: str = "one form", slug: str = "clear-criteria", **changes: object) -> str:
    """Give a voice through the operation; its code."""
    petition = petition_by_slug(slug)
    assert petition is not None
    wording = operations.consent_wording(petition.id, "fr")
    assert wording is not None
    said = {
        "pseudonym": "Big river",
        "words": WORDS,
        "language": "en",
        "may_be_carried": True,
        **changes,
    }
    with transaction():
        return operations.give_voice(
            petition.id,
            Spoken(**said),  # type: ignore[arg-type]
            consent_text_id=wording[0],
            once=once,
            now=NOON,
        )


def give_many(count: int, **changes: object) -> list[str]:
    """So many voices, each with its code."""
    return [give(f"form {number}", **changes) for number in range(count)]


def voices() -> list[Voice]:
    """Every voice as it stands now, by its random number."""
    db.session.rollback()
    query = db.select(Voice).order_by(Voice.id)
    return list(db.session.scalars(query.execution_options(populate_existing=True)))


def approve(voice: Voice) -> None:
    """Show a voice, as somebody who has read it would."""
    with transaction():
        operations.approve_voice(voice.id, actor="reader", now=NOON)


def make_shown(once: str = "one form", **changes: object) -> str:
    """A voice that is shown; its code."""
    before = {voice.id for voice in voices()}
    code = give(once, **changes)
    approve(next(voice for voice in voices() if voice.id not in before))
    return code
