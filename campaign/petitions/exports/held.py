"""What is held about one signatory (GDPR art. 15 and 20)."""

from datetime import datetime
from typing import Any

from campaign.consents.queries import standing_yes, wording
from campaign.partners.queries import organisation_names
from campaign.petitions.models import AddressChange, Petition, Signature
from campaign.petitions.queries.exporting import given_to

# Keys and digests mean nothing without the instance's secret; they say only what the names beside
# them say.
NOT_READABLE = frozenset({"email_key", "name_key", "confirm_digest", "consent_sha256", "ref"})


def held_about(
    signature: Signature, petition: Petition, change: AddressChange | None
) -> dict[str, Any]:
    """Every personal column of a signature that a person can read, the words that were agreed to,
    each yes that stands, who was given the name and address, and the new address that waits; moments in UTC (ISO 8601)."""
    allowed = standing_yes(signature.ref)
    names = organisation_names([receipt.organisation_id for receipt, _text in allowed])
    columns = {
        column.key: _plain(getattr(signature, column.key))
        for column in Signature.__table__.columns
        if column.info.get("personal") and column.key not in NOT_READABLE
    }
    return {
        "petition": petition.slug,
        "signature": columns,
        "agreed_to": wording(signature.consent_text_id),
        "updates": [
            {
                "organisation": names.get(receipt.organisation_id, ""),
                "question": text.body,
                "answer": "yes",
                "given_at": _plain(receipt.given_at),
            }
            for receipt, text in allowed
        ],
        "given_to": [
            {
                "organisation": export.organisation.name,
                "given_at": _plain(export.given_at),
                "reason": export.reason,
            }
            for export in given_to(signature)
        ],
        "new_address": None
        if change is None
        else {
            "email": change.address,
            "asked_at": _plain(change.requested_at),
            "waits_until": _plain(change.expires_at),
        },
    }


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value
