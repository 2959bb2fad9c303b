"""Reading organisations."""

from collections.abc import Collection, Sequence

from sqlalchemy import select

from campaign.core.db import db
from campaign.partners.models import Organisation


def organisation_by_slug(slug: str) -> Organisation | None:
    """The organisation at this address, if there is one."""
    return db.session.scalar(select(Organisation).where(Organisation.slug == slug))


def organisation_names(organisation_ids: Collection[int]) -> dict[int, str]:
    """The names of these organisations, by number."""
    rows = db.session.execute(
        select(Organisation.id, Organisation.name).where(Organisation.id.in_(organisation_ids))
    )
    return {row.id: row.name for row in rows}


def organisation_ids_at(slug: str, **_rest: object) -> set[int]:
    """Which organisation an address of the workspace is about; nothing where there is none."""
    found = db.session.scalar(select(Organisation.id).where(Organisation.slug == slug))
    return set() if found is None else {found}


def organisations(ids: Collection[int] | None) -> Sequence[Organisation]:
    """These organisations, or (None) every one, by name."""
    wanted = select(Organisation).order_by(Organisation.name, Organisation.id)
    if ids is not None:
        wanted = wanted.where(Organisation.id.in_(ids))
    return db.session.scalars(wanted).all()


def slugs_like(slug: str) -> set[str]:
    """The addresses in use that begin like this one."""
    return set(
        db.session.scalars(
            select(Organisation.slug).where(Organisation.slug.startswith(slug, autoescape=True))
        )
    )
