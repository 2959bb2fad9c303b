"""Loading the content again: nothing twice, nothing of what people did undone."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from campaign import demo
from campaign.core.db import db, transaction
from campaign.petitions.models import Petition
from campaign.petitions.operations.publishing import move_to
from campaign.petitions.queries.petitions import petition_by_slug

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
LATER = NOW + timedelta(days=9)
SAME_AFTER_A_CHANGE = (
    "signature",
    "tally",
    "official_count",
    "petition_text",
    "petition_stage",
    "petition_document",
    "consent_text",
    "organisation",
)


def rows_by_table() -> dict[str, int]:
    """How many rows each table holds."""
    return {
        table.name: db.session.scalar(select(func.count()).select_from(table)) or 0
        for table in db.metadata.sorted_tables
    }


def dates() -> dict[str, tuple[datetime | None, datetime | None]]:
    """When each petition opens and closes."""
    return {one.slug: (one.opens_at, one.closes_at) for one in db.session.scalars(select(Petition))}


def test_loading_twice_adds_nothing(app: Any) -> None:
    first = demo.load(NOW)
    before = rows_by_table(), dates()
    again = demo.load(LATER)
    assert again == demo.LoadReport(loaded=(), kept=first.loaded, support_count=0)
    assert (rows_by_table(), dates()) == before


def test_changed_content_comes_in_except_where_somebody_acted(
    app: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = demo.load(NOW)
    closed = petition_by_slug("criteres-clairs")
    assert closed is not None
    with transaction():
        move_to(closed, "closed", actor="organiser", now=NOW)
    before, opened = rows_by_table(), dates()
    monkeypatch.setattr(demo.Content, "digest", "another")
    again = demo.load(LATER)
    assert again.kept == ("criteres-clairs",)
    assert set(again.loaded) == set(first.loaded) - {"criteres-clairs"}
    assert closed.state == "closed"
    assert dates() == opened
    after = rows_by_table()
    assert {name: after[name] for name in SAME_AFTER_A_CHANGE} == {
        name: before[name] for name in SAME_AFTER_A_CHANGE
    }
