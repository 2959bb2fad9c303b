"""Somebody lost the link to a signature: the mailbox gets it, and whoever asks learns nothing."""

from datetime import datetime

from sqlalchemy import delete, select

from campaign.core.db import db
from campaign.outbox.operations import enqueue
from campaign.petitions import mails
from campaign.petitions.models import LinkRequest, Signature
from campaign.petitions.operations.signing import email_key
from campaign.petitions.queries.petitions import petition_by_id, text_for
from campaign.petitions.queries.signatures import from_mailboxes, petition_ids

AT_ONCE = 20


def ask_for_links(address: str, language: str, *, now: datetime) -> None:
    """Keep the question, the same row for every address; `answer_requests` looks."""
    db.session.add(LinkRequest(address=address, language=language, requested_at=now))
    db.session.flush()


def take_requests() -> list[LinkRequest]:
    """The oldest questions, deleted as they are taken, each for one worker only."""
    oldest = select(LinkRequest.id).order_by(LinkRequest.id).limit(AT_ONCE)
    taken = db.session.scalars(
        delete(LinkRequest)
        .where(LinkRequest.id.in_(oldest.with_for_update(skip_locked=True)))
        .returning(LinkRequest)
        .execution_options(synchronize_session=False)
    )
    return list(taken)


def answer(request: LinkRequest, *, now: datetime) -> None:
    """Write to the mailbox what is held under it, or that nothing is.

    Two people who share the mailbox are both in it, told apart by their first names: every mail to
    either of them arrives there anyway.
    """
    keys = [(number, email_key(number, request.address)) for number in petition_ids()]
    found = from_mailboxes(keys)
    shared = {one.petition_id for one in found if one.household_place == 2}
    lines = [_line(one, request.language, named=one.petition_id in shared) for one in found]
    enqueue(mails.your_links(request.address, request.language, lines), now=now)


def _line(signature: Signature, language: str, *, named: bool) -> dict[str, str]:
    token = mails.rights_token(signature.ref, signature.link_version)
    return {
        "title": text_for(petition_by_id(signature.petition_id), language).title,
        "name": (signature.given_name or "") if named else "",
        "signed_on": signature.consented_at.date().isoformat(),
        "rights_path": f"/{language}/signature/{token}",
    }
