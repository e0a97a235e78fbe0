"""Set-based writes of many rows in one statement, near the database's own speed.

Rows travel by column, each as one array that PostgreSQL unfolds, or as the binary rows of a COPY: many times cheaper
than a model instance a row. Values travel beside the statement, not in it, so that nobody has to parse them as SQL.
"""

import struct
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple, cast
from uuid import UUID
from weakref import WeakSet

import numpy as np
import psycopg
from django.contrib.postgres.fields import ArrayField
from django.db import IntegrityError, connections, models, router, transaction
from django.db.backends.utils import CursorWrapper
from psycopg.adapt import Dumper
from psycopg.generators import send
from psycopg.pq import Format

from scraping.counts import UNKNOWN
from scraping.interpolation import Ints

# A column is a sequence of values, or an array of numbers or texts; UNKNOWN stands for NULL in an array of numbers.
Column = Sequence[Any] | np.ndarray[Any, Any]
Columns = Mapping[str, Column]
# From so many rows on it pays to try without being ready for rows that exist: few are written quicker than a savepoint.
MANY = 500
_BIG_ENDIAN = np.dtype(">i8")


def upsert(
    model: type[models.Model],
    columns: Columns,
    *,
    key: Sequence[str],
    update: Sequence[str],
    meanwhile: Callable[[], object] | None = None,
) -> None:
    """Insert rows; where `key` exists, overwrite the columns in `update`. Rows must differ in their key."""
    assignments = ", ".join(f"{name} = excluded.{name}" for name in update)
    _insert(model, columns, f"ON CONFLICT ({', '.join(key)}) DO UPDATE SET {assignments}", meanwhile)


def update(
    model: type[models.Model], columns: Columns, *, key: str, meanwhile: Callable[[], object] | None = None
) -> None:
    """Overwrite these columns of the rows with that key, in one statement."""
    source, values = as_rows(model, columns)
    assignments = ", ".join(f"{name} = rows.{name}" for name in columns if name != key)
    table = model._meta.db_table
    statement = f"UPDATE {table} SET {assignments} FROM {source} WHERE {table}.{key} = rows.{key}"  # noqa: S608
    _write(model, (statement, values), len(columns[key]), meanwhile)


def insert_missing(model: type[models.Model], columns: Columns) -> None:
    """Insert rows; one whose key exists is left out, so the first stays."""
    _insert(model, columns, "ON CONFLICT DO NOTHING")


def insert_new(model: type[models.Model], columns: Columns, *, meanwhile: Callable[[], object] | None = None) -> None:
    """Insert rows none of which exist yet. Raises IntegrityError."""
    _insert(model, columns, "", meanwhile)


def _insert(
    model: type[models.Model], columns: Columns, on_conflict: str, meanwhile: Callable[[], object] | None = None
) -> None:
    if columns and (number := len(next(iter(columns.values())))):
        _write(model, insertion(model, columns, on_conflict), number, meanwhile)


def _write(
    model: type[models.Model],
    statement: tuple[str, list[Any]],
    number: int,
    meanwhile: Callable[[], object] | None,
) -> None:
    """Execute a statement that writes so many rows. While the server writes many, `meanwhile` is done."""
    with binary_cursor(model) as cursor:
        if meanwhile is None or number < MANY:
            cursor.execute(*statement)
            return
        with unawaited(model):
            cursor.execute(*statement)
            meanwhile()


def insertion(
    model: type[models.Model], columns: Columns, on_conflict: str = "ON CONFLICT DO NOTHING"
) -> tuple[str, list[Any]]:
    """The statement that inserts rows, and its parameters, for a binary cursor."""
    source, values = as_rows(model, columns)
    return f"INSERT INTO {model._meta.db_table} ({', '.join(columns)}) SELECT * FROM {source} {on_conflict}", values  # noqa: S608 - names of our own columns


class CopyRows(NamedTuple):
    """Rows of a table as COPY takes them."""

    model: type[models.Model]
    columns: tuple[str, ...]
    data: bytes


def copy_rows(model: type[models.Model], columns: Mapping[str, np.ndarray[Any, Any]]) -> CopyRows:
    """Put rows together for `copy`.

    Columns of 64-bit integers or times are arrays of numbers, columns of text arrays of words in ASCII, and others
    arrays of bytes, row × byte, as PostgreSQL sends such values.
    """
    return CopyRows(model, tuple(columns), _COPY_BEGINS + _binary_rows(model, columns) + _COPY_ENDS)


