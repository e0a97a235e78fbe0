"""Set-based writes of many rows in one statement, near the database's own speed.

Rows travel by column, each as one array that PostgreSQL unfolds: many times cheaper than a model instance a row.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast

from django.contrib.postgres.fields import ArrayField
from django.db import connections, models, router

Columns = Mapping[str, Sequence[Any]]


def upsert(model: type[models.Model], columns: Columns, *, key: Sequence[str], update: Sequence[str]) -> None:
    """Insert rows; where `key` exists, overwrite the columns in `update`. Rows must differ in their key."""
    assignments = ", ".join(f"{name} = excluded.{name}" for name in update)
    _insert(model, columns, f"ON CONFLICT ({', '.join(key)}) DO UPDATE SET {assignments}")


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
    """Rows as something to select from, their columns of the types that they have in `model`, and its parameters."""
    connection = connections[router.db_for_write(model)]
    fields = {name: cast("models.Field[Any, Any]", model._meta.get_field(name)) for name in columns}
    types = {name: str(field.db_type(connection)) for name, field in fields.items()}
    # An array of arrays must be a rectangle, so a column of arrays travels as text and is cast row by row.
    ragged = {name for name, field in fields.items() if isinstance(field, ArrayField)}
    selected = ", ".join(f"{name}::{kind} AS {name}" if name in ragged else name for name, kind in types.items())
    arrays = ", ".join(f"%s::{'text' if name in ragged else kind}[]" for name, kind in types.items())
    source = f"(SELECT {selected} FROM unnest({arrays}) AS v({', '.join(columns)})) AS rows"  # noqa: S608
    return source, [array_literal(values) for values in columns.values()]


def array_literal(values: Iterable[Any]) -> str:
    """PostgreSQL's text form of an array: the cheapest way to send a long column."""
    return "{" + ",".join([_element(value) for value in values]) + "}"


def _element(value: Any) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, tuple | list):
        value = array_literal(value)
    text = str(value)
    if "\\" in text or '"' in text or "\x00" in text:
        text = text.replace("\\", "\\\\").replace('"', '\\"').replace("\x00", "")
    return f'"{text}"'
