"""Lists as CSV downloads, written while they are read, safe to open in a spreadsheet."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from io import StringIO
from itertools import chain, islice
from typing import Any
from uuid import UUID

from django.http import StreamingHttpResponse
from django.utils import timezone

from orgs.scope import current_org_id, organization_scope

ROWS_AT_ONCE = 200
# What a spreadsheet takes for the beginning of a formula.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def csv_response(filename: str, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> StreamingHttpResponse:
    """A CSV download: UTF-8, CRLF, one header line, null as an empty cell, times as ISO 8601 in the active zone.

    `rows` may be lazy: they are read while the download runs, in the organization's scope and the time zone that are
    open now.
    """
    body = _in_scope(current_org_id(), timezone.get_current_timezone_name(), chain([header], rows))
    return StreamingHttpResponse(
        body,
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{filename}"', "Cache-Control": "private, no-store"},
    )


def _in_scope(org_id: UUID, zone: str, rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    with organization_scope(org_id), timezone.override(zone):
        rows = iter(rows)
        while some := list(islice(rows, ROWS_AT_ONCE)):
            yield csv_text(some)


def csv_text(rows: Iterable[Sequence[Any]]) -> str:
    """Rows as CSV lines."""
    text = StringIO()
    csv.writer(text).writerows([cell(value) for value in row] for row in rows)
    return text.getvalue()


def cell(value: Any) -> Any:
    """A value as a cell. Text that a spreadsheet would run as a formula gets a `'` in front."""
    if isinstance(value, datetime):
        return timezone.localtime(value).isoformat()
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str) and value.startswith(FORMULA_STARTS):
        return f"'{value}"
    return "" if value is None else value
