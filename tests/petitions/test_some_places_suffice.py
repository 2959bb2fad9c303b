"""A petition under a rule that needs some of many places, or places nobody has listed: what its page says."""

from datetime import date

import pytest

from campaign.core.db import transaction
from campaign.petitions.operations.counting import record_official_count
from campaign.petitions.queries.petitions import petition_by_slug
from tests.factories.petitions import NOON, make_petition
from tests.pages.client import CheckingClient, html_of

pytestmark = pytest.mark.usefixtures("app", "clock")
# The seven smallest minima from 16 July 2024 on would do; domain.md gives Belgium 15,840, Malta 4,320.
NEAR = {"MT": 4_320, "LU": 4_319, "CY": 4_000, "EE": 3_000, "BE": 1_000}


def record(slug: str, counts: dict[str, int]) -> None:
    """What the Commission's own system showed."""
    with transaction():
        for stratum, count in counts.items():
            record_official_count(
                petition=petition_by_slug(slug),  # type: ignore[arg-type]
                channel="official_platform",
                stratum=stratum,
                count=count,
                as_of=date(2026, 3, 1),
                actor="test",
                now=NOON,
            )


def test_an_initiative_says_how_many_countries_are_there_and_draws_the_nearest_seven(
    client: CheckingClient,
) -> None:
    make_petition("initiative", instrument_id="eci")
    record("initiative", NEAR)
    page = html_of(client.get("/en/petitions/initiative"))
    assert "the minimum is reached in 1 of the 7 places needed" in page
    assert "the minimum in at least <bdi>7</bdi> of <bdi>27</bdi> places" in page
    tracker = page[page.index('id="tracker"') : page.index('class="key"')]
    assert tracker.count('class="band"') == 7
    assert tracker.index("Malta") < tracker.index("Luxembourg") < tracker.index("Cyprus")
    assert "The 20 other places" in page
    assert "no other region" not in tracker
    helping = page[page.index("Where help counts most") :]
    assert "6 more places must reach their minimum" in helping
    assert helping.index("Luxembourg") < helping.index("Cyprus")
    assert "may come from any place" in helping


@pytest.mark.parametrize("language", ["fr", "nl", "de", "en", "ar", "bm"])
def test_an_initiative_has_a_page_and_a_card_in_each_language(
    client: CheckingClient, language: str
) -> None:
    make_petition("initiative", instrument_id="eci")
    record("initiative", NEAR)
    assert client.get(f"/{language}/petitions/initiative").status_code == 200
    listed = html_of(client.get(f"/{language}/petitions"))
    drawn = listed[listed.index('class="mini') :]
    assert drawn[: drawn.index("</div>")].count("<svg") == 7


def test_enough_signatures_from_places_nobody_lists_are_never_called_enough(
    client: CheckingClient,
) -> None:
    make_petition("assembly", instrument_id="fr-assembly")
    record("assembly", {"ALL": 600_000})
    page = html_of(client.get("/en/petitions/assembly"))
    assert "at least 30 places whose minima our source does not list" in page
    assert "never says that the line is passed" in page
    assert "The number is there, the places are not known." in page
    assert "Line passed." not in page
    assert "line passed" not in page
