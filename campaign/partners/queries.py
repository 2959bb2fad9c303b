"""Reading organisations."""

from sqlalchemy import select

from campaign.core.db import db
from campaign.partners.models import Organisation


def organisation_by_slug(slug: str) -> Organisation | None:
    """The organisation at this address, if there is one."""
    return db.session.scalar(select(Organisation).where(Organisation.slug == slug))
