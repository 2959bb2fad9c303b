"""Pages of a long list."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import g, request, url_for


@dataclass(frozen=True)
class Pagination:
    """Where one is in a list of `total` rows."""

    page: int
    total: int
    per_page: int

    @property
    def page_count(self) -> int:
        """At least one, even when the list is empty."""
        return max(1, -(-self.total // self.per_page))

    @property
    def has_prev(self) -> bool:
        """Whether a page comes before."""
        return self.page > 1

    @property
    def has_next(self) -> bool:
        """Whether a page comes after."""
        return self.page < self.page_count

    def url_for_page(self, number: int) -> str:
        """The address of another page of the same list."""
        address = url_for(request.endpoint or "", **(request.view_args or {}))
        return with_query(address, query_of_page() | {"page": str(number)})


def query_of_page() -> dict[str, str]:
    """The part of this request's query that its links keep: on a page kept for everybody, only what
    makes it another page, so that nobody is handed what another visitor came with."""
    kept: dict[str, str] | None = g.get("query_of_page")
    return request.args.to_dict() if kept is None else dict(kept)


def with_query(address: str, query: Mapping[str, str]) -> str:
    """An address with a query; unlike `url_for` it gives no name in it a meaning of its own."""
    return f"{address}?{urlencode(query)}" if query else address
