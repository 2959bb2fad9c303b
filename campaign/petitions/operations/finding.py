"""Answering a person who asks about a signature: finding it, and taking it back for them.

What is typed here is never kept: the log tells by what somebody looked, and how many were found.
"""

from collections.abc import Sequence
from datetime import datetime

from campaign.audit.operations import record
from campaign.core.email_address import check_email
from campaign.core.tokens import keyed_digest
from campaign.petitions.models import Petition
from campaign.petitions.operations.invalidating import check_chosen
from campaign.petitions.operations.signing import email_key
from campaign.petitions.operations.taking_back import IN_USE, withdraw
from campaign.petitions.queries.finding import by_ids, from_mailbox, of_name
from campaign.petitions.queries.invalidating import MaskedSignature, masked
from campaign.petitions.rules.closing import check_details_open
from campaign.petitions.rules.finding import check_name
from campaign.petitions.rules.invalidating import ListOutdatedError

# Somebody of a frequent name is asked for the address: this is no list to go through.
MOST_FOUND = 10


def find_by_mailbox(
    *, petition: Petition, email: str, actor: str, now: datetime
) -> list[MaskedSignature]:
    """What was signed from a mailbox, masked; that somebody looked is kept. Raises InvalidEmailAddress or
    DetailsClosedError."""
    check_details_open(petition.details_closed_at)
    key = email_key(petition.id, check_email(email))
    found = [masked(signature) for signature in from_mailbox(petition.id, key)]
    _note(petition, "email", len(found), actor, now)
    return found


def find_by_name(
    *, petition: Petition, given_name: str, family_name: str, actor: str, now: datetime
) -> list[MaskedSignature]:
    """What was signed under a full name, whatever its accents and hyphens: the first ten, masked; that
    somebody looked is kept. Raises NameIncompleteError."""
    full_name = check_name(given_name, family_name)
    key = keyed_digest(f"name:{petition.id}", full_name)
    found = [masked(signature) for signature in of_name(petition.id, key, MOST_FOUND)]
    _note(petition, "name", len(found), actor, now)
    return found


def _note(petition: Petition, by: str, count: int, actor: str, now: datetime) -> None:
    record(
        actor=actor,
        act="signature.looked_for",
        subject=f"petition:{petition.slug}",
        now=now,
        detail=f"by {by}: {count}",
    )


def withdraw_on_request(
    *, petition: Petition, offered: str, chosen: Sequence[int], actor: str, now: datetime
) -> int:
    """Take back the signatures that were ticked in a list of ours, because the person asked for it: all
    or none; returns how many. Their names and addresses are emptied at once.

    Raises ListTamperedError, NothingTickedError, or ListOutdatedError when one is gone meanwhile.
    """
    ids = check_chosen(petition.id, offered, chosen, actor=actor)
    found = by_ids(petition.id, ids)
    if len(found) < len(ids) or any(signature.state not in IN_USE for signature in found):
        raise ListOutdatedError
    for signature in found:
        withdraw(signature, now=now)
    record(
        actor=actor,
        act="signature.withdrawn_on_request",
        subject=f"petition:{petition.slug}",
        now=now,
        detail=str(len(found)),
    )
    return len(found)
