"""Ready-made pages: rendered once however many look, and only what anybody may have is kept.

Zero seconds make a kept page old at once, an hour keeps it fresh: no test waits for a clock.
"""

import gzip
import threading
import time
from collections.abc import Callable
from typing import Any

import brotli
import pytest
from flask import Flask, Response, abort, redirect, request
from werkzeug.test import TestResponse

from campaign.web.page_cache import LARGEST, PageCache, forget_all_pages, keep

AN_HOUR, OLD_AT_ONCE = 3600.0, 0.0
LONG = "a sentence that is worth compressing, " * 40
MANY = 12
PATIENCE = 20


class Site:
    """A site of one page, which counts how often it is rendered and can be held up there."""

    def __init__(self, seconds: float) -> None:
        self.renders = 0
        self.status = 200
        self.rendering, self.may_end = threading.Event(), threading.Event()
        self.may_end.set()
        self.app = Flask("site")
        self.app.extensions["page_cache"] = PageCache(seconds)
        self.app.add_url_rule("/page", view_func=keep(5, arguments=("q", "page"))(self._page))
        self.app.add_url_rule("/short", "short", keep(600)(lambda: Response("short")))
        self.app.add_url_rule("/old", "old", keep(300)(lambda: redirect("/page")))
        self.app.add_url_rule("/bad", "bad", keep(300)(lambda: Response(status=500)))

    def _page(self) -> Response:
        self.renders += 1
        text = f"{self.renders} {request.args.get('q', '')} {LONG}"
        if self.status >= 400:
            abort(self.status)
        self.rendering.set()
        assert self.may_end.wait(PATIENCE)
        return Response(text, status=self.status)

    def get(self, address: str = "/page", **headers: str) -> TestResponse:
        """What answers; `if_none_match` is the header If-None-Match."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.app.test_client().get(address, headers=named)

    def number(self, address: str = "/page") -> int:
        """Which rendering answers."""
        return int(self.get(address).text.split()[0])


def in_threads(acts: list[Callable[[], Any]]) -> tuple[list[threading.Thread], list[Any]]:
    """Begin all acts; what they give is gathered as they end."""
    given: list[Any] = []
    threads = [
        threading.Thread(target=lambda act=act: given.append(act()), daemon=True) for act in acts
    ]
    for thread in threads:
        thread.start()
    return threads, given


def ended(threads: list[threading.Thread]) -> bool:
    give_up_at = time.monotonic() + PATIENCE
    for thread in threads:
        thread.join(max(0, give_up_at - time.monotonic()))
    return not any(thread.is_alive() for thread in threads)


class TestManyAtOnce:
    def test_while_an_old_page_is_rendered_again_by_one_all_others_get_the_old_one_at_once(
        self,
    ) -> None:
        site = Site(OLD_AT_ONCE)
        assert site.number() == 1
        site.rendering.clear()
        site.may_end.clear()
        [renewing], renewed = in_threads([site.number])
        assert site.rendering.wait(PATIENCE)
        others, given = in_threads([site.number] * MANY)
        assert ended(others), "somebody waits for the one who renders"
        assert given == [1] * MANY
        assert site.renders == 2
        site.may_end.set()
        assert ended([renewing])
        assert renewed == [2]

    def test_the_first_rendering_is_shared(self) -> None:
        site = Site(AN_HOUR)
        site.may_end.clear()
        visitors, given = in_threads([site.number] * MANY)
        assert site.rendering.wait(PATIENCE)
        visitors[0].join(0.2)  # the others come to the door meanwhile; late ones find the page kept
        site.may_end.set()
        assert ended(visitors)
        assert (given, site.renders) == ([1] * MANY, 1)

    def test_a_rendering_that_fails_holds_up_nobody_after_it(self) -> None:
        site = Site(AN_HOUR)
        site.status = 503
        assert site.get().status_code == 503
        site.status = 200
        assert site.number() == 2

    def test_an_old_page_that_cannot_be_rendered_again_is_tried_again_by_the_next(self) -> None:
        site = Site(OLD_AT_ONCE)
        site.get()
        site.status = 503
        assert site.get().status_code == 503
        site.status = 200
        assert site.number() == 3


class TestValues:
    def test_while_one_makes_it_again_the_others_have_the_old(self) -> None:
        cache, may_end, making = PageCache(0.2), threading.Event(), threading.Event()
        assert cache.value("terms", lambda: "old") == "old"
        time.sleep(0.2)

        def make() -> str:
            making.set()
            assert may_end.wait(PATIENCE)
            return "new"

        [renewing], renewed = in_threads([lambda: cache.value("terms", make)])
        assert making.wait(PATIENCE)
        assert cache.value("terms", lambda: "by another") == "old"
        may_end.set()
        assert ended([renewing])
        assert renewed == ["new"]
        assert cache.value("terms", lambda: "by another") == "new"

    def test_what_is_twice_as_old_as_may_be_is_had_by_nobody(self) -> None:
        cache, may_end, making = PageCache(0.05), threading.Event(), threading.Event()
        cache.value("terms", lambda: "old")
        time.sleep(0.11)

        def make() -> str:
            making.set()
            assert may_end.wait(PATIENCE)
            return "new"

        [renewing], _renewed = in_threads([lambda: cache.value("terms", make)])
        assert making.wait(PATIENCE)
        assert cache.value("terms", lambda: "by another") == "by another"
        may_end.set()
        assert ended([renewing])

    def test_what_cannot_be_made_is_tried_again_by_the_next(self) -> None:
        cache = PageCache(OLD_AT_ONCE)
        cache.value("terms", lambda: 1)
        with pytest.raises(ZeroDivisionError):
            cache.value("terms", lambda: 1 // 0)
        assert cache.value("terms", lambda: 2) == 2


class TestWhatIsHidden:
    @pytest.mark.parametrize("status", [404, 410])
    def test_once_it_is_gone_nobody_gets_the_old_page_while_another_asks(self, status: int) -> None:
        """Behaviour 53: it was hidden by another process, so that no copy was taken away here."""
        site = Site(OLD_AT_ONCE)
        assert site.number() == 1
        site.status = status
        assert site.get().status_code == status
        site.status = 200
        site.rendering.clear()
        site.may_end.clear()
        visitors, given = in_threads([site.number] * 2)
        assert site.rendering.wait(PATIENCE)
        site.may_end.set()
        assert ended(visitors)
        assert 1 not in given

    def test_every_page_and_drawing_of_this_process_can_be_forgotten_at_once(self) -> None:
        """Behaviour 53."""
        site = Site(AN_HOUR)
        site.app.extensions["drawings"] = PageCache(AN_HOUR)
        assert site.number() == 1
        with site.app.app_context():
            forget_all_pages()
        assert site.number() == 2


class TestWhatIsKept:
    def test_a_fresh_page_is_not_rendered_again(self) -> None:
        site = Site(AN_HOUR)
        assert [site.number() for _time in range(5)] == [1] * 5

    @pytest.mark.parametrize("status", [404, 410, 500, 302])
    def test_nothing_but_a_page_that_is_there_is_kept(self, status: int) -> None:
        site = Site(AN_HOUR)
        site.status = status
        assert [site.get().status_code for _time in range(2)] == [status] * 2
        site.status = 200
        assert site.number() == 3

    def test_of_the_query_only_what_makes_another_page_makes_another_page(self) -> None:
        site = Site(AN_HOUR)
        for query in ("", "?fbclid=1", "?utm_source=x&fbclid=2", "?Q=3", "?lang=nl"):
            assert site.number(f"/page{query}") == 1, query
        assert site.number("/page?q=one") == site.number("/page?fbclid=1&q=one") == 2
        assert site.number("/page?q=two") == 3
        assert site.number("/page?q=two&page=2") == 4

    def test_the_values_of_a_query_do_not_run_into_each_other(self) -> None:
        site = Site(AN_HOUR)
        tricky = ("?q=a%26page%3D2", "?q=a&page=2", "?q=a%20b", "?q=a%2520b")
        assert [site.number(f"/page{query}") for query in tricky] == [1, 2, 3, 4]

    def test_each_name_of_the_site_has_pages_of_its_own(self) -> None:
        site = Site(AN_HOUR)
        assert site.number() == 1
        client = site.app.test_client()
        assert client.get("/page", base_url="http://other.example").text.startswith("2 ")
        assert site.number() == 1

    def test_no_more_than_so_many_pages_are_kept_the_oldest_go_first(self) -> None:
        site = Site(AN_HOUR)
        for number in range(LARGEST + 20):
            site.get(f"/page?q={number}")
        rendered = site.renders
        for number in range(20, LARGEST + 20):
            site.get(f"/page?q={number}")
        assert site.renders == rendered, "one of the newest was forgotten"
        for number in range(20):
            site.get(f"/page?q={number}")
        assert site.renders == rendered + 20, "one of the oldest was kept"

    def test_what_must_not_be_seen_any_more_is_gone_at_once(self) -> None:
        site = Site(AN_HOUR)
        site.get()
        site.app.extensions["page_cache"].clear()
        assert site.number() == 2


class TestHowItIsServed:
    def test_anybody_may_keep_what_leads_to_it_and_never_a_failure(self) -> None:
        site = Site(AN_HOUR)
        assert site.get("/old").headers["Cache-Control"] == "public, max-age=300"
        assert "Cache-Control" not in site.get("/bad").headers

    def test_anybody_may_keep_it_for_as_long_as_was_said(self) -> None:
        site = Site(AN_HOUR)
        short, long = (site.get(path).headers for path in ("/page", "/short"))
        assert "public, max-age=5, stale-while-revalidate=10" in short["Cache-Control"]
        assert "public, max-age=600, " in long["Cache-Control"]
        for headers in (short, long):
            assert headers["Vary"] == "Accept-Encoding"
            assert "Set-Cookie" not in headers

    @pytest.mark.parametrize(
        ("accepted", "sent"),
        [
            ("", ""),
            ("identity", ""),
            ("gzip", "gzip"),
            ("br", "br"),
            ("gzip, deflate, br", "br"),
            ("gzip;q=1.0, br;q=0.1", "br"),
            ("br;q=0, gzip", "gzip"),
            ("br;q=0, gzip;q=0", ""),
            ("gzip;q=0", ""),
            ("zstd", ""),
            ("x-gzip-like", ""),
            ("*", "br"),
            ("*;q=0", ""),
            ("br;q=0, *", "gzip"),
        ],
    )
    def test_in_the_smallest_form_the_client_takes(self, accepted: str, sent: str) -> None:
        response = Site(AN_HOUR).get(Accept_Encoding=accepted)
        assert response.headers.get("Content-Encoding", "") == sent
        unpacked = {"br": brotli.decompress, "gzip": gzip.decompress, "": bytes}[sent]
        assert unpacked(response.data).decode() == f"1  {LONG}"
        assert int(response.headers["Content-Length"]) == len(response.data)

    def test_a_page_too_short_to_gain_is_sent_as_it_is(self) -> None:
        response = Site(AN_HOUR).get("/short", Accept_Encoding="br, gzip")
        assert (response.text, response.headers.get("Content-Encoding")) == ("short", None)

    @pytest.mark.parametrize("encoding", ["", "gzip", "br"])
    def test_who_has_it_already_is_told_so_in_no_bytes(self, encoding: str) -> None:
        site = Site(AN_HOUR)
        first = site.get(Accept_Encoding=encoding)
        tag = first.headers["ETag"]
        for known in (tag, f"W/{tag}", f'"other", {tag}', f'W/"other", W/{tag}, "x"', "*"):
            response = site.get(Accept_Encoding=encoding, If_None_Match=known)
            assert (response.status_code, response.data) == (304, b""), known
            for name in ("ETag", "Cache-Control", "Vary"):
                assert response.headers[name] == first.headers[name], name

    @pytest.mark.parametrize("known", ['"other"', 'W/"other"', "nonsense", ""])
    def test_who_has_another_one_gets_this_one(self, known: str) -> None:
        assert Site(AN_HOUR).get(If_None_Match=known).status_code == 200

    def test_each_form_has_a_name_of_its_own(self) -> None:
        site = Site(AN_HOUR)
        tags = {site.get(Accept_Encoding=name).headers["ETag"] for name in ("", "gzip", "br")}
        assert len(tags) == 3
        packed = site.get(Accept_Encoding="gzip").headers["ETag"]
        assert site.get(Accept_Encoding="br", If_None_Match=packed).status_code == 200

    def test_a_changed_page_has_another_name_and_the_same_page_the_same(self) -> None:
        site, other = Site(OLD_AT_ONCE), Site(AN_HOUR)
        first = site.get().headers["ETag"]
        assert other.get().headers["ETag"] == first, "two processes must agree"
        assert site.get().headers["ETag"] != first
        assert site.get(If_None_Match=first).status_code == 200

    def test_a_head_tells_the_same_without_the_page(self) -> None:
        site = Site(AN_HOUR)
        got, head = site.get(), site.app.test_client().head("/page")
        assert head.data == b""
        assert head.headers["ETag"] == got.headers["ETag"]
        assert site.renders == 1
