"""Reading wordings and receipts."""

from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import aliased

from campaign.consents.models import ConsentReceipt, ConsentText
from campaign.core.db import db


def latest_text(
    subject: str, purpose: str, language: str, organisation_id: int | None = None
) -> ConsentText | None:
    """The newest wording for this subject, purpose, language and organisation."""
    return db.session.scalar(
        select(ConsentText)
        .where(
            ConsentText.subject == subject,
            ConsentText.purpose == purpose,
            ConsentText.language == language,
            ConsentText.organisation_id.is_(None)
            if organisation_id is None
            else ConsentText.organisation_id == organisation_id,
        )
        .order_by(ConsentText.version.desc())
        .limit(1)
    )


def wording(text_id: int) -> str:
    """The words of one version. Raises NoResultFound."""
    return db.session.scalars(select(ConsentText.body).where(ConsentText.id == text_id)).one()


def texts_in_force(subject: str) -> list[ConsentText]:
    """The newest wording of each purpose, organisation and language of one subject."""
    newest: dict[tuple[str, int | None, str], ConsentText] = {}
    rows = db.session.scalars(
        select(ConsentText).where(ConsentText.subject == subject).order_by(ConsentText.version)
    )
    for text in rows:
        newest[text.purpose, text.organisation_id, text.language] = text
    return list(newest.values())


def standing_yes(signature_ref: bytes) -> list[tuple[ConsentReceipt, ConsentText]]:
    """Each organisation's yes that still stands for this signature, with its wording."""
    last: dict[int, tuple[ConsentReceipt, ConsentText]] = {}
    rows = db.session.execute(
        select(ConsentReceipt, ConsentText)
        .join(ConsentText, ConsentText.id == ConsentReceipt.consent_text_id)
        .where(ConsentReceipt.signature_ref == signature_ref)
        .order_by(ConsentReceipt.id)
    )
    for receipt, text in rows:
        last[receipt.organisation_id] = (receipt, text)
    return [pair for pair in last.values() if pair[0].decision == "yes"]


def has_standing_yes(signature_ref: Any, organisation_id: int | None = None) -> ColumnElement[bool]:
    """Whether this (None: some) organisation's yes still stands for the signature of a row: a
    condition."""
    yes = aliased(ConsentReceipt)
    standing = select(yes.id).where(
        yes.signature_ref == signature_ref, yes.decision == "yes", ~is_superseded(yes)
    )
    if organisation_id is not None:
        standing = standing.where(yes.organisation_id == organisation_id)
    return standing.exists()


def is_superseded(receipt: Any) -> ColumnElement[bool]:
    """Whether the same signatory decided anew for the same organisation after a receipt: a condition."""
    later = aliased(ConsentReceipt)
    return (
        select(later.id)
        .where(
            later.signature_ref == receipt.signature_ref,
            later.organisation_id == receipt.organisation_id,
            later.id > receipt.id,
        )
        .exists()
    )


STOPPED_BY_MAILBOX = ("bounced", "complained")


def stopped_by_mailbox(signature_ref: bytes) -> list[ConsentReceipt]:
    """Each organisation's yes that ended because mails came back or were called spam, if that is the
    last word."""
    last = {
        receipt.organisation_id: receipt
        for receipt in db.session.scalars(
            select(ConsentReceipt)
            .where(ConsentReceipt.signature_ref == signature_ref)
            .order_by(ConsentReceipt.id)
        )
    }
    return [receipt for receipt in last.values() if receipt.decision in STOPPED_BY_MAILBOX]