def copy(rows: CopyRows) -> None:
    """Insert rows none of which exist yet: half the work of looking for each first. Raises IntegrityError."""
    statement = f"COPY {rows.model._meta.db_table} ({', '.join(rows.columns)}) FROM STDIN (FORMAT BINARY)"
    wrapped = connections[router.db_for_write(rows.model)].wrap_database_errors
    with binary_cursor(rows.model) as cursor, wrapped, cursor.cursor.copy(statement) as copying:
        copying.write(rows.data)


def copy_unless_there(rows: CopyRows) -> bool:
    """Insert rows as `copy` does, unless one of them exists; returns whether they were inserted."""
    try:
        with transaction.atomic(using=router.db_for_write(rows.model)):
            copy(rows)
    except IntegrityError:
        return False
    return True


# A signature, flags and the length of an extension, none of which say anything; and the end.
_COPY_BEGINS, _COPY_ENDS = b"PGCOPY\n\xff\r\n\0" + bytes(8), b"\xff\xff"
# PostgreSQL counts microseconds from the year 2000 on.
_YEAR_2000 = 946_684_800


def _binary_rows(model: type[models.Model], columns: Mapping[str, np.ndarray[Any, Any]]) -> bytes:
    """Rows in the binary form of COPY: the number of values, and each with its size before it, -1 where it is NULL."""
    values = [_binary_values(model, *column) for column in columns.items()]
    fields: list[Any] = [("number", ">i2")]
    for name, (data, _) in zip(columns, values, strict=True):
        fields += [(f"{name} size", ">i4"), (name, "u1", data.shape[1:])]
    rows = np.empty(len(values[0][0]), fields)
    rows["number"] = len(columns)
    for name, (data, sizes) in zip(columns, values, strict=True):
        rows[f"{name} size"], rows[name] = sizes, data
    lines = rows.view("u1").reshape(len(rows), -1)
    if all((sizes == data.shape[1]).all() for data, sizes in values):
        return lines.tobytes()
    is_sent = np.ones(lines.shape, np.bool_)
    for name, (data, sizes) in zip(columns, values, strict=True):
        start = rows.dtype.fields[name][1] if rows.dtype.fields else 0
        is_sent[:, start : start + data.shape[1]] = np.arange(data.shape[1]) < sizes[:, None]
    return lines[is_sent].tobytes()


def _binary_values(
    model: type[models.Model], name: str, column: np.ndarray[Any, Any]
) -> tuple[np.ndarray[Any, np.dtype[np.uint8]], Ints]:
    """A column's values as bytes, row × byte, and how many of the bytes of each are its own."""
    if column.dtype == np.int64:
        _, _, is_time = _kind(model, name)
        numbers = (column - _YEAR_2000) * 1_000_000 if is_time else column
        return _as_bytes(numbers.astype(_BIG_ENDIAN)), np.where(column == UNKNOWN, -1, 8)
    if column.dtype.kind == "U":
        letters = column.view(np.uint32).reshape(len(column), -1)
        if (letters > 127).any():
            raise ValueError(f"{name} is not ASCII")
        return letters.astype(np.uint8), np.count_nonzero(letters, axis=1)
    return column, np.full(len(column), column.shape[1])


def _as_bytes(column: np.ndarray[Any, Any]) -> np.ndarray[Any, np.dtype[np.uint8]]:
    return column.view("u1").reshape(len(column), column.itemsize)


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
    with _SizedCursor(connection.connection) as cursor:
        cursor.format = Format.BINARY
        yield CursorWrapper(cursor, connection)


@contextmanager
def unawaited(model: type[models.Model]) -> Iterator[None]:
    """A statement within is sent and not waited for, until something is read of what it answers: time to do other
    things in. What it raises is raised at the end. There is no COPY within."""
    connection = connections[router.db_for_write(model)]
    connection.ensure_connection()
    with connection.wrap_database_errors, connection.connection.pipeline():
        yield


class _SizedCursor(psycopg.Cursor[Any]):
    """Has the server keep plans of statements about few rows, where planning takes long, and plan those about many for
    as many as they are."""

    def execute(self, query: Any, params: Any = None, **options: Any) -> "_SizedCursor":
        if any(isinstance(one, np.ndarray) and len(one) >= MANY for one in params or ()):
            options["prepare"] = False
        super().execute(query, params, **options)
        # Of what is not waited for, only as much is sent as there was room for: the server would wait for the rest.
        if self.connection.pgconn.pipeline_status:
            self.connection.wait(send(self.connection.pgconn))
        return self


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


