"""Pages of a long list."""

from dataclasses import dataclass

from flask import request, url_for


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
        arguments = {**request.args.to_dict(), **(request.view_args or {}), "page": number}
        return url_for(request.endpoint or "", **arguments)
