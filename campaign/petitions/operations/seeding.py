"""Filling a demonstration with support, so that its pages and series have something to show."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import insert, select

from campaign.audit.operations import record
from campaign.consents.queries import texts_in_force
from campaign.core.db import db
from campaign.petitions.models import Petition, Signature, TallyEntry
from campaign.petitions.operations.counting import fold_tallies
from campaign.thresholds.instruments import instrument

TIME_TO_CONFIRM = timedelta(minutes=4)


class NotADemonstrationError(ValueError):
    """Made-up support is only for a petition that says it is a demonstration."""


@dataclass(frozen=True)
class Support:
    """One confirmed signature of nobody: where and when, and the language of the page."""

    confirmed_at: datetime
    stratum: str
    country: str
    language: str
    postal_code: str | None = None


def seed_support(
    petition: Petition, supports: Sequence[Support], *, actor: str, now: datetime
) -> int:
    """Add confirmed signatures without a person to a demonstration that has no signature yet.

    The rows look as they do once personal details are erased: no name, no address, no mailbox; a town at most. They are
    real rows, counted through the journal, so that the nightly recount finds nothing to repair.
    Returns how many were added: none when anybody has signed. Raises NotADemonstrationError.
    """
    if not petition.is_demonstration:
        raise NotADemonstrationError(petition.slug)
    has_signatures = db.session.scalar(
        select(Signature.id).where(Signature.petition_id == petition.id).limit(1)
    )
    if has_signatures or not supports:
        return 0
    db.session.execute(insert(Signature), _signatures(petition, supports))
    db.session.execute(
        insert(TallyEntry),
        [
            {
                "petition_id": petition.id,
                "stratum": support.stratum,
                "channel": "own_form",
                "change": 1,
                "happened_at": support.confirmed_at,
            }
            for support in supports
        ],
    )
    fold_tallies(now=now)
    record(
        actor=actor,
        act="petition.support_seeded",
        subject=f"petition:{petition.slug}",
        now=now,
        detail=str(len(supports)),
    )
    return len(supports)


def _signatures(petition: Petition, supports: Sequence[Support]) -> list[dict[str, object]]:
    wordings = {
        text.language: text
        for text in texts_in_force(f"petition:{petition.slug}")
        if text.purpose == "petition"
    }
    rule = instrument(petition.instrument_id, petition.instrument_on)
    rows: list[dict[str, object]] = []
    for support in supports:
        wording = wordings.get(support.language) or wordings[petition.source_language]
        signed_at = support.confirmed_at - TIME_TO_CONFIRM
        rows.append(
            {
                "ref": os.urandom(16),
                "petition_id": petition.id,
                "state": "confirmed",
                "stratum": support.stratum,
                "channel": "own_form",
                "country": support.country,
                "postal_code": support.postal_code,
                "language": support.language,
                "age_stated": rule.age_statement is not None,
                "consent_text_id": wording.id,
                "consent_language": wording.language,
                "consent_sha256": wording.sha256,
                "consented_at": signed_at,
                "created_at": signed_at,
                "confirmed_at": support.confirmed_at,
            }
        )
    return rows
