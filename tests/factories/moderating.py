"""Petitions that wait for moderators, and what is decided about them, made through the operations."""

from datetime import datetime, timedelta
from typing import Any

from campaign.core.db import db, transaction
from campaign.petitions.models import ModerationDecision, Petition
from campaign.petitions.operations import deciding, moderating, publishing
from campaign.petitions.queries.petitions import petition_by_slug
from campaign.petitions.rules.moderating import Act, Decision
from tests.factories.petitions import NOON, make_petition

SLUG = "clear-criteria"
READER = "account:1"


def petition_now(slug: str = SLUG) -> Petition:
    """A petition as it stands now."""
    db.session.rollback()
    found = petition_by_slug(slug)
    assert found is not None
    db.session.refresh(found)
    return found


def make_submitted(
    slug: str = SLUG,
    *,
    writer: str = "test",
    waits: timedelta = timedelta(0),
    now: datetime = NOON,
    **facts: Any,
) -> Petition:
    """A petition that was handed in so long before `now`."""
    make_petition(slug, **{"state": "draft", "opens_at": None, **facts})
    with transaction():
        publishing.move_to(petition_by_slug(slug), "submitted", actor=writer, now=now - waits)  # type: ignore[arg-type]
    return petition_now(slug)


def reword(slug: str = SLUG, **wording: str) -> None:
    """Change what the petition says in French."""
    with transaction():
        text = next(text for text in petition_by_slug(slug).texts if text.language == "fr")  # type: ignore[union-attr]
        for name, words in wording.items():
            setattr(text, name, words)


def claim(slug: str = SLUG, *, seen: str = "", actor: str = READER, now: datetime = NOON) -> None:
    """Take a petition to read it."""
    petition = petition_now(slug)
    with transaction():
        moderating.claim(petition.id, seen=seen, actor=actor, now=now)


def decide(
    act: Act,
    slug: str = SLUG,
    *,
    is_told: bool = False,
    is_higher: bool = True,
    actor: str = READER,
    seen: str = "",
    now: datetime = NOON,
    **decision: Any,
) -> ModerationDecision:
    """Decide about a petition as it stands, unless told what was seen of it."""
    petition = petition_now(slug)
    with transaction():
        return deciding.decide(
            petition.id,
            Decision(act, **decision),
            seen=seen or deciding.seen_as(petition),
            is_told=is_told,
            is_higher=is_higher,
            actor=actor,
            now=now,
        )
