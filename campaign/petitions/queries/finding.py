"""Finding the signatures of one person, to answer that person: by what the person says, exactly."""

from collections.abc import Sequence

from sqlalchemy import select

from campaign.core.db import db
from campaign.petitions.models import Signature


def from_mailbox(petition_id: int, key: bytes) -> list[Signature]:
    """The signatures of one petition from one mailbox: two at most."""
    return list(
        db.session.scalars(
            select(Signature)
            .where(Signature.petition_id == petition_id, Signature.email_key == key)
            .order_by(Signature.id)
        )
    )


def of_name(petition_id: int, key: bytes, limit: int) -> list[Signature]:
    """The first signatures of one petition under one full name. Goes through the whole petition: no
    index on names is worth what it would cost each signature."""
    return list(
        db.session.scalars(
            select(Signature)
            .where(Signature.petition_id == petition_id, Signature.name_key == key)
            .order_by(Signature.id)
            .limit(limit)
        )
    )


def by_ids(petition_id: int, signature_ids: Sequence[int]) -> list[Signature]:
    """These signatures, as far as they are of this petition."""
    return list(
        db.session.scalars(
            select(Signature)
            .where(Signature.petition_id == petition_id, Signature.id.in_(signature_ids))
            .order_by(Signature.id)
            .execution_options(populate_existing=True)
        )
    )
