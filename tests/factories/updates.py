"""Updates and those who said yes to them, made through the operations."""

from datetime import datetime

from sqlalchemy import select

from campaign.core.db import db, transaction
from campaign.outbox.delivery import Delivery
from campaign.petitions import jobs
from campaign.petitions.mails.updates import KIND
from campaign.petitions.models import PetitionUpdate, Signature
from campaign.petitions.operations import updates
from campaign.petitions.queries.petitions import petition_by_slug
from campaign.petitions.queries.updates import update_by_id
from campaign.petitions.rules.updates import read_text
from tests.factories.petitions import NOON, make_confirmed, make_organisation

SLUG = "clear-criteria"
TEXTS = {
    "fr": ("La commission nous écoute", "Elle nous reçoit **mardi**.\n\n- [Lire](https://example.org/a)"),
    "nl": ("De commissie luistert", "Ze ontvangt ons **dinsdag**."),
}  # fmt: skip


def say_yes(email: str, *, now: datetime = NOON, **changes: str) -> Signature:
    """A confirmed signature with a yes to the mails of who leads the petition."""
    organisation = make_organisation(f"{SLUG}-lead")
    answers = {f"updates_{organisation.id}": "yes"}
    return make_confirmed(email=email, now=now, **{**answers, **changes})


def make_update(texts: dict[str, tuple[str, str]] | None = None) -> int:
    """A draft of who leads the petition; its number."""
    petition = petition_by_slug(SLUG)
    assert petition is not None
    organisation = make_organisation(f"{SLUG}-lead")
    with transaction():
        number = updates.start_update(petition, organisation.id, actor="test", now=NOON).id
    for language, (subject, body) in (TEXTS if texts is None else texts).items():
        write(number, language, subject, body)
    return number


def write(number: int, language: str, subject: str, body: str, *, seen: int = 0) -> None:
    """Save what it says in a language."""
    with transaction():
        updates.save_text(
            number, language, read_text(subject, body), seen_version=seen, actor="test", now=NOON
        )


def schedule(
    number: int, *, at: datetime = NOON, is_public: bool = False, now: datetime = NOON
) -> None:
    """Let it leave."""
    with transaction():
        updates.schedule(number, send_at=at, is_public=is_public, actor="test", now=now)


def update_now(number: int) -> PetitionUpdate:
    """It as it stands now."""
    db.session.rollback()
    found = update_by_id(number)
    assert found is not None
    return found


def work(now: datetime = NOON) -> None:
    """What the worker does with updates until nothing more can be made."""
    db.session.rollback()
    while jobs.advance_updates(now):
        pass


def signature_refs() -> list[bytes]:
    """Every signature's own number, oldest first."""
    return list(db.session.scalars(select(Signature.ref).order_by(Signature.id)))


def send_all(delivery: Delivery, now: datetime = NOON) -> None:
    """Let the worker make and send all there is."""
    work(now)
    while delivery.deliver_batch():
        work(now)
    work(now)


__all__ = ["KIND", "SLUG", "TEXTS"]
