"""Set-based writes of many rows in one statement, near the database's own speed.

Rows travel by column, each as one array that PostgreSQL unfolds: many times cheaper than a model instance a row.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any, cast
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import connections, models, router

Columns = Mapping[str, Sequence[Any]]


def upsert(model: type[models.Model], columns: Columns, *, key: Sequence[str], update: Sequence[str]) -> None:
    """Insert rows; where `key` exists, overwrite the columns in `update`. Rows must differ in their key."""
    assignments = ", ".join(f"{name} = excluded.{name}" for name in update)
    _insert(model, columns, f"ON CONFLICT ({', '.join(key)}) DO UPDATE SET {assignments}")


def update(model: type[models.Model], columns: Columns, *, key: str) -> None:
    """Overwrite these columns of the rows with that key, in one statement."""
    source, values = unfolded(model, columns)
    assignments = ", ".join(f"{name} = rows.{name}" for name in columns if name != key)
    table = model._meta.db_table
    with connections[router.db_for_write(model)].cursor() as cursor:
        cursor.execute(f"UPDATE {table} SET {assignments} FROM {source} WHERE {table}.{key} = rows.{key}", values)  # noqa: S608


def insert_missing(model: type[models.Model], columns: Columns) -> None:
    """Insert rows; one whose key exists is left out, so the first stays."""
    _insert(model, columns, "ON CONFLICT DO NOTHING")


def _insert(model: type[models.Model], columns: Columns, on_conflict: str) -> None:
    if not columns or not next(iter(columns.values())):
        return
    names = ", ".join(columns)
    source, values = unfolded(model, columns)
    with connections[router.db_for_write(model)].cursor() as cursor:
        cursor.execute(f"INSERT INTO {model._meta.db_table} ({names}) SELECT * FROM {source} {on_conflict}", values)  # noqa: S608 - names of our own columns


def unfolded(model: type[models.Model], columns: Columns) -> tuple[str, list[str]]:
    """Rows as something to select from, their columns of the types that they have in `model`, and its parameters.

    Times may be given as whole seconds since 1970, which is cheaper than as instants.
    """
    selected, arrays, values = [], [], []
    for name, column in columns.items():
        kind, is_array, is_time = _kind(model, name)
        travels, arrives, literal = kind, name, ""
        if is_array:
            # An array of arrays must be a rectangle, so a column of arrays travels as text and is cast row by row.
            travels, arrives, literal = "text", f"{name}::{kind}", array_literal([text_array(row) for row in column])
        elif is_time and set(map(type, column)) <= {int, type(None)}:
            travels, arrives = "bigint", f"to_timestamp({name})"
        selected.append(arrives)
        arrays.append(f"%s::{travels}[]")
        values.append(literal or array_literal(column))
    unnested = f"unnest({', '.join(arrays)}) AS v({', '.join(columns)})"
    return f"(SELECT {', '.join(selected)} FROM {unnested}) AS rows({', '.join(columns)})", values  # noqa: S608


@cache
def _kind(model: type[models.Model], name: str) -> tuple[str, bool, bool]:
    """A column's type in the database, and whether it is an array or a time."""
    field = cast("models.Field[Any, Any]", model._meta.get_field(name))
    kind = str(field.db_type(connections[router.db_for_write(model)]))
    return kind, isinstance(field, ArrayField), isinstance(field, models.DateTimeField)


SEPARATOR = "\x1f"


def array_literal(values: Iterable[Any]) -> str:
    """PostgreSQL's text form of an array: the cheapest way to send a long column. NUL, which no text holds, is dropped.

    Columns of one plain type are put together as a whole, without a step in Python for each value.
    """
    column = list(values)
    kinds = set(map(type, column))
    if kinds <= {int, bool, type(None)}:
        return "{" + str(column)[1:-1].replace("None", "NULL") + "}"
    if all(issubclass(kind, str) for kind in kinds):
        joined = SEPARATOR.join(column)
        if joined.count(SEPARATOR) == len(column) - 1:
            return '{"' + _escaped(joined).replace(SEPARATOR, '","') + '"}'
    if kinds <= {UUID, datetime}:
        return '{"' + '","'.join(map(str, column)) + '"}'
    return "{" + ",".join(["NULL" if value is None else f'"{_escaped(str(value))}"' for value in column]) + "}"


def text_array(values: Sequence[str]) -> str:
    """PostgreSQL's text form of a short array of texts."""
    if not values:
        return "{}"
    return '{"' + '","'.join([_escaped(value) for value in values]) + '"}'


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\x00", "")
