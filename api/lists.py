"""Lists, newest first, page by page: of a table, whose statement is written once for whatever is asked alike, or of
what stands below one thing."""

from collections.abc import Hashable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, ClassVar, Generic, cast
from uuid import UUID

from django.db.models import Model, QuerySet
from rest_framework.request import Request
from rest_framework.response import Response

from api.authentication import key_of
from api.envelope import success
from api.errors import NotFound
from api.pagination import Page, PagedQuery, Shown, newest_first
from api.parameters import Query, path_id
from api.shape import BEFORE, Statement, shape_of
from api.views import ApiView, Row
from orgs.scope import current_org_id

# Statements that are kept in a process: so many organizations times what they ask for.
KEPT_STATEMENTS = 4_096
NEXT_CURSOR = {
    "type": ["string", "null"],
    "description": "Pass it as `cursor` to get the next page; null on the last one.",
}


class ListView(ApiView):
    """Many rows, newest first, page by page."""

    answers_many = True
    meta_schema: ClassVar[dict[str, Any]] = {
        "type": "object",
        "properties": {"nextCursor": NEXT_CURSOR},
        "required": ["nextCursor"],
    }
    query_class: ClassVar[type[Query]] = PagedQuery

    def read(self, before: UUID | None, number: int) -> list[Shown]:
        """At most so many rows as they are sent, in one statement: the newest, or those behind the one with this id."""
        raise NotImplementedError

    def get(self, request: Request, **path: str) -> Response:
        page = Page.of(self.read, self.query)
        return success(page.rows, meta={"nextCursor": page.next_cursor})


@dataclass(frozen=True, slots=True)
class Asked:
    """All that the rows of a list follow from: two that are equal lead to the same statement."""

    org_id: UUID
    timezone: str
    filters: frozenset[tuple[str, Any]]

    def __getitem__(self, name: str) -> Any:
        """The value of a filter; None where it is not given."""
        return dict(self.filters).get(name)


class TableView(ListView, Generic[Row]):
    """Rows of one table."""

    # The filters that name something, and what: an id that is not there, or not theirs, is 404.
    names: ClassVar[dict[str, type[Model]]] = {}

    @classmethod
    def rows(cls, asked: Asked) -> QuerySet[Row]:
        """The rows that are asked for, in the open scope; by what `asked` says and nothing else, without a look at the
        database: the statement is kept."""
        raise NotImplementedError

    @property
    def asked(self) -> Asked:
        """What this request asks for. Raises NotFound where a filter names nothing."""
        filters = self.query["filters"]
        for name in self.names.keys() & filters.keys():
            things: Any = self.names[name]
            if not things.objects.visible().filter(id=filters[name]).exists():
                raise NotFound
        return Asked(current_org_id(), key_of(self.request).org.timezone, frozenset(filters.items()))

    def read(self, before: UUID | None, number: int) -> list[Shown]:
        view = cast(Hashable, type(self))
        return _statement(view, self.asked, number, is_first=before is None).read(before)


class PartsView(ListView, Generic[Row]):
    """What stands below the thing whose id is in the path, each row with what belongs to it."""

    def rows(self, id: UUID) -> QuerySet[Row]:
        """The rows below a thing. Raises Http404 where there is none."""
        raise NotImplementedError

    def read(self, before: UUID | None, number: int) -> list[Shown]:
        rows = newest_first(self.rows(path_id(self.kwargs["id"])), before)[:number]
        return [dict(self.serializer_class(row).data) for row in rows]


@lru_cache(KEPT_STATEMENTS)
def _statement(view: type[TableView[Any]], asked: Asked, number: int, *, is_first: bool) -> Statement:
    rows = newest_first(view.rows(asked), None if is_first else BEFORE)
    return shape_of(view.serializer_class).statement(rows[:number], is_prepared=not asked.filters)
