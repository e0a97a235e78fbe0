"""Reads that are asked all the time, written down once: the ORM takes longer to write a statement than the database
takes to answer it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.db import connections, models

Row = TypeVar("Row", bound=models.Model)
# Stands for an id in a statement that is kept.
STAND_IN = UUID(int=1)
# For so many organizations times the kinds of rows each is kept.
MOST_KEPT = 4_096


@dataclass(frozen=True, slots=True)
class Statement(Generic[Row]):
    """What reads rows of a model, with stand-ins among its parameters for what each time brings along. It holds the
    organization in whose scope it was written down; whoever keeps it keeps it for that one alone."""

    model: type[Row]
    alias: str
    sql: str
    parameters: tuple[Any, ...]
    names: tuple[str, ...]
    converters: tuple[tuple[int, tuple[Callable[..., Any], ...], Any], ...]

    @classmethod
    def of(cls, rows: "models.QuerySet[Row]") -> "Statement[Row]":
        """What reads these rows, whole and without rows of other models."""
        compiler = rows.query.get_compiler(rows.db)
        sql, parameters = compiler.as_sql()
        columns = [column for column, _, _ in compiler.select]
        converters = compiler.get_converters(columns)
        return cls(
            rows.model,
            rows.db,
            sql,
            tuple(parameters),
            tuple(column.target.attname for column in columns),
            tuple((place, tuple(convert), column) for place, (convert, column) in converters.items()),
        )

    def read(self, stood_for: Mapping[Any, Any]) -> list[Row]:
        """The rows there are now; `stood_for`: stand-in → value."""
        connection = connections[self.alias]
        with connection.cursor() as cursor:
            cursor.execute(self.sql, [stood_for.get(one, one) for one in self.parameters])
            found: Sequence[Sequence[Any]] = cursor.fetchall()
        return [self.model.from_db(self.alias, self.names, self._converted(row, connection)) for row in found]

    def _converted(self, row: Sequence[Any], connection: Any) -> list[Any]:
        values = list(row)
        for place, converters, column in self.converters:
            for convert in converters:
                values[place] = convert(values[place], column, connection)
        return values
