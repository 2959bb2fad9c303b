"""Reading updates, and those who may be written to."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select

from campaign.consents.queries import has_standing_yes
from campaign.core.db import db
from campaign.petitions.models import (
    Petition,
    PetitionOrganisation,
    PetitionUpdate,
    PetitionUpdateRecipient,
    PetitionUpdateText,
    Signature,
)
from campaign.petitions.rules.coalition import CARRYING
from campaign.petitions.rules.updates import LONGEST_PAUSE, OVER, Step

# Numbers looked at in one step, whatever petition they are of: in their order the table is read once.
LOOKED_AT = 5_000
NEWS_SHOWN = 50


def update_by_id(number: int, *, is_locked: bool = False) -> PetitionUpdate | None:
    """The update of this number as it stands now."""
    wanted = select(PetitionUpdate).where(PetitionUpdate.id == number)
    if is_locked:
        wanted = wanted.with_for_update(of=PetitionUpdate)
    return db.session.scalar(wanted.execution_options(populate_existing=True))


def text_of_update(number: int, language: str) -> PetitionUpdateText | None:
    """What an update says in this language."""
    return db.session.get(PetitionUpdateText, (number, language), populate_existing=True)


def updates_of(petition_id: int, organisation_ids: Collection[int]) -> Sequence[PetitionUpdate]:
    """The updates of these organisations about a petition, the newest first."""
    return db.session.scalars(
        select(PetitionUpdate)
        .where(
            PetitionUpdate.petition_id == petition_id,
            PetitionUpdate.organisation_id.in_(organisation_ids),
        )
        .order_by(PetitionUpdate.id.desc())
    ).all()


def writing_organisation_ids(slug: str, number: int, **_rest: object) -> set[int]:
    """The organisation whose update this is; nothing where the petition has no such update."""
    return set(
        db.session.scalars(
            select(PetitionUpdate.organisation_id)
            .join(Petition, Petition.id == PetitionUpdate.petition_id)
            .where(PetitionUpdate.id == number, Petition.slug == slug)
        )
    )


def offering_organisation_ids(petition_id: int) -> set[int]:
    """The organisations to whose mails signatories of a petition can say yes."""
    return set(
        db.session.scalars(
            select(PetitionOrganisation.organisation_id).where(
                PetitionOrganisation.petition_id == petition_id,
                PetitionOrganisation.offers_updates,
            )
        )
    )


def organisation_ids_writing_at(slug: str, **_rest: object) -> set[int]:
    """The organisations that carry the petition at this address, or to whose mails one can say yes
    there. Nothing where there is no such petition."""
    return set(
        db.session.scalars(
            select(PetitionOrganisation.organisation_id)
            .join(Petition, Petition.id == PetitionOrganisation.petition_id)
            .where(
                Petition.slug == slug,
                PetitionOrganisation.role.in_(CARRYING) | PetitionOrganisation.offers_updates,
            )
        )
    )


def others_scheduled(update: PetitionUpdate) -> Sequence[PetitionUpdate]:
    """The same organisation's other updates about this petition that wait for their time."""
    return db.session.scalars(
        select(PetitionUpdate)
        .where(
            PetitionUpdate.petition_id == update.petition_id,
            PetitionUpdate.organisation_id == update.organisation_id,
            PetitionUpdate.state == Step.SCHEDULED,
            PetitionUpdate.id != update.id,
        )
        .with_for_update(of=PetitionUpdate)
    ).all()


def published_updates(petition_id: int) -> Sequence[PetitionUpdate]:
    """The updates of a petition that anybody may read, the newest first."""
    return db.session.scalars(
        select(PetitionUpdate)
        .where(PetitionUpdate.petition_id == petition_id, PetitionUpdate.published_at.is_not(None))
        .order_by(PetitionUpdate.published_at.desc(), PetitionUpdate.id.desc())
        .limit(NEWS_SHOWN)
    ).all()


def ids_to_advance(now: datetime) -> list[int]:
    """The updates whose sending begins or goes on now, the one begun first before the others."""
    is_due = (PetitionUpdate.state == Step.SCHEDULED) & (PetitionUpdate.send_at <= now)
    return list(
        db.session.scalars(
            select(PetitionUpdate.id)
            .where(is_due | (PetitionUpdate.state == Step.SENDING))
            .order_by(PetitionUpdate.started_at.is_(None), PetitionUpdate.id)
        )
    )


