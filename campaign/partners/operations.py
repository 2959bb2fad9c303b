"""Acts on organisations."""

from datetime import datetime

from campaign.core.db import db
from campaign.partners.models import Organisation
from campaign.partners.queries import organisation_by_slug


def list_organisation(
    *,
    slug: str,
    name: str,
    now: datetime,
    legal_form: str = "",
    country: str = "BE",
    website: str = "",
    source_url: str = "",
    contact_email: str = "",
    language: str = "fr",
    is_demonstration: bool = False,
    host: Organisation | None = None,
) -> Organisation:
    """Add an organisation, or bring the one with this slug up to date."""
    organisation = organisation_by_slug(slug)
    if organisation is None:
        organisation = Organisation(slug=slug, created_at=now)
        db.session.add(organisation)
    organisation.name = name
    organisation.legal_form = legal_form
    organisation.country = country
    organisation.website = website
    organisation.source_url = source_url
    organisation.contact_email = contact_email
    organisation.language = language
    organisation.is_demonstration = is_demonstration
    organisation.host_id = host.id if host else None
    db.session.flush()
    return organisation
