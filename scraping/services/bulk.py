"""Set-based writes of many rows in one statement, near the database's own speed.

Rows travel as one JSON document that PostgreSQL unfolds: many times cheaper than building a model instance a row.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from django.db import connections, models, router

Row = Mapping[str, Any]


def upsert(model: type[models.Model], rows: Sequence[Row], *, key: Sequence[str], update: Sequence[str]) -> None:
    """Insert rows; where `key` exists, overwrite the columns in `update`. All rows have the same columns."""
    assignments = ", ".join(f"{name} = excluded.{name}" for name in update)
    _insert(model, rows, f"ON CONFLICT ({', '.join(key)}) DO UPDATE SET {assignments}")


def insert_missing(model: type[models.Model], rows: Sequence[Row]) -> None:
    """Insert rows; one whose key exists is left out, so the first stays."""
    _insert(model, rows, "ON CONFLICT DO NOTHING")


def _insert(model: type[models.Model], rows: Sequence[Row], on_conflict: str) -> None:
    if not rows:
        return
    connection = connections[router.db_for_write(model)]
    names = list(rows[0])
    types = [model._meta.get_field(name).db_type(connection) for name in names]
    typed = ", ".join(f"{name} {kind}" for name, kind in zip(names, types, strict=True))
    columns = ", ".join(names)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {model._meta.db_table} ({columns}) "  # noqa: S608 - names of our own columns
            f"SELECT {columns} FROM jsonb_to_recordset(%s::jsonb) AS row({typed}) {on_conflict}",
            [orjson.dumps(rows).decode()],
        )
