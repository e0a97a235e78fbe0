"""Set-based writes of many rows in one statement, near the database's own speed.

Rows travel by column, each as one array that PostgreSQL unfolds, or as the lines of a COPY: many times cheaper than a
model instance a row. Values travel beside the statement, not in it, so that nobody has to parse them as SQL.
"""

import struct
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from itertools import islice
from typing import Any, cast
from uuid import UUID
from weakref import WeakSet

import numpy as np
import psycopg
from django.contrib.postgres.fields import ArrayField
from django.db import connections, models, router
from django.db.backends.utils import CursorWrapper
from psycopg.adapt import Dumper
from psycopg.pq import Format

from scraping.counts import UNKNOWN
from scraping.interpolation import Ints

# A column is a sequence of values, or an array of numbers or texts; UNKNOWN stands for NULL in an array of numbers.
Column = Sequence[Any] | np.ndarray[Any, Any]
Columns = Mapping[str, Column]
# From so many rows on it pays to try without being ready for rows that exist: few are written quicker than a savepoint.
MANY = 500
_LINES = 500
_BIG_ENDIAN = np.dtype(">i8")


def upsert(model: type[models.Model], columns: Columns, *, key: Sequence[str], update: Sequence[str]) -> None:
    """Insert rows; where `key` exists, overwrite the columns in `update`. Rows must differ in their key."""
    assignments = ", ".join(f"{name} = excluded.{name}" for name in update)
    _insert(model, columns, f"ON CONFLICT ({', '.join(key)}) DO UPDATE SET {assignments}")


def update(model: type[models.Model], columns: Columns, *, key: str) -> None:
    """Overwrite these columns of the rows with that key, in one statement."""
    source, values = unfolded(model, columns)
    assignments = ", ".join(f"{name} = rows.{name}" for name in columns if name != key)
    table = model._meta.db_table
    with binary_cursor(model) as cursor:
        cursor.execute(f"UPDATE {table} SET {assignments} FROM {source} WHERE {table}.{key} = rows.{key}", values)  # noqa: S608


def insert_missing(model: type[models.Model], columns: Columns) -> None:
    """Insert rows; one whose key exists is left out, so the first stays."""
    _insert(model, columns, "ON CONFLICT DO NOTHING")


def _insert(model: type[models.Model], columns: Columns, on_conflict: str) -> None:
    if columns and len(next(iter(columns.values()))):
        with binary_cursor(model) as cursor:
            cursor.execute(*insertion(model, columns, on_conflict))


def insertion(
    model: type[models.Model], columns: Columns, on_conflict: str = "ON CONFLICT DO NOTHING"
) -> tuple[str, list[Any]]:
    """The statement that inserts rows, and its parameters, for a binary cursor."""
    source, values = unfolded(model, columns)
    return f"INSERT INTO {model._meta.db_table} ({', '.join(columns)}) SELECT * FROM {source} {on_conflict}", values  # noqa: S608 - names of our own columns


def copy(model: type[models.Model], columns: Columns) -> None:
    """Insert rows none of which exist yet: half the work of looking for each first. Raises IntegrityError."""
    rows = zip(*(_texts(model, *column) for column in columns.items()), strict=True)
    statement = f"COPY {model._meta.db_table} ({', '.join(columns)}) FROM STDIN"
    wrapped = connections[router.db_for_write(model)].wrap_database_errors
    with binary_cursor(model) as cursor, wrapped, cursor.cursor.copy(statement) as copying:
        # Some hundred lines at a time, so that PostgreSQL works while the next ones are put together.
        while lines := "\n".join(map("\t".join, islice(rows, _LINES))):
            copying.write(lines + "\n")


# Connections that know how arrays of numbers travel.
_knowing: WeakSet[Any] = WeakSet()


