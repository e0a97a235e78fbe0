"""Packed days as a matrix: many posts at many local midnights, read in one statement and put in place at once."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import psycopg
from django.db import connections, router

from scraping.day_reads import PACKED_COUNTERS
from scraping.interpolation import Ints
from scraping.midnights import midnights
from scraping.models import PostDays

_SLOTS, _BYTES = 31, 8
# One row a month, of the days that are wanted of it. The ids come through a subquery: a plan that knows them takes long
# to make, and reads the whole table instead of the index if they are many.
_DAYS = """
SELECT w.month, string_agg(int8send(d.post_id) || {slices}, ''::bytea)
FROM scraping_postdays d JOIN unnest(%s::int[], %s::int[], %s::int[]) AS w(month, first, width) ON w.month = d.month
WHERE d.post_id = ANY (ARRAY(SELECT unnest(%s::bigint[]))) AND d.zone = %s AND d.month = ANY (%s::int[])
GROUP BY w.month
"""
Positions = np.ndarray[Any, np.dtype[np.intp]]


def fill_days(
    cells: Ints, rows: Positions, columns: Positions, *, ids: Ints, counters: Sequence[str], zone: str, numbers: Ints
) -> None:
    """Put values into counter × post × edge: `ids` stand at `rows`, the midnights with these numbers in the zone's
    calendar at `columns`. A cell of which nothing is kept stays as it is; one outside of a post's first and last
    snapshot is meaningless."""
    calendar = midnights(zone)
    of_month = {
        int(month): np.flatnonzero(calendar.month[numbers] == month) for month in np.unique(calendar.month[numbers])
    }
    days = {month: calendar.day[numbers[wanted]] for month, wanted in of_month.items()}
    for month, data in _read(ids, counters, zone, days):
        slots = days[month] - days[month].min()
        width = int(slots.max()) + 1
        found = np.frombuffer(data, ">i8").reshape(-1, 1 + width * len(counters))
        own, where = _places(ids, found[:, 0].astype(np.int64))
        for place in range(len(counters)):
            values = found[:, 1 + place * width : 1 + (place + 1) * width][where]
            cells[place, rows[own][:, None], columns[of_month[month]]] = values[:, slots]


def _read(ids: Ints, counters: Sequence[str], zone: str, days: Mapping[int, Ints]) -> list[tuple[int, bytes]]:
    """What is kept of each month, post by post: its id, and every counter from the first to the last of the days."""
    offsets = [PACKED_COUNTERS.index(counter) * _SLOTS * _BYTES + 1 for counter in counters]
    slices = " || ".join(f"substring(d.days FROM w.first + {offset} FOR w.width)" for offset in offsets)
    firsts = [int(own.min()) * _BYTES for own in days.values()]
    widths = [(int(own.max() - own.min()) + 1) * _BYTES for own in days.values()]
    array = "{" + ",".join(map(str, ids.tolist())) + "}"
    connection = connections[router.db_for_read(PostDays)]
    connection.ensure_connection()
    # In binary, for as text every byte takes two.
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        parameters = [list(days), firsts, widths, array, zone, list(days)]
        return cursor.execute(_DAYS.format(slices=slices), parameters, binary=True).fetchall()


def _places(ids: Ints, found: Ints) -> tuple[Positions, Positions]:
    """Positions in `ids`, and for each the row of `found` with that id; ids that were not found are left out."""
    order = np.argsort(found)
    place = np.minimum(np.searchsorted(found, ids, sorter=order), len(found) - 1)
    rows = order[place]
    own = np.flatnonzero(found[rows] == ids)
    return own, rows[own]