def as_rows(model: type[models.Model], columns: Columns) -> tuple[str, list[Any]]:
    """Rows as something to select from, their columns of the types that they have in `model`, and its parameters.

    Times may be given as whole seconds since 1970, which is cheaper than as instants. Of many rows, a value that all
    of them share travels once.
    """
    selected: list[str] = []
    unfolded: list[str] = []
    shared: list[Any] = []
    travelling: list[Any] = []
    for name, column in columns.items():
        kind, is_array, is_time = _kind(model, name)
        is_bigint = is_time and not _is_numbers(column) and set(map(type, column)) <= {int, type(None)}
        travels = "bigint" if is_bigint or _is_numbers(column) else kind
        if travelling and _is_shared(column):
            source = f"%s::{travels}"
            shared.append(_alone(column[0]))
        else:
            parameter, unfolds, source = _travelling(name, column, travels, is_array=is_array)
            unfolded.append(f"unnest({unfolds}) AS {name}")
            travelling.append(parameter)
        if _is_numbers(column):
            source = f"nullif({source}, {UNKNOWN})"
        selected.append(f"to_timestamp({source})" if is_time and travels == "bigint" else source)
    # Unfolded in a SELECT they step through side by side; in FROM each would be put down first, at five times the cost.
    rows = f"(SELECT {', '.join(unfolded)}) AS v"
    return f"(SELECT {', '.join(selected)} FROM {rows}) AS rows({', '.join(columns)})", [*shared, *travelling]  # noqa: S608


def _is_numbers(column: Column) -> bool:
    return isinstance(column, np.ndarray) and column.dtype == np.int64


def _is_shared(column: Column) -> bool:
    """Whether all of many rows have the same value."""
    if len(column) < MANY:
        return False
    if isinstance(column, np.ndarray):
        return bool((column == column[0]).all())
    return column.count(column[0]) == len(column)


def _alone(value: Any) -> Any:
    """A value as it travels by itself."""
    if isinstance(value, str):
        return str(value).replace("\x00", "")
    if isinstance(value, np.generic):
        return value.item()
    return [_alone(part) for part in value] if isinstance(value, list | tuple) else value


def _travelling(name: str, column: Column, kind: str, *, is_array: bool) -> tuple[Any, str, str]:
    """What travels for a column, the array that PostgreSQL makes of it, and a row's value."""
    if _is_numbers(column):
        return column, "%s::bigint[]", name
    values = column.tolist() if isinstance(column, np.ndarray) else list(column)
    if is_array:
        # An array of arrays must be a rectangle, so a column of arrays travels as texts that are split row by row.
        if (joined := _joined([_joined(row, PART_SEPARATOR) for row in values])) is not None:
            return joined, _SPLIT, f"string_to_array({name}, chr({ord(PART_SEPARATOR)}))::{kind}"
        return array_literal([text_array(row) for row in values]), "%s::text[]", f"{name}::{kind}"
    if (joined := _joined(values)) is not None:
        return joined, _SPLIT, f"{name}::{kind}"
    return array_literal(values), f"%s::{kind}[]", name


SEPARATOR, PART_SEPARATOR = "\x1f", "\x1e"
# Texts travel joined: nobody has to escape them.
_SPLIT = f"string_to_array(%s, chr({ord(SEPARATOR)}))"


def _joined(values: Sequence[Any], separator: str = SEPARATOR) -> str | None:
    """Texts as one, without NUL, which no text holds; None if they cannot be told apart in it, or are no texts."""
    if not all(issubclass(kind, str) for kind in set(map(type, values))):
        return None
    joined = separator.join(values).replace("\x00", "")
    # An empty text splits into nothing.
    if joined.count(separator) != max(len(values) - 1, 0) or (not joined and values):
        return None
    return joined


@cache
def _kind(model: type[models.Model], name: str) -> tuple[str, bool, bool]:
    """A column's type in the database, and whether it is an array or a time."""
    field = cast("models.Field[Any, Any]", model._meta.get_field(name))
    kind = str(field.db_type(connections[router.db_for_write(model)]))
    return kind, isinstance(field, ArrayField), isinstance(field, models.DateTimeField)


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
    if kinds == {UUID}:
        return "{" + ",".join([one.hex for one in column]) + "}"
    if kinds == {datetime}:
        texts = {one: f'"{one}"' for one in set(column)}
        return "{" + ",".join([texts[one] for one in column]) + "}"
    return "{" + ",".join(["NULL" if value is None else f'"{_escaped(str(value))}"' for value in column]) + "}"


def text_array(values: Sequence[str]) -> str:
    """PostgreSQL's text form of a short array of texts."""
    if not values:
        return "{}"
    return '{"' + '","'.join([_escaped(value) for value in values]) + '"}'


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\x00", "")
