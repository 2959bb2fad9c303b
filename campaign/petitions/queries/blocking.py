"""Reading the list of blocked and excepted domains."""

from collections.abc import Sequence

from sqlalchemy import func, select

from campaign.core.db import db
from campaign.petitions.models import BlockedSender


def listed_domains() -> Sequence[BlockedSender]:
    """Every blocked or excepted domain, in the order of the alphabet; one that was blocked before
    domains were kept in words has none and comes last."""
    return db.session.scalars(
        select(BlockedSender)
        .where(BlockedSender.kind.in_(["domain", "excepted"]))
        .order_by(BlockedSender.domain.nulls_last(), BlockedSender.blocked_at)
    ).all()


def blocked_mailbox_count() -> int:
    """How many single mailboxes are blocked; whose they are the list itself does not know."""
    return (
        db.session.scalar(
            select(func.count()).select_from(BlockedSender).where(BlockedSender.kind == "mailbox")
        )
        or 0
    )
