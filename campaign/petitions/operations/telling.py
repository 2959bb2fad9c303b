"""Who of an organisation is told: its own address, and those of its people who asked for such mails."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from campaign.accounts.mails import stop_path
from campaign.accounts.queries import subscribers
from campaign.accounts.rules.mail_choices import MailKind
from campaign.core.email_address import canonical_email
from campaign.outbox.operations import OutgoingMessage, enqueue
from campaign.partners.models import Organisation
from campaign.petitions import mails
from campaign.petitions.models import Burst, Petition
from campaign.petitions.queries.petitions import text_for
from campaign.petitions.rules.coalition import CARRYING

# From recipient, language, whether it is a person of the organisation, and where to stop, to the mail.
Build = Callable[..., OutgoingMessage]


def tell_organisation(
    organisation: Organisation,
    kinds: set[MailKind],
    build: Build,
    *,
    now: datetime,
    is_for_organisation: bool = True,
    **context: Any,
) -> int:
    """Write once to each who wants one of these kinds; returns how many mails. Nobody gets two, not even
    whose own address is the organisation's too. The organisation's own address gets what is for it."""
    written: set[str] = set()
    if organisation.contact_email and is_for_organisation:
        written.add(canonical_email(organisation.contact_email))
        message = build(
            recipient=organisation.contact_email, language=organisation.language, **context
        )
        enqueue(message, now=now)
    for kind in sorted(kinds):
        for account in subscribers(organisation.id, kind):
            address = canonical_email(account.email)
            if address not in written:
                written.add(address)
                path = stop_path(account, organisation.id, kind)
                message = build(
                    recipient=account.email, language=account.language, stop=path, **context
                )
                enqueue(message, now=now)
    return len(written)


def tell_of_burst(burst: Burst, petition: Petition, *, now: datetime) -> int:
    """Tell those who asked for it that a burst was noticed; returns how many mails."""

    def build(*, language: str, **given: Any) -> OutgoingMessage:
        title = text_for(petition, language).title
        return mails.burst_noticed(language=language, title=title, slug=petition.slug, **given)

    return sum(
        tell_organisation(
            part.organisation,
            {MailKind.BURST},
            build,
            now=now,
            is_for_organisation=False,
            measured=burst.measured,
            expected=burst.expected,
        )
        for part in petition.carriers
        if part.role in CARRYING
    )
