"""The margin beyond the minimum: who set it, why, and that visitors read it."""

from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask

from campaign.core.db import transaction
from campaign.petitions.models import Petition, PetitionMargin
from campaign.petitions.operations.counting import record_official_count
from campaign.petitions.operations.planning import set_margin
from campaign.petitions.queries.petitions import petition_by_slug
from campaign.petitions.rules.planning import MarginOutOfRangeError, MarginWithoutReasonError
from tests.factories.petitions import NOON, make_petition
from tests.pages.client import CheckingClient, html_of

pytestmark = pytest.mark.usefixtures("app", "clock")
SLUG = "clear-criteria"


def margin(percent: int, reason: str) -> None:
    """Set through the operation."""
    with transaction():
        petition = petition_by_slug(SLUG)
        assert petition is not None
        set_margin(actor="account:1", petition=petition, percent=percent, reason=reason, now=NOON)


def test_a_margin_is_kept_with_its_history(db: Any) -> None:
    make_petition()
    margin(30, "The commune refused a third last time.")
    margin(30, "The commune refused a third last time.")
    margin(25, "They check better now.")
    rows = list(db.session.scalars(db.select(PetitionMargin).order_by(PetitionMargin.id)))
    assert [(row.percent, row.actor, row.set_at) for row in rows] == [
        (30, "account:1", NOON),
        (25, "account:1", NOON),
    ]
    assert db.session.scalar(db.select(Petition.margin_percent)) == 25


@pytest.mark.parametrize(
    ("percent", "reason", "refusal"),
    [
        (-1, "why", MarginOutOfRangeError),
        (101, "why", MarginOutOfRangeError),
        (20, " ", MarginWithoutReasonError),
        (20, "x" * 301, MarginWithoutReasonError),
    ],
)
def test_a_margin_nobody_could_keep_or_explain_is_refused(
    db: Any, percent: int, reason: str, refusal: type[Exception]
) -> None:
    make_petition()
    with pytest.raises(refusal):
        margin(percent, reason)
    assert db.session.scalar(db.select(Petition.margin_percent)) == 20


def test_the_page_says_the_margin_and_both_paces_and_where_help_counts(
    client: CheckingClient,
) -> None:
    petition = make_petition(opens_at=NOON - timedelta(days=40))
    with transaction():
        for days, share in ((36, 1), (22, 2), (8, 4), (1, 5)):
            for stratum, count in (("VLG", 1000), ("WAL", 100), ("BRU", 300)):
                record_official_count(
                    petition=petition_by_slug(petition.slug),  # type: ignore[arg-type]
                    channel="official_platform",
                    stratum=stratum,
                    count=count * share,
                    as_of=date(2026, 3, 2) - timedelta(days=days),
                    actor="test",
                    now=NOON,
                )
    margin(35, "Many forms were unreadable.")
    page = html_of(client.get(f"/en/petitions/{SLUG}"))
    assert "Many forms were unreadable." in page
    assert "35\u202f%" in page
    assert "in the last 7 days" in page
    assert "Where help counts most" in page
    helping = page[page.index("Where help counts most") :]
    assert helping.index("Wallonia") < helping.index("Flanders") < helping.index("Brussels")


def test_the_command_sets_a_margin_and_tells_a_refusal(app: Flask) -> None:
    make_petition()
    run = app.test_cli_runner()
    refused = run.invoke(args=["petitions", "margin", SLUG, "200", "--reason", "why"])
    assert refused.exit_code == 1
    assert "100" in refused.output
    assert run.invoke(args=["petitions", "margin", SLUG, "30", "--reason", "why"]).exit_code == 0
    assert run.invoke(args=["petitions", "margin", "nowhere", "30", "--reason", "w"]).exit_code == 1
    petition = petition_by_slug(SLUG)
    assert petition is not None
    assert (petition.margin_percent, petition.margin_reason) == (30, "why")
