"""Reading organisations."""

from collections.abc import Collection

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
