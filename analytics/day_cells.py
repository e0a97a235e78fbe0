"""Packed days as a matrix: many posts at many local midnights, read in one statement and put in place at once."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from scraping.day_reads import PostEnds, positions
from scraping.interpolation import Ints
from scraping.midnights import midnights
from scraping.models import PostDays
from scraping.packed_weeks import COUNT, COUNTERS, DAYS, UNPACKED, midnights_of, unpacked_counts
from scraping.services.bulk import binary_cursor

_SLOTS = 31
# A column a month, of the days that are wanted of it: so that nothing has to be sorted by month, which for so wide rows
# takes longer than all the rest. The ids come through a subquery: a plan that knows them takes long to make, and reads
# the whole table instead of the index if they are many.
_DAYS = """
SELECT {columns} FROM scraping_postdays
WHERE post_id = ANY (ARRAY(SELECT unnest(%s))) AND zone = %s AND month = ANY (%s)
"""
_MONTH = "string_agg(int8send(post_id) || {slices}, ''::bytea) FILTER (WHERE month = {month})"
# Years in one statement.
_MONTHS_AT_ONCE = 48
Positions = np.ndarray[Any, np.dtype[np.intp]]


def fill_days(cells: Ints, rows: Positions, *, ids: Ints, counters: Sequence[str], zone: str, numbers: Ints) -> None:
    """Put values into counter × post × edge: of the posts at `rows` among `ids`, at the midnights with these ascending
    numbers in the zone's calendar, which are the first edges. A cell of which nothing is kept stays as it is; one
    outside of a post's first and last snapshot is meaningless."""
    if not len(rows) or not len(numbers):
        return
    calendar = midnights(zone)
    months, begin = np.unique(calendar.month[numbers], return_index=True)
    edges_of = {
        month: slice(*ends) for month, *ends in zip(months.tolist(), begin, [*begin[1:], len(numbers)], strict=True)
    }
    days = {month: calendar.day[numbers[own]] for month, own in edges_of.items()}
    for month, data in _read(ids[rows], counters, zone, days):
        slots = days[month] - days[month].min()
        row = np.dtype([("post_id", ">i8"), ("counts", COUNT, (len(counters), int(slots.max()) + 1))])
        found = np.frombuffer(data, row)
        own, where = positions(ids[rows], found["post_id"].astype(np.int64))
        for place in range(len(counters)):
            counts = found["counts"][where, place]
            of_month = cells[place, :, edges_of[month]]
            of_month[rows[own]] = unpacked_counts(counts if len(slots) == counts.shape[1] else counts[:, slots])


def fill_newest(cells: Ints, rows: Positions, *, ids: Ints, ends: PostEnds, zone: str, numbers: Ints) -> None:
    """Put what is packed of the newest weeks into counter × post × edge: of the posts at `rows` among `ids`, which have
    these `ends`; edges as for `fill_days`."""
    # A week may reach out of the calendar.
    edge_of = np.full(len(midnights(zone).at) + DAYS, -1)
    edge_of[numbers] = np.arange(len(numbers))
    rows = rows[ends.week[rows] > 0]
    edges = edge_of[midnights_of(ids[rows], ends.week[rows])]
    row, day = np.nonzero(edges >= 0)
    post, edge = rows[row], edges[row, day]
    for place, own in enumerate(cells):
        counts = ends.counts[post, place, day]
        is_packed = counts != UNPACKED
        own[post[is_packed], edge[is_packed]] = counts[is_packed]


def _read(ids: Ints, counters: Sequence[str], zone: str, days: Mapping[int, Ints]) -> Iterator[tuple[int, bytes]]:
    """What is kept of each month, post by post: its id, and every counter from the first to the last of the days."""
    months = list(days)
    with binary_cursor(PostDays) as cursor:
        for start in range(0, len(months), _MONTHS_AT_ONCE):
            own = months[start : start + _MONTHS_AT_ONCE]
            columns = ", ".join(_column(month, days[month], counters) for month in own)
            cursor.execute(_DAYS.format(columns=columns), [ids, zone, own])
            found = cursor.fetchone()
            yield from ((month, data) for month, data in zip(own, found, strict=True) if data is not None)


def _column(month: int, slots: Ints, counters: Sequence[str]) -> str:
    """A month's column: the wanted days of every counter."""
    first, width = int(slots.min()), int(slots.max() - slots.min()) + 1
    places = [(COUNTERS.index(counter) * _SLOTS + first) * COUNT.itemsize + 1 for counter in counters]
    slices = " || ".join(f"substring(days FROM {place} FOR {width * COUNT.itemsize})" for place in places)
    return _MONTH.format(slices=slices, month=month)
