"""Acts on organisations."""

from datetime import datetime

from campaign.accounts.operations.invitations import invite
from campaign.accounts.permissions import Role
from campaign.audit.operations import record
from campaign.core.db import db
from campaign.partners.models import Organisation
from campaign.partners.queries import organisation_by_slug, slugs_like
from campaign.partners.rules import HostedByItselfError, slug_for


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


def open_organisation(
    *, name: str, language: str, coordinator_email: str, actor: str, inviter: str, now: datetime
) -> Organisation:
    """Add an organisation and invite who will coordinate it. Nothing but its name is asked for."""
    slug = slug_for(name, slugs_like(slug_for(name, ())))
    organisation = Organisation(slug=slug, name=name, language=language, created_at=now)
    db.session.add(organisation)
    db.session.flush()
    record(actor=actor, act="organisation.opened", subject=organisation.subject, now=now)
    invite(
        email=coordinator_email,
        role=Role.COORDINATOR,
        organisation_id=organisation.id,
        organisation_name=name,
        language=language,
        actor=actor,
        inviter=inviter,
        now=now,
    )
    return organisation


def edit_organisation(
    organisation: Organisation,
    *,
    name: str,
    website: str,
    contact_email: str,
    language: str,
    host_id: int | None,
    actor: str,
    now: datetime,
) -> None:
    """Change what is said of an organisation. A number, an address or a bank account is not asked.

    Raises HostedByItselfError.
    """
    if host_id == organisation.id:
        raise HostedByItselfError
    organisation.name = name
    organisation.website = website
    organisation.contact_email = contact_email
    organisation.language = language
    organisation.host_id = host_id
    record(actor=actor, act="organisation.edited", subject=organisation.subject, now=now)
