"""Statements that are asked all the time: past what Django does in Python for every value that is read."""

from contextlib import AbstractContextManager
from typing import Any

import psycopg
from django.db import connections
from django.db.backends.utils import CursorWrapper
from psycopg.types.datetime import TimestamptzLoader
from psycopg.types.string import TextLoader


class PreparedCursor(psycopg.Cursor[Any]):
    """Has the server keep the plan of a statement: planning takes as long as answering."""

    def execute(self, query: Any, params: Any = None, **options: Any) -> "PreparedCursor":
        return super().execute(query, params, prepare=True, **options)


def quick_cursor(alias: str, *, prepared: bool) -> AbstractContextManager[CursorWrapper]:
    """A cursor of Django's connection whose times are read by psycopg itself, in C, and whose ids stay text.

    `prepared`: only for statements that are as good for everybody. One plan serves them all, made for values as they
    are on average.
    """
    connection: Any = connections[alias]
    connection.ensure_connection()
    kind = PreparedCursor if prepared else psycopg.ClientCursor
    cursor = kind(connection.connection)
    cursor.adapters.register_loader("timestamptz", TimestamptzLoader)
    cursor.adapters.register_loader("uuid", TextLoader)
    wrapped = connection.make_debug_cursor if connection.queries_logged else connection.make_cursor
    found: AbstractContextManager[CursorWrapper] = wrapped(cursor)
    return found
