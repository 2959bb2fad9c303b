"""Petitions and signatures for tests, made through the product's own operations."""

import re
from datetime import UTC, date, datetime, timedelta

from campaign.core import clock
from campaign.core.db import db, transaction
from campaign.outbox.models import OutboxMessage
from campaign.partners.models import Organisation
from campaign.partners.operations import list_organisation
from campaign.petitions.models import Petition, Signature
from campaign.petitions.operations import confirming, publishing, signing
from campaign.petitions.queries.petitions import petition_by_slug, signing_terms
from campaign.petitions.rules.signing import SigningTerms, read_application

NOON = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)  # where the `clock` fixture stands
WAY_TO_OPEN = ["draft", "submitted", "in_moderation", "open"]
LANGUAGES = ("fr", "nl", "de", "en", "ar", "bm")


def make_organisation(slug: str = "collective", **facts: object) -> Organisation:
    """An organisation of the tests' own, able to receive mail."""
    with transaction():
        return list_organisation(
            **{
                "slug": slug,
                "name": f"The {slug}",
                "now": NOON,
                "contact_email": f"{slug}@example.org",
                "is_demonstration": True,
                **facts,
            }
        )


def make_petition(
    slug: str = "clear-criteria",
    *,
    instrument_id: str = "be-chamber-hearing",
    instrument_on: date = date(2026, 3, 2),
    state: str = "open",
    languages: tuple[str, ...] = LANGUAGES,
    updates: bool = False,
    **facts: object,
) -> Petition:
    """A petition in `state`, open since the day before `NOON`, for 90 more days, unless told otherwise."""
    organisation = make_organisation(f"{slug}-lead")
    columns = {
        "authority": "be-chamber",
        "theme": "regularisation",
        "instrument_id": instrument_id,
        "instrument_on": instrument_on,
        "opens_at": NOON - timedelta(days=1),
        "closes_at": NOON + timedelta(days=90),
        "is_demonstration": True,
        **facts,
    }
    wordings = {
        language: publishing.Wording(
            title=f"Clear criteria ({language})",
            short_title=f"Criteria {language}",
            ask=f"We ask for clear criteria ({language}).",
            letter="**We live here.**\n\n1. One\n2. Two",
            demands="- Clear criteria",
            background="Some background.",
        )
        for language in languages
    }
    with transaction():
        petition = publishing.write_petition(
            slug=slug,
            source_language=languages[0],
            facts=columns,
            wordings=wordings,
            parts=[
                publishing.Part(organisation, "lead", is_controller=True, offers_updates=updates)
            ],
            actor="test",
            now=NOON,
        )
        publishing.publish_consents(
            petition,
            to_sign={
                language: f"I explicitly agree ({language}, {slug})." for language in languages
            },
            updates={
                organisation.id: {language: f"May we write? ({language})" for language in languages}
            }
            if updates
            else {},
            now=NOON,
        )
        way = WAY_TO_OPEN if state == "open" else [*WAY_TO_OPEN, *_after_open(state)]
        publishing.move_along(petition, way[: way.index(state) + 1], actor="test", now=NOON)
    return petition


def _after_open(state: str) -> list[str]:
    later = ["closed", "handed_over", "admissibility", "committee", "hearing", "report", "answered"]
    if state in later:
        return later
    return [state]


def terms_of(slug: str = "clear-criteria", language: str = "fr") -> SigningTerms:
    """What signing this petition depends on."""
    terms = signing_terms(petition_by_slug(slug), language)  # type: ignore[arg-type]
    assert terms is not None
    return terms


def form_fields(**changes: str) -> dict[str, str]:
    """A form filled in well."""
    return {
        "given_name": "Awa",
        "family_name": "Exemple",
        "email": "awa@example.org",
        "country": "BE",
        "postal_code": "9000",
        "age": "yes",
        "consent": "y",
        **changes,
    }


def sign(
    slug: str = "clear-criteria", *, now: datetime = NOON, may_mail: bool = True, **changes: str
) -> None:
    """Sign through the operation."""
    terms = terms_of(slug, changes.pop("language", "fr"))
    application, errors = read_application(form_fields(**changes), terms)
    assert application is not None, errors
    with transaction():
        signing.sign(application, terms, may_mail=may_mail, now=now)


def signatures(slug: str = "clear-criteria") -> list[Signature]:
    """Every signature of a petition, oldest first, as it stands now."""
    db.session.rollback()
    query = db.select(Signature).join(Petition).where(Petition.slug == slug).order_by(Signature.id)
    return list(db.session.scalars(query.execution_options(populate_existing=True)))


def token_of(signature: Signature) -> str:
    """The token in this signature's confirmation mail."""
    assert signature.confirm_expires_at is not None
    return signing.confirm_token(signature.ref, signature.confirm_expires_at)


def confirm(signature: Signature, *, now: datetime | None = None) -> None:
    """Confirm through the operation."""
    with transaction():
        confirming.confirm(token_of(signature), now=now or clock.now())


def make_confirmed(
    slug: str = "clear-criteria", *, now: datetime = NOON, **changes: str
) -> Signature:
    """A signature signed and confirmed at `now`."""
    sign(slug, now=now, **changes)
    signature = signatures(slug)[-1]
    confirm(signature, now=now)
    return signatures(slug)[-1]


def queued_kinds() -> list[str]:
    """The kinds of every message in the outbox, oldest first."""
    return list(db.session.scalars(db.select(OutboxMessage.kind).order_by(OutboxMessage.id)))


def first_link(text: str, part: str) -> str:
    """The first address in a mail that contains `part`."""
    found = re.search(rf"https?://\S*{re.escape(part)}\S*", text)
    assert found, f"no link with {part}"
    return found[0]
