"""A person confirms: the signature counts, once."""

from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import bindparam, insert, select, update

from campaign.core.errors import RefusedError
from campaign.core.statements import Chain, Prepared
from campaign.core.tokens import token_digest
from campaign.petitions.models import TallyEntry
from campaign.petitions.queries.signatures import Confirmable, by_confirm_digest, signatures
from campaign.petitions.rules.states import is_open_for_confirming


class LinkUnknownError(RefusedError):
    """A confirmation link that leads to no signature."""

    code = "unknown"
    http_status = 404
    message = _l("This link is not known.")


class LinkExpiredError(RefusedError):
    """A confirmation link that is too old."""

    code = "expired"
    http_status = 410
    message = _l("This link has expired.")


class ConfirmingClosedError(RefusedError):
    """More than 24 hours after the petition closed."""

    code = "closed"
    http_status = 409
    message = _l("This petition has closed, so this signature can no longer be confirmed.")


class WithdrawnError(RefusedError):
    """A signature that its author took back."""

    code = "was_withdrawn"
    http_status = 409
    message = _l("This signature was withdrawn.")


def _change_pending(state: str) -> Prepared:
    return Prepared(
        update(signatures)
        .where(signatures.c.confirm_digest == bindparam("digest"), signatures.c.state == "pending")
        .values(state=state, confirmed_at=bindparam("moment"))
        .returning(signatures.c.id)
    )


_ADD_TO_JOURNAL = Prepared(
    insert(TallyEntry.__table__),
    columns=["petition_id", "stratum", "channel", "change", "happened_at"],
)
_COUNT = Chain(_change_pending("confirmed"), _ADD_TO_JOURNAL)
_NEVER_COUNT = _change_pending("invalidated")
_STILL_THERE = Prepared(
    select(signatures.c.id).where(signatures.c.confirm_digest == bindparam("digest"))
)


def confirm(token: str, *, now: datetime) -> tuple[bytes, str]:
    """Count a signature. Pressing twice, or two at once, counts once.

    Returns the signature's random identifier and the petition's slug. Raises LinkUnknownError,
    LinkExpiredError, ConfirmingClosedError or WithdrawnError.
    """
    digest = token_digest(token)
    found = _confirmable(digest, now=now)
    if found.state == "pending" and not _count(found, digest, now):
        _check_still_there(digest)
    return found.ref, found.slug


def _count(found: Confirmable, digest: bytes, now: datetime) -> bool:
    """Whether this press made the difference; what a blocked sender signed is never counted."""
    change = {"digest": digest, "moment": now}
    if found.is_blocked:
        return bool(_NEVER_COUNT.run(change))
    entry = _entry(found.petition_id, found.stratum, found.channel, 1, now)
    return bool(_COUNT.run(change, entry))


def _check_still_there(digest: bytes) -> None:
    """Another press was quicker; where it said "it was not me" there is nothing left to thank for.

    Raises LinkUnknownError.
    """
    if not _STILL_THERE.run({"digest": digest}):
        raise LinkUnknownError


def check_may_confirm(digest: bytes, *, now: datetime) -> int:
    """The petition's number, when the link of this digest may be pressed (again).

    Raises LinkUnknownError, LinkExpiredError, ConfirmingClosedError or WithdrawnError.
    """
    return _confirmable(digest, now=now).petition_id


def _confirmable(digest: bytes, *, now: datetime) -> Confirmable:
    found = by_confirm_digest(digest)
    if found is None:
        raise LinkUnknownError
    if found.state == "withdrawn":
        raise WithdrawnError(slug=found.slug)
    if found.state == "pending":
        if not is_open_for_confirming(
            state=found.petition_state, closes_at=found.closes_at, now=now
        ):
            raise ConfirmingClosedError(slug=found.slug)
        if found.confirm_expires_at is None or found.confirm_expires_at <= now:
            raise LinkExpiredError(slug=found.slug)
    return found


def add_to_journal(
    petition_id: int, stratum: str, channel: str, change: int, now: datetime
) -> None:
    """Write one more, or one less, where the worker will count it."""
    _ADD_TO_JOURNAL.run(_entry(petition_id, stratum, channel, change, now))


def _entry(
    petition_id: int, stratum: str, channel: str, change: int, now: datetime
) -> dict[str, Any]:
    return {
        "petition_id": petition_id,
        "stratum": stratum,
        "channel": channel,
        "change": change,
        "happened_at": now,
    }
