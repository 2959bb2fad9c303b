"""A person confirms: the signature counts, once."""

from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import bindparam, insert, select, update

from campaign.core.errors import RefusedError
from campaign.core.statements import Prepared
from campaign.core.tokens import token_digest
from campaign.petitions.models import TallyEntry
from campaign.petitions.queries.signatures import (
    Confirmable,
    by_confirm_digest,
    petitions,
    signatures,
)
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


_CONFIRM = Prepared(
    update(signatures)
    .where(signatures.c.confirm_digest == bindparam("digest"), signatures.c.state == "pending")
    .values(state="confirmed", confirmed_at=bindparam("moment"))
    .returning(
        signatures.c.ref, signatures.c.stratum, signatures.c.channel, signatures.c.is_blocked
    )
)
_NEVER_COUNT = Prepared(
    update(signatures)
    .where(signatures.c.confirm_digest == bindparam("digest"))
    .values(state="invalidated")
)
_CONFIRMED_BEFORE = Prepared(
    select(signatures.c.ref, petitions.c.slug)
    .join_from(signatures, petitions)
    .where(signatures.c.confirm_digest == bindparam("digest"))
)
_ADD_TO_JOURNAL = Prepared(
    insert(TallyEntry.__table__),
    columns=["petition_id", "stratum", "channel", "change", "happened_at"],
)


def confirm(token: str, *, now: datetime) -> tuple[bytes, str]:
    """Count a signature. Pressing twice, or two at once, counts once.

    Returns the signature's random identifier and the petition's slug. Raises LinkUnknownError,
    LinkExpiredError, ConfirmingClosedError or WithdrawnError.
    """
    digest = token_digest(token)
    found = _confirmable(digest, now=now)
    confirmed = _CONFIRM.run({"digest": digest, "moment": now})
    if not confirmed:
        return _confirmed_before(digest)
    ref, stratum, channel, is_blocked = confirmed[0]
    if is_blocked:
        _NEVER_COUNT.run({"digest": digest})
    else:
        add_to_journal(found.petition_id, stratum, channel, 1, now)
    return ref, found.slug


def _confirmed_before(digest: bytes) -> tuple[bytes, str]:
    rows = _CONFIRMED_BEFORE.run({"digest": digest})
    if not rows:
        raise LinkUnknownError
    ref, slug = rows[0]
    return ref, slug


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
    entry = {"petition_id": petition_id, "stratum": stratum, "channel": channel, "change": change}
    _ADD_TO_JOURNAL.run({**entry, "happened_at": now})
