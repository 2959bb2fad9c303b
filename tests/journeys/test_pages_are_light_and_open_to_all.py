"""Every page of the signing journey: weight, requests, cookies, shifts, axe, narrow screens, zoom."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from flask import Flask

from campaign.core.db import transaction
from campaign.petitions.mails import rights_token
from campaign.petitions.operations.counting import record_official_count
from campaign.petitions.queries.petitions import petition_by_slug
from tests.factories.petitions import (
    NOON,
    make_confirmed,
    make_petition,
    sign,
    signatures,
    token_of,
)
from tests.pages.browser import (
    NARROW,
    PHONE,
    LiveServer,
    MakeContext,
    check_accessibility,
    check_fits,
    visit,
)

pytestmark = pytest.mark.browser
LANGUAGES = ("fr", "nl", "ar")
MOST_BYTES = 45 * 1024
MOST_REQUESTS = 5


@pytest.fixture
def addresses(app: Flask, clock: Any) -> Iterator[list[str]]:
    """The pages of the journey, without their language, in every state they have."""
    petition = make_petition(updates=True)
    with transaction():
        for stratum, online, paper in (
            ("VLG", 5900, 2260),
            ("WAL", 4210, 2730),
            ("BRU", 2030, 1120),
        ):
            for channel, count in (("official_platform", online), ("official_paper", paper)):
                record_official_count(
                    petition=petition_by_slug(petition.slug),
                    channel=channel,
                    stratum=stratum,
                    count=count,  # type: ignore[arg-type]
                    as_of=date(2026, 3, 1),
                    actor="test",
                    now=NOON,
                )
    make_petition("unknown-split", instrument_on=date(2022, 3, 1), state="hearing")
    make_petition("own-goal", instrument_id="none", goal=1000)
    confirmed = make_confirmed(email="zoe@example.org")
    sign(email="pending@example.org", given_name="Zo")
    pending = signatures()[-1]
    return [
        "/",
        "/petitions",
        "/petitions?q=nothing-like-it",
        "/petitions/clear-criteria",
        "/petitions/clear-criteria/where",
        "/petitions/clear-criteria/sign",
        "/petitions/unknown-split",
        "/petitions/own-goal",
        "/petitions/clear-criteria/check-mailbox",
        f"/confirm/{token_of(pending)}",
        f"/confirm/{token_of(confirmed)}",
        "/confirm/not-a-token",
        f"/signature/{rights_token(confirmed.ref)}",
        "/privacy",
        "/accessibility",
        "/instruments",
        "/instruments?decides=federal&people=hundreds&papers=must_count&way=paper&lives=brussels",
        "/instruments/be-chamber-hearing",
        "/instruments/be-chamber-no-hearing",
        "/petitions/not-there",
    ]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_any_page_of_the_journey(
    addresses: list[str],
    make_context: MakeContext,
    live_server: LiveServer,
    language: str,
    scheme: str,
) -> None:
    page = make_context(locale=language, color_scheme=scheme, viewport=PHONE).new_page()
    for address in addresses:
        page.goto(live_server.at(f"/{language}{address}"))
        check_accessibility(page)


@pytest.mark.parametrize("language", ["nl", "de", "ar", "bm"])
def test_nothing_scrolls_sideways_at_320_px_which_is_also_400_percent_zoom(
    addresses: list[str], make_context: MakeContext, live_server: LiveServer, language: str
) -> None:
    page = make_context(locale=language, viewport=NARROW).new_page()
    for address in addresses:
        page.goto(live_server.at(f"/{language}{address}"))
        check_fits(page)


@pytest.mark.parametrize("language", ["nl", "de", "ar"])
def test_nothing_scrolls_sideways_on_a_phone_whose_owner_doubles_the_letters(
    addresses: list[str], make_context: MakeContext, live_server: LiveServer, language: str
) -> None:
    page = make_context(locale=language, viewport=PHONE).new_page()
    for address in addresses:
        page.goto(live_server.at(f"/{language}{address}"))
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        check_fits(page)


@pytest.mark.parametrize("address", ["/", "/petitions/clear-criteria"])
@pytest.mark.parametrize("language", ["fr", "ar"])
def test_a_first_visit_costs_little_and_leaves_nothing(
    addresses: list[str],
    make_context: MakeContext,
    live_server: LiveServer,
    address: str,
    language: str,
) -> None:
    """45 KB over the wire, five requests, no third party, no cookie, no layout shift.

    Behaviour 89: analytics are never on, as there are none.
    """
    cost = visit(make_context(viewport=PHONE), live_server.at(f"/{language}{address}"))
    assert cost.byte_count <= MOST_BYTES, cost
    assert cost.request_count <= MOST_REQUESTS, cost.urls
    assert cost.foreign_urls(live_server.url) == []
    assert cost.cookies == []
    assert cost.layout_shift == 0
