"""Pages of a sorted list that begin after a row instead of at a number: as quick on the thousandth page as on the
first, and no row twice or never because others came or went.

Rows are sorted by a column, unknown values last, equal ones by id in the same direction, so that one index over
(…, column, id) serves both directions and both halves, the known values and the unknown ones.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True, slots=True)
class Cursor:
    """A row that a page begins after, or ends before: its sorted value as text (None: unknown) and its id."""

    value: str | None
    id: UUID
    is_backward: bool = False

    @classmethod
    def read(cls, text: str, *, is_backward: bool) -> "Cursor | None":
        """The cursor that a URL holds; None if it holds none or nonsense."""
        value, _, row_id = text.replace("\x00", "").rpartition("~")
        try:
            return cls(value[1:] if value.startswith("v") else None, UUID(row_id), is_backward)
        except ValueError:
            return None

    @classmethod
    def of(cls, row: Any, column: str) -> "Cursor":
        """The cursor of a row that was read."""
        value = getattr(row, column)
        if value is None:
            return cls(None, row.pk)
        return cls(value.isoformat() if isinstance(value, date) else str(value), row.pk)

    def __str__(self) -> str:
        return f"n~{self.id}" if self.value is None else f"v{self.value}~{self.id}"


@dataclass(frozen=True, slots=True)
class KeysetPage(Generic[Row]):
    """One page. `previous` and `next` are the cursors of its neighbours, "" where there is none."""

    object_list: list[Row]
    previous: str
    next: str


class Sorting:
    """An order by one column of the rows, a field or an annotation; "-" in front for descending."""

    def __init__(self, rows: "QuerySet[Any]", order: str) -> None:
        self.column = order.removeprefix("-")
        self._downward = order.startswith("-")
        annotation = rows.query.annotations.get(self.column)
        self._field: Any = annotation.output_field if annotation else rows.model._meta.get_field(self.column)
        self._is_nullable = annotation is not None or self._field.null

    def page(self, rows: "QuerySet[Row]", cursor: Cursor | None, size: int) -> KeysetPage[Row]:
        """The rows beyond the cursor, in order. A cursor that does not fit the column counts as none."""
        cursor = cursor if cursor is None or self._fits(cursor) else None
        is_backward = cursor is not None and cursor.is_backward
        found = self._take(rows, cursor, size + 1)
        more, found = len(found) > size, found[:size]
        if is_backward:
            found.reverse()
        has_previous, has_next = (more, True) if is_backward else (cursor is not None, more)
        return KeysetPage(
            found,
            previous=str(Cursor.of(found[0], self.column)) if found and has_previous else "",
            next=str(Cursor.of(found[-1], self.column)) if found and has_next else "",
        )

    def _fits(self, cursor: Cursor) -> bool:
        try:
            return cursor.value is None or self._field.to_python(cursor.value) is not None
        except (ValidationError, ValueError, OverflowError):
            return False

    def _take(self, rows: "QuerySet[Row]", cursor: Cursor | None, number: int) -> list[Row]:
        downward = self._downward is not (cursor is not None and cursor.is_backward)
        sign = "-" if downward else ""
        ordered = rows.order_by(f"{sign}{self.column}", f"{sign}pk")
        found: list[Row] = []
        for half in self._halves(cursor):
            if len(found) < number:
                found += ordered.filter(half)[: number - len(found)]
        return found

    def _halves(self, cursor: Cursor | None) -> list[Q]:
        """The rows with a value and those without one, in the order they are read, from the cursor on."""
        is_known = Q(**{f"{self.column}__isnull": False}) if self._is_nullable else Q()
        is_unknown = Q(**{f"{self.column}__isnull": True})
        halves = [is_known, is_unknown] if self._is_nullable else [is_known]
        if cursor is None:
            return halves
        downward = self._downward is not cursor.is_backward
        if cursor.is_backward:
            halves.reverse()
        if cursor.value is None:
            own, beyond = is_unknown, Q(**{"pk__lt" if downward else "pk__gt": cursor.id})
        else:
            own, beyond = is_known, self._beyond(self._field.to_python(cursor.value), cursor.id, downward)
        return [own & beyond, *(halves[halves.index(own) + 1 :] if own in halves else halves)]

    def _beyond(self, value: Any, row_id: UUID, downward: bool) -> Q:
        """(column, id) beyond (value, id). The first condition says again what the rest implies, for the index."""
        side = "lt" if downward else "gt"
        equal_or_beyond = Q(**{f"{self.column}__{side}e": value})
        return equal_or_beyond & (Q(**{f"{self.column}__{side}": value}) | Q(**{f"pk__{side}": row_id}))


def batches(rows: "QuerySet[Row]", order: str, size: int) -> Iterator[list[Row]]:
    """Everything in order, page by page, without keeping more than a page."""
    sorting = Sorting(rows, order)
    cursor: Cursor | None = None
    while True:
        page = sorting.page(rows, cursor, size)
        if page.object_list:
            yield page.object_list
        if not page.next:
            return
        cursor = Cursor.read(page.next, is_backward=False)
