"""Pages of a long list, and the links between them."""

import pytest
from flask import Flask, g
from hypothesis import given
from hypothesis import strategies as st

from campaign.web.paging import Pagination, query_of_page, with_query


@pytest.fixture
def site() -> Flask:
    made = Flask("site")
    made.add_url_rule("/<place>/list", "listing", lambda place: place)
    return made


@pytest.mark.parametrize(
    ("total", "count"), [(0, 1), (1, 1), (20, 1), (21, 2), (40, 2), (41, 3), (1_000_000, 50_000)]
)
def test_there_are_as_many_pages_as_needed_and_at_least_one(total: int, count: int) -> None:
    assert Pagination(page=1, total=total, per_page=20).page_count == count


@given(st.integers(1, 60), st.integers(0, 1000), st.integers(1, 30))
def test_one_can_go_on_unless_at_an_end(page: int, total: int, per_page: int) -> None:
    pages = Pagination(page=page, total=total, per_page=per_page)
    assert pages.has_prev is (page > 1)
    assert pages.has_next is (page * per_page < total)
    assert (pages.page_count - 1) * per_page < max(total, 1) <= pages.page_count * per_page


def test_the_link_to_another_page_keeps_the_address_and_the_query(site: Flask) -> None:
    with site.test_request_context("/here/list?q=a%26b&theme=work&page=2"):
        link = Pagination(page=2, total=99, per_page=20).url_for_page(3)
    assert link == "/here/list?q=a%26b&theme=work&page=3"


def test_on_a_page_kept_for_all_a_link_keeps_only_what_makes_it_that_page(site: Flask) -> None:
    with site.test_request_context("/here/list?theme=work&fbclid=somebody"):
        g.query_of_page = {"theme": "work"}
        assert query_of_page() == {"theme": "work"}
        link = Pagination(page=1, total=99, per_page=20).url_for_page(2)
        assert link == "/here/list?theme=work&page=2"
        query_of_page()["theme"] = "changed by the caller"
        assert g.query_of_page == {"theme": "work"}


@pytest.mark.parametrize(
    "name", ["_external", "_anchor", "_scheme", "_method", "endpoint", "place", "lang"]
)
def test_no_name_in_a_query_has_a_meaning_of_its_own(site: Flask, name: str) -> None:
    with site.test_request_context(f"/here/list?{name}=evil.example"):
        link = Pagination(page=1, total=99, per_page=20).url_for_page(2)
    assert link == f"/here/list?{name}=evil.example&page=2"


def test_an_address_without_a_query_has_no_question_mark() -> None:
    assert with_query("/list", {}) == "/list"
    assert with_query("/list", {"q": "é &"}) == "/list?q=%C3%A9+%26"