@contextmanager
def binary_cursor(model: type[models.Model]) -> Iterator[Any]:
    """A cursor whose values travel beside the statement and whose rows come in binary: bytes in a statement, or as
    text, take twice the room and are parsed. Arrays of numbers travel as they are."""
    connection = connections[router.db_for_write(model)]
    connection.ensure_connection()
    if connection.connection not in _knowing:
        connection.connection.adapters.register_dumper(np.ndarray, _BigintsDumper)
        _knowing.add(connection.connection)
    with psycopg.Cursor(connection.connection) as cursor:
        cursor.format = Format.BINARY
        yield CursorWrapper(cursor, connection)


class _BigintsDumper(Dumper):
    """An array of 64-bit integers as PostgreSQL's bigint[]."""

    format = Format.BINARY
    oid = psycopg.adapters.types["int8"].array_oid

    def dump(self, obj: Ints) -> bytes:
        elements = np.empty(len(obj), [("size", ">i4"), ("value", ">i8")])
        elements["size"], elements["value"] = 8, obj
        header = struct.pack(">iiIii", 1, 0, psycopg.adapters.types["int8"].oid, len(obj), 1)
        return header + elements.tobytes()


def packed(numbers: Ints) -> bytes:
    """64-bit integers as they are kept."""
    return numbers.astype(_BIG_ENDIAN).tobytes()


def unpacked(data: bytes | memoryview) -> Ints:
    """The integers of `packed`."""
    return np.frombuffer(data, _BIG_ENDIAN).astype(np.int64)


def unfolded(model: type[models.Model], columns: Columns) -> tuple[str, list[Any]]:
    """Rows as something to select from, their columns of the types that they have in `model`, and its parameters.

    Times may be given as whole seconds since 1970, which is cheaper than as instants.
    """
    selected, arrays, values = [], [], []
    for name, column in columns.items():
        kind, is_array, is_time = _kind(model, name)
        travels, arrives = kind, name
        value: Any = None
        if is_array:
            # An array of arrays must be a rectangle, so a column of arrays travels as text and is cast row by row.
            travels, arrives, value = "text", f"{name}::{kind}", array_literal([text_array(row) for row in column])
        elif isinstance(column, np.ndarray) and column.dtype == np.int64:
            travels, arrives, value = "bigint", f"nullif({name}, {UNKNOWN})", column
        elif is_time and set(map(type, column)) <= {int, type(None)}:
            travels = "bigint"
        if is_time and travels == "bigint":
            arrives = f"to_timestamp({arrives})"
        selected.append(arrives)
        arrays.append(f"%s::{travels}[]")
        values.append(array_literal(column) if value is None else value)
    unnested = f"unnest({', '.join(arrays)}) AS v({', '.join(columns)})"
    return f"(SELECT {', '.join(selected)} FROM {unnested}) AS rows({', '.join(columns)})", values  # noqa: S608


def _texts(model: type[models.Model], name: str, column: Column) -> Sequence[str]:
    """A column as the values in the lines of a COPY."""
    _, is_array, is_time = _kind(model, name)
    if isinstance(column, np.ndarray) and column.dtype == np.int64:
        if is_time:
            texts = np.datetime_as_string(column.view("datetime64[s]"), timezone="UTC").tolist()
            return (
                [r"\N" if text == "NaT" else text for text in texts] if UNKNOWN in column else cast("list[str]", texts)
            )
        return str(column.tolist())[1:-1].replace(str(UNKNOWN), r"\N").split(", ")
    texts = column.tolist() if isinstance(column, np.ndarray) else column
    if is_array:
        texts = [text_array(row) for row in texts]
    kinds = set(map(type, texts))
    if all(issubclass(kind, str) for kind in kinds):
        joined = SEPARATOR.join(texts)
        if joined.count(SEPARATOR) == len(texts) - 1:
            return _copy_escaped(joined).split(SEPARATOR)
    return [r"\N" if value is None else _copy_escaped(str(value)) for value in texts]


def _copy_escaped(text: str) -> str:
    text = text.replace("\\", "\\\\").replace("\x00", "")
    return text.replace("\t", r"\t").replace("\n", r"\n").replace("\r", r"\r")


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
    column = values.tolist() if isinstance(values, np.ndarray) else list(values)
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
