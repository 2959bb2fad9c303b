"""What a petition's editors look up: versions, who is at work, the picture, what is like it."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select

from campaign.core.db import db
from campaign.petitions.models import (
    AdmissibilityTick,
    EditingNotice,
    Petition,
    PetitionOrganisation,
    PetitionPicture,
    PetitionText,
    PetitionTextVersion,
)
from campaign.petitions.rules.similar import Candidate
from campaign.petitions.rules.states import LISTED
from campaign.petitions.rules.writing import NOTICED_FOR

# So many of the newest are compared: a reader's patience, and a second of work.
MOST_COMPARED = 3_000


def text_now(petition_id: int, language: str) -> PetitionText | None:
    """A text as it stands in the database at this moment, not as it was read before."""
    return db.session.scalar(
        select(PetitionText)
        .where(PetitionText.petition_id == petition_id, PetitionText.language == language)
        .execution_options(populate_existing=True)
    )


def versions_of(petition_id: int, language: str) -> Sequence[PetitionTextVersion]:
    """Every version of a text, the newest first."""
    return db.session.scalars(
        select(PetitionTextVersion)
        .where(
            PetitionTextVersion.petition_id == petition_id,
            PetitionTextVersion.language == language,
        )
        .order_by(PetitionTextVersion.version.desc())
        .execution_options(populate_existing=True)
    ).all()


def last_version(petition_id: int, language: str) -> PetitionTextVersion | None:
    """The newest version of a text, also of one that was deleted."""
    return next(iter(versions_of(petition_id, language)), None)


def version_at(petition_id: int, language: str, number: int) -> PetitionTextVersion | None:
    """One version."""
    return db.session.scalar(
        select(PetitionTextVersion).where(
            PetitionTextVersion.petition_id == petition_id,
            PetitionTextVersion.language == language,
            PetitionTextVersion.version == number,
        )
    )


def shown_versions(petition_id: int, language: str) -> Sequence[PetitionTextVersion]:
    """The versions that visitors could read, the oldest first."""
    return db.session.scalars(
        select(PetitionTextVersion)
        .where(
            PetitionTextVersion.petition_id == petition_id,
            PetitionTextVersion.language == language,
            PetitionTextVersion.shown_from.is_not(None),
        )
        .order_by(PetitionTextVersion.version)
    ).all()


def others_at_work(
    petition_id: int, part: str, actor: str, *, now: datetime
) -> Sequence[EditingNotice]:
    """Who else opened this page within the hour and has not saved since, the last first."""
    return db.session.scalars(
        select(EditingNotice)
        .where(
            EditingNotice.petition_id == petition_id,
            EditingNotice.part == part,
            EditingNotice.actor != actor,
            EditingNotice.opened_at > now - NOTICED_FOR,
        )
        .order_by(EditingNotice.opened_at.desc())
    ).all()


def ticked_lines(petition_id: int) -> set[str]:
    """The lines of the checklist of which an editor said that they hold."""
    return set(
        db.session.scalars(
            select(AdmissibilityTick.line).where(AdmissibilityTick.petition_id == petition_id)
        )
    )


def picture_of(petition_id: int) -> PetitionPicture | None:
    """The picture of a petition."""
    return db.session.get(PetitionPicture, petition_id)


def candidates() -> list[Candidate]:
    """The petitions that visitors find, in each of their languages, to be compared with a new one."""
    rows = db.session.execute(
        select(Petition.id, Petition.authority, PetitionText.title, PetitionText.ask)
        .join(PetitionText, PetitionText.petition_id == Petition.id)
        .where(Petition.state.in_(LISTED))
        .order_by(Petition.id.desc())
        .limit(MOST_COMPARED)
    )
    return [Candidate(row.id, f"{row.title} {row.ask}", row.authority) for row in rows]


def petitions_by_id(petition_ids: Sequence[int]) -> list[Petition]:
    """These petitions, in this order."""
    found = {
        petition.id: petition
        for petition in db.session.scalars(select(Petition).where(Petition.id.in_(petition_ids)))
    }
    return [found[number] for number in petition_ids if number in found]


def draft_begun(organisation_id: int, title: str, *, since: datetime) -> Petition | None:
    """A draft of this very title that the organisation began a moment ago."""
    return db.session.scalar(
        select(Petition)
        .join(PetitionOrganisation, PetitionOrganisation.petition_id == Petition.id)
        .join(PetitionText, PetitionText.petition_id == Petition.id)
        .where(
            PetitionOrganisation.organisation_id == organisation_id,
            PetitionText.title == title,
            Petition.state == "draft",
            Petition.created_at >= since,
        )
        .order_by(Petition.id.desc())
        .limit(1)
    )


def slugs_like(slug: str) -> set[str]:
    """The addresses in use that begin like this one."""
    return set(
        db.session.scalars(
            select(Petition.slug).where(Petition.slug.startswith(slug, autoescape=True))
        )
    )


def newest_version_numbers(petition_id: int) -> dict[str, int]:
    """How far the versions of each language have come, deleted languages included."""
    rows = db.session.execute(
        select(PetitionTextVersion.language, func.max(PetitionTextVersion.version))
        .where(PetitionTextVersion.petition_id == petition_id)
        .group_by(PetitionTextVersion.language)
    )
    return {row[0]: row[1] for row in rows}
