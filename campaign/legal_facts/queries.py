"""Reading written confirmations."""

from datetime import date

from sqlalchemy import select

from campaign.core.db import db
from campaign.legal_facts.models import FactConfirmation


def standing_confirmations(instrument_id: str, version: date) -> dict[str, FactConfirmation]:
    """The confirmation that stands for each fact of one version of a rule: the newest."""
    rows = db.session.scalars(
        select(FactConfirmation)
        .where(
            FactConfirmation.instrument_id == instrument_id,
            FactConfirmation.version == version,
            FactConfirmation.undone_at.is_(None),
        )
        .order_by(FactConfirmation.id)
    )
    return {row.fact: row for row in rows}


def confirmations_of(instrument_id: str) -> list[FactConfirmation]:
    """Every confirmation ever recorded for an instrument, those taken back too, the oldest first."""
    return list(
        db.session.scalars(
            select(FactConfirmation)
            .where(FactConfirmation.instrument_id == instrument_id)
            .order_by(FactConfirmation.id)
        )
    )


def facts_confirmed() -> dict[tuple[str, date], set[str]]:
    """For each version of a rule, the facts for which a confirmation stands."""
    rows = db.session.execute(
        select(FactConfirmation.instrument_id, FactConfirmation.version, FactConfirmation.fact)
        .where(FactConfirmation.undone_at.is_(None))
        .distinct()
    )
    found: dict[tuple[str, date], set[str]] = {}
    for instrument_id, version, fact in rows:
        found.setdefault((instrument_id, version), set()).add(fact)
    return found
