"""Kept pages answered before Flask are the pages Flask would have answered with."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask, request_started
from werkzeug.test import TestResponse

from campaign.core.db import transaction
from campaign.petitions.operations.publishing import move_to
from campaign.petitions.queries.petitions import petition_by_slug
from campaign.web.page_cache import PageCache
from tests.factories.petitions import NOON, make_petition
from tests.pages.client import CheckingClient

pytestmark = pytest.mark.usefixtures("clock")
PETITION = "/fr/petitions/clear-criteria"
KEPT = (
    PETITION,
    f"{PETITION}/count.json",
    "/ar/petitions/clear-criteria",
    "/nl/petitions",
    "/fr/",
    "/fr/instruments",
)


@pytest.fixture(autouse=True)
def _pages_stay_kept(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.extensions, "page_cache", PageCache(3600.0))
    make_petition()


@pytest.fixture
def reached_flask(app: Flask) -> Iterator[Callable[[], int]]:
    """How many requests have come to Flask so far."""
    came = []

    def note(*_arguments: object, **_values: object) -> None:
        came.append(1)

    request_started.connect(note, app)
    yield lambda: len(came)
    request_started.disconnect(note, app)


def told(answer: TestResponse) -> tuple[int, list[tuple[str, str]], bytes]:
    """All of an answer but the number of its request."""
    headers = [one for one in answer.headers if one[0] != "X-Request-Id"]
    return answer.status_code, sorted(headers), answer.data


@pytest.mark.parametrize("encoding", ["br", "gzip", "identity", "gzip;q=0", ""])
@pytest.mark.parametrize("path", KEPT)
def test_a_kept_page_is_the_same_without_flask(
    client: CheckingClient, reached_flask: Callable[[], int], path: str, encoding: str
) -> None:
    headers = {"Accept-Encoding": encoding}
    client.get(path, headers=headers)
    before = reached_flask()
    by_flask = client.get(f"{path}?nobody=asked", headers=headers)  # the same page, by the long way
    assert reached_flask() == before + 1
    ready = client.get(path, headers=headers)
    assert reached_flask() == before + 1
    assert told(ready) == told(by_flask)


@pytest.mark.parametrize("headers", [{"If-None-Match": '"other"'}, {"If-None-Match": "*"}])
def test_who_may_have_the_page_already_asks_flask(
    client: CheckingClient, reached_flask: Callable[[], int], headers: dict[str, str]
) -> None:
    client.get(PETITION)
    before = reached_flask()
    client.get(PETITION, headers=headers)
    client.head(PETITION)
    client.post(PETITION)
    assert reached_flask() == before + 3


def test_an_old_page_is_made_again(
    app: Flask,
    client: CheckingClient,
    monkeypatch: pytest.MonkeyPatch,
    reached_flask: Callable[[], int],
) -> None:
    monkeypatch.setitem(app.extensions, "page_cache", PageCache(0.0))
    for _time in range(3):
        assert client.get(PETITION).status_code == 200
    assert reached_flask() == 3


def test_what_must_not_be_seen_any_more_is_gone_with_the_cache(
    app: Flask, client: CheckingClient
) -> None:
    assert [client.get(PETITION).status_code for _time in range(2)] == [200, 200]
    petition = petition_by_slug("clear-criteria")
    assert petition is not None
    with transaction():
        move_to(petition, "removed", actor="test", now=NOON)
    app.extensions["page_cache"].clear()
    assert client.get(PETITION).status_code == 410


def test_nothing_that_is_not_kept_is_answered_before_flask(
    client: CheckingClient, reached_flask: Callable[[], int]
) -> None:
    paths = (f"{PETITION}/sign", "/workspace", "/fr/nothing", "/", "/fr/petitions/é")
    for path in paths * 2:
        client.get(path)
    assert reached_flask() == 2 * len(paths)
