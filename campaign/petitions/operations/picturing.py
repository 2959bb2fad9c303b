"""The picture of a petition: drawn anew, described in each language, taken away."""

from collections.abc import Mapping
from datetime import datetime

from campaign.audit.operations import record
from campaign.core.db import db
from campaign.core.pictures import DrawnPicture
from campaign.petitions.models import Petition, PetitionPicture
from campaign.petitions.queries.writing import picture_of
from campaign.petitions.rules import writing as rules


def set_picture(petition: Petition, drawn: DrawnPicture, *, actor: str, now: datetime) -> None:
    """Give a petition this picture; the one it had is gone. The same again changes nothing.

    Raises NotEditableError.
    """
    _lock(petition)
    if petition.picture_digest == drawn.digest:
        return
    kept = picture_of(petition.id)
    if kept is None:
        kept = PetitionPicture(petition_id=petition.id)
        db.session.add(kept)
    kept.digest, kept.body, kept.actor, kept.added_at = drawn.digest, drawn.body, actor, now
    petition.picture_digest = drawn.digest
    petition.picture_width, petition.picture_height = drawn.width, drawn.height
    _record(petition, "petition.picture_set", drawn.digest, actor=actor, now=now)


def describe_picture(
    petition: Petition, words: Mapping[str, str], *, actor: str, now: datetime
) -> None:
    """Say in each language what the picture shows. Raises NotEditableError, StoppedPassagesError."""
    _lock(petition)
    for text in petition.texts:
        described = words.get(text.language, text.picture_words)
        is_stopped = rules.stopped_passages(
            described, text.allowed_names.splitlines(), language=text.language
        )
        if rules.is_public(petition.state) and is_stopped:
            raise rules.StoppedPassagesError
        text.picture_words = described
    _record(petition, "petition.picture_described", "", actor=actor, now=now)


def take_picture_away(petition: Petition, *, actor: str, now: datetime) -> None:
    """Delete the picture. Raises NotEditableError."""
    _lock(petition)
    kept = picture_of(petition.id)
    if kept is None:
        return
    db.session.delete(kept)
    petition.picture_digest = ""
    petition.picture_width = petition.picture_height = None
    for text in petition.texts:
        text.picture_words = ""
    _record(petition, "petition.picture_removed", "", actor=actor, now=now)


def _lock(petition: Petition) -> None:
    db.session.refresh(petition, with_for_update=True)
    rules.check_may_write(petition.state)


def _record(petition: Petition, act: str, detail: str, *, actor: str, now: datetime) -> None:
    petition.changed_at = now
    record(actor=actor, act=act, subject=f"petition:{petition.slug}", detail=detail, now=now)
    db.session.flush()
