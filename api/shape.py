"""How a list's rows become what its serializer describes, without an object per row: columns are read as tuples, most
values go out as they come in (api.rendering writes ids and times), TikTok's ids and JSON as the database writes them,
the rest through the serializer's own fields."""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Self, cast
from uuid import UUID

import orjson
from django.core.exceptions import EmptyResultSet
from django.db.models import F, Func, Model, QuerySet, TextField
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast
from psycopg.sql import Literal
from rest_framework import serializers

from api.fields import ChoiceOrNullField, MadeField, TikTokIdField
from orgs.cursors import quick_cursor

Convert = Callable[..., Any]
# Fields whose values the renderer writes as the fields would, and those that add nothing to the text they hold.
AS_THEY_ARE = (
    serializers.UUIDField,
    serializers.DateField,
    serializers.IntegerField,
    serializers.BooleanField,
    serializers.DateTimeField,
    TikTokIdField,
    ChoiceOrNullField,
    MadeField,
)
# The id behind which a page starts, in a statement that is kept.
BEFORE = UUID(int=0)
PLAIN_TEXT = (serializers.CharField, serializers.ChoiceField)


class TextOrNull(Func):
    """Text, null where it is empty."""

    template = "nullif(%(expressions)s, '')"
    output_field = TextField()


@dataclass(frozen=True, slots=True)
class Shape:
    """`columns`: what is read, one column a field, and behind them what made fields need. `converted`: which values
    are not sent as they are, by position. `made`: fields made of several columns, by position."""

    names: tuple[str, ...]
    columns: tuple[str | Combinable, ...]
    converted: tuple[tuple[int, Convert], ...]
    made: tuple[tuple[int, Convert, tuple[int, ...]], ...]

    @classmethod
    def of(cls, serializer_class: type[serializers.Serializer[Any]]) -> Self:
        """The shape of what a serializer describes, all of whose fields are columns or made of columns."""
        fields = serializer_class().fields
        columns = [field.of[0] if isinstance(field, MadeField) else str(field.source) for field in fields.values()]
        made = []
        for place, field in enumerate(fields.values()):
            if isinstance(field, MadeField):
                made.append((place, field.by, tuple(_place(columns, name) for name in field.of)))
        converted = [
            (place, convert)
            for place, field in enumerate(fields.values())
            if (convert := _conversion(field)) is not None
        ]
        read = [_read(name, field) for name, field in zip(columns, fields.values(), strict=False)]
        return cls(tuple(fields), (*read, *columns[len(read) :]), tuple(converted), tuple(made))

    def statement(self, rows: QuerySet[Any], *, is_prepared: bool = False) -> "Statement":
        """What reads the rows of a queryset. Writing the columns down takes the ORM longer than the database takes to
        read them, so that is done once a shape. `is_prepared`: see orgs.cursors."""
        try:
            sql, parameters = rows.values_list(_first_column(rows)).query.get_compiler(rows.db).as_sql()
        except EmptyResultSet:
            return Statement(self, rows.db, None, (), is_prepared)
        selected = _selected(cast(Hashable, rows.model), rows.db, self.columns)
        sql = f"SELECT {selected} {sql[_end_of_columns(rows, sql) :]}"
        if is_prepared:
            sql, parameters = _with_words(sql, parameters)
        return Statement(self, rows.db, sql, tuple(parameters), is_prepared)

    def read(self, rows: QuerySet[Any]) -> list[dict[str, Any]]:
        """The rows of a queryset, in one statement."""
        return self.statement(rows).read()

    def rows(self, found: Sequence[Sequence[Any]]) -> list[dict[str, Any]]:
        """Rows from values of `columns`; column by column, which takes half as long as row by row."""
        if not found:
            return []
        read = list(zip(*found, strict=True))
        shown: list[Iterable[Any]] = [*read[: len(self.names)]]
        for place, convert in self.converted:
            converted = {value: None if value is None else convert(value) for value in set(shown[place])}
            shown[place] = map(converted.__getitem__, shown[place])
        for place, by, places in self.made:
            shown[place] = map(by, *(read[needed] for needed in places))
        return [dict(zip(self.names, row, strict=True)) for row in zip(*shown, strict=True)]


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement that can be asked many times; `sql` is None where it is known to find nothing. BEFORE stands among
    the parameters for what each time brings along."""

    shape: Shape
    alias: str
    sql: str | None
    parameters: tuple[Any, ...]
    is_prepared: bool

    def read(self, before: UUID | None = None) -> list[dict[str, Any]]:
        """The rows it finds."""
        if self.sql is None:
            return []
        with quick_cursor(self.alias, prepared=self.is_prepared) as cursor:
            cursor.execute(self.sql, [before if one is BEFORE else one for one in self.parameters])
            return self.shape.rows(cursor.fetchall())


def _with_words(sql: str, parameters: Sequence[Any]) -> tuple[str, Sequence[Any]]:
    """The statement with all of its parameters written into it but ids: a plan that is kept is made for what is the
    same for everybody, so the server must know it."""
    first, *rest = sql.split("%s")
    written = [
        ("%s" if isinstance(value, UUID) else Literal(value).as_string().replace("%", "%%")) + text
        for value, text in zip(parameters, rest, strict=True)
    ]
    return first + "".join(written), [value for value in parameters if isinstance(value, UUID)]


def _first_column(rows: QuerySet[Any]) -> str:
    return str(rows.model._meta.concrete_fields[0].attname)


def _end_of_columns(rows: QuerySet[Any], sql: str) -> int:
    """Where a statement's columns end: the rows' table is named there first."""
    return sql.index(f' FROM "{rows.model._meta.db_table}"') + 1


@cache
def _selected(model: type[Model], alias: str, columns: tuple[str | Combinable, ...]) -> str:
    """Columns of a model's table as SQL writes them."""
    every: QuerySet[Any] = QuerySet(model, using=alias).order_by().values_list(*columns)
    sql, parameters = every.query.get_compiler(alias).as_sql()
    if parameters:
        raise ValueError(f"the columns of {model.__name__} are not the same for every statement")
    return str(sql[len("SELECT ") : _end_of_columns(every, sql)])


def _read(column: str, field: "serializers.Field[Any, Any, Any, Any]") -> str | Combinable:
    """How a field's column is read."""
    match field:
        case ChoiceOrNullField():
            return TextOrNull(F(column))
        case serializers.JSONField() | TikTokIdField():
            return Cast(column, TextField())
    return column


def _conversion(field: "serializers.Field[Any, Any, Any, Any]") -> Convert | None:
    """What is done with a value that was read; None: nothing."""
    if isinstance(field, serializers.JSONField):
        return orjson.Fragment
    is_plain = isinstance(field, AS_THEY_ARE) or type(field) in PLAIN_TEXT
    return None if is_plain else field.to_representation


def _place(columns: list[str], name: str) -> int:
    """Where a column is read; it is put last if it is not yet."""
    if name not in columns:
        columns.append(name)
    return columns.index(name)


shape_of = cache(Shape.of)
