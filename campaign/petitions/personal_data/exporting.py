"""Files of those who said yes: erased when their time is over, whether somebody came for them or not."""

from datetime import datetime

from sqlalchemy import ColumnElement, delete, func, select

from campaign.core.db import db
from campaign.petitions.models import ExportPart, SignatoryExport
from campaign.petitions.operations.exporting import erase_export
from campaign.petitions.rules.exporting import PROOF_KEPT, ExportState

AT_ONCE = 20


def count_exports(now: datetime) -> int:
    """How many lists have a file whose time is over, or still say who was in them after two years."""
    return db.session.scalar(select(func.count(SignatoryExport.id)).where(_due(now))) or 0


def find_exports(now: datetime, _after: int) -> tuple[list[int], int | None]:
    """The next of them; the end is reached when fewer come than were asked for."""
    wanted = select(SignatoryExport.id).where(_due(now)).order_by(SignatoryExport.id)
    found = list(db.session.scalars(wanted.limit(AT_ONCE)))
    return found, 0 if len(found) == AT_ONCE else None


def forget_exports(ids: list[int], now: datetime) -> int:
    """Erase the files, and after two years who was in them."""
    due = list(
        db.session.scalars(select(SignatoryExport.id).where(SignatoryExport.id.in_(ids), _due(now)))
    )
    for export_id in due:
        erase_export(export_id=export_id, actor="worker", now=now)
    old = select(SignatoryExport.id).where(SignatoryExport.id.in_(due), _old(now))
    db.session.execute(delete(ExportPart).where(ExportPart.export_id.in_(old)))
    return len(due)


def _due(now: datetime) -> ColumnElement[bool]:
    is_over = (SignatoryExport.state == ExportState.READY) & (SignatoryExport.expires_at <= now)
    has_parts = select(ExportPart.export_id).where(ExportPart.export_id == SignatoryExport.id)
    return is_over | (_old(now) & has_parts.exists())


def _old(now: datetime) -> ColumnElement[bool]:
    return SignatoryExport.given_at <= now - PROOF_KEPT
