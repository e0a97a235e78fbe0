"""Lists whose rows are at hand already, such as sums made in Python: searched, sorted and paged by number."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import QueryDict

PAGE_SIZE = 50
MAX_SEARCH = 200


def search_in(query: QueryDict) -> str:
    """What a list is searched for."""
    return query.get("q", "").replace("\x00", "").strip()[:MAX_SEARCH]


@dataclass(frozen=True)
class Listing:
    """How a list is asked for in its URL: what is searched, in which order, which page."""

    search: str
    order: str
    number: str

    @classmethod
    def asked(cls, query: QueryDict, *, orders: Sequence[str], default: str) -> "Listing":
        """Read it from a URL's query; what makes no sense counts as not given."""
        order = query.get("sort", "")
        return cls(
            search=search_in(query),
            order=order if order.removeprefix("-") in orders else default,
            number=query.get("page", "1"),
        )

    def page(self, rows: "QuerySet[Any] | Sequence[Any]") -> "Page[Any]":
        """The page of these rows; numbers beyond the ends give the first or the last one."""
        return Paginator(rows, PAGE_SIZE).get_page(self.number)