def ids_to_settle(ended_before: datetime) -> list[int]:
    """The updates that ended before this moment and whose messages were not counted yet."""
    return list(
        db.session.scalars(
            select(PetitionUpdate.id).where(
                PetitionUpdate.state.in_(OVER),
                PetitionUpdate.settled_at.is_(None),
                PetitionUpdate.ended_at <= ended_before,
            )
        )
    )


def ids_paused_too_long(now: datetime) -> list[int]:
    """The updates that nobody has gone on with for two weeks."""
    return list(
        db.session.scalars(
            select(PetitionUpdate.id).where(
                PetitionUpdate.state == Step.PAUSED, PetitionUpdate.paused_at <= now - LONGEST_PAUSE
            )
        )
    )


def may_be_written_to(update: PetitionUpdate) -> list[ColumnElement[bool]]:
    """Whose signature lets this update reach them: confirmed and counted, with a mailbox, and with a
    yes to this organisation that stands. Who was anonymised has no mailbox (behaviour 88)."""
    wanted = [
        Signature.state == "confirmed",
        Signature.is_blocked.is_(False),
        Signature.email.is_not(None),
        Signature.email_key.is_not(None),
        has_standing_yes(Signature.ref, update.organisation_id),
    ]
    if update.stratum:
        wanted.append(Signature.stratum == update.stratum)
    if update.language:
        wanted.append(Signature.language == update.language)
    return wanted


def chosen_count(update: PetitionUpdate) -> int:
    """How many mailboxes an update would reach now; two people behind one mailbox are one."""
    statement = select(func.count(Signature.email_key.distinct())).where(
        Signature.petition_id == update.petition_id, *may_be_written_to(update)
    )
    return db.session.scalar(statement) or 0


def counts_by(update: PetitionUpdate, column: Any) -> dict[str, int]:
    """The same, by region or by language."""
    rows = db.session.execute(
        select(column, func.count(Signature.email_key.distinct()))
        .where(Signature.petition_id == update.petition_id, *may_be_written_to(update))
        .group_by(column)
    )
    return {row[0]: row[1] for row in rows}


@dataclass(frozen=True)
class Recipients:
    """The next people to write to, and the number up to which everybody was looked at."""

    rows: Sequence[Any]
    until: int


def next_recipients(update: PetitionUpdate, limit: int) -> Recipients:
    """The next signatures after `at_id` that may be written to, by number."""
    until = min(update.at_id + LOOKED_AT, update.last_id)
    rows = db.session.execute(
        select(
            Signature.ref,
            Signature.email,
            Signature.email_key,
            Signature.language,
            Signature.link_version,
            Signature.id,
        )
        .where(
            Signature.id > update.at_id,
            Signature.id <= until,
            # by no index but that of the numbers
            (Signature.petition_id + 0) == update.petition_id,
            *may_be_written_to(update),
        )
        .order_by(Signature.id)
        .limit(limit)
    ).all()
    return Recipients(rows, rows[-1].id if len(rows) == limit else until)


def written_to_already(update_id: int, mailbox_keys: Collection[bytes]) -> set[bytes]:
    """Those of the mailboxes that this update was written to."""
    return set(
        db.session.scalars(
            select(PetitionUpdateRecipient.mailbox_key).where(
                PetitionUpdateRecipient.update_id == update_id,
                PetitionUpdateRecipient.mailbox_key.in_(mailbox_keys),
            )
        )
    )


def messages_to(mailbox_key: bytes, organisation_id: int | None) -> list[bytes]:
    """The messages of this (None: any) organisation's updates to a mailbox."""
    wanted = select(PetitionUpdateRecipient.message_key).where(
        PetitionUpdateRecipient.mailbox_key == mailbox_key
    )
    if organisation_id is not None:
        wanted = wanted.join(
            PetitionUpdate, PetitionUpdate.id == PetitionUpdateRecipient.update_id
        ).where(PetitionUpdate.organisation_id == organisation_id)
    return list(db.session.scalars(wanted))
