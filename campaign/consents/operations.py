"""Publishing wordings and keeping receipts."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert

from campaign.consents.models import ConsentReceipt, ConsentText
from campaign.consents.queries import latest_text
from campaign.core.db import db
from campaign.core.statements import Prepared


def publish_text(
    *,
    subject: str,
    purpose: str,
    language: str,
    body: str,
    now: datetime,
    organisation_id: int | None = None,
) -> ConsentText:
    """The wording in force: the present one when `body` is unchanged, else a new version."""
    digest = hashlib.sha256(body.encode()).digest()
    present = latest_text(subject, purpose, language, organisation_id)
    if present is not None and present.sha256 == digest:
        return present
    text = ConsentText(
        subject=subject,
        purpose=purpose,
        language=language,
        body=body,
        sha256=digest,
        organisation_id=organisation_id,
        published_at=now,
        version=present.version + 1 if present else 1,
    )
    db.session.add(text)
    db.session.flush()
    return text


KEEP_RECEIPT = Prepared(
    insert(ConsentReceipt.__table__),
    columns=["signature_ref", "consent_text_id", "organisation_id", "decision", "given_at"],
)


def keep_receipt(
    *,
    signature_ref: bytes,
    consent_text_id: int,
    organisation_id: int,
    decision: str,
    now: datetime,
) -> None:
    """Add one line to what a signatory decided: "yes" or "withdrawn"."""
    KEEP_RECEIPT.run(
        receipt_row(signature_ref, consent_text_id, organisation_id, decision=decision, now=now)
    )


def receipt_row(
    signature_ref: bytes,
    consent_text_id: int,
    organisation_id: int,
    *,
    decision: str,
    now: datetime,
) -> dict[str, Any]:
    """The values of `KEEP_RECEIPT`, for an act that adds the line by a statement of its own."""
    return {
        "signature_ref": signature_ref,
        "consent_text_id": consent_text_id,
        "organisation_id": organisation_id,
        "decision": decision,
        "given_at": now,
    }


def forget_receipts(signature_refs: Sequence[bytes]) -> None:
    """Delete what these signatories decided, with the signature it belonged to."""
    db.session.execute(
        delete(ConsentReceipt).where(ConsentReceipt.signature_ref.in_(signature_refs))
    )
