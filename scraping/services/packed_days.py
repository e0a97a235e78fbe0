"""Posts' values at local midnights, packed by month: what makes series over days quick.

Everything here is made of the snapshots and of nothing else (`rebuild` makes it anew), and brought up to date by
`packing`. A value is that of the whole canonical history; what one organization may use of it
is decided by who reads.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import psycopg
from django.db import connections, router, transaction

from scraping.day_reads import PACKED_COUNTERS as COUNTERS
from scraping.interpolation import Bools, Ints, Points, between, values_at
from scraping.midnights import midnights
from scraping.models import PostDays, PostSnapshot, PostSpan
from scraping.services.bulk import array_literal, text_array

FIRST_AT, FIRST_VALUE, LAST_AT, LAST_VALUE = range(4)
SLOTS = 31
_CHUNK = 1_000
_BIG_ENDIAN = np.dtype(">i8")


@dataclass(slots=True)
class Spans:
    """Spans of posts, in the order of `ids`. `ends`: post × counter × FIRST_AT … LAST_VALUE."""

    ids: Ints
    ends: Ints
    zones: list[list[str]]

    def by_zone(self) -> dict[str, Bools]:
        """The zones that are kept, and for which of the posts each."""
        names = sorted({zone for own in self.zones for zone in own})
        return {zone: np.array([zone in own for own in self.zones]) for zone in names}


def note(posts: Ints, times: Ints, known: Bools, values: Ints) -> None:
    """Take in stored snapshots, sorted by post and time: snapshot × counter whether it is `known`, and its value.

    A post of which nothing is kept, or one of whose snapshots is not later than what is known of it, is made anew. In
    the caller's transaction; holds the posts' spans until its end, so that two who pack a post follow each other.
    """
    ids, begin = np.unique(posts, return_index=True)
    if not len(ids):
        return
    place = np.repeat(np.arange(len(ids)), np.diff(np.append(begin, len(posts))))
    turn = np.arange(len(posts)) - begin[place]
    spans = _spans(ids.tolist())
    late = ~(spans.ends[:, :, LAST_AT] != 0).any(axis=1)
    for number in range(int(turn.max()) + 1):
        rows = np.flatnonzero(turn == number)
        own, at = np.zeros_like(spans.ends[:, :, 0]), np.zeros((len(ids), 1), np.int64)
        is_known = np.zeros(own.shape, np.bool_)
        own[place[rows]], at[place[rows], 0], is_known[place[rows]] = values[rows], times[rows], known[rows]
        late |= _note(spans, np.bincount(place[rows], minlength=len(ids)) > 0, at, is_known, own, late)
    _store_ends(spans, np.flatnonzero(~late))
    rebuild(ids[late].tolist())


def rebuild(post_ids: Sequence[int]) -> None:
    """Make posts' spans and days anew from their snapshots, in the zones in which they are kept."""
    ids = sorted(set(post_ids))
    for start in range(0, len(ids), _CHUNK):
        with transaction.atomic(using=router.db_for_write(PostSpan)):
            _rebuild(ids[start : start + _CHUNK])


def keep_zone(post_ids: Sequence[int], zone: str) -> None:
    """Keep posts' days in one more time zone from now on."""
    ids = sorted(set(post_ids))
    for start in range(0, len(ids), _CHUNK):
        with transaction.atomic(using=router.db_for_write(PostSpan)):
            _rebuild(ids[start : start + _CHUNK], also=zone)


def _note(spans: Spans, present: Bools, at: Ints, known: Bools, value: Ints, skipped: Bools) -> Bools:
    """Take in at most one snapshot a post. Returns which posts' snapshots came late."""
    ends = spans.ends
    begun = ends[:, :, LAST_AT] != 0
    late: Bools = (present[:, None] & begun & (at <= ends[:, :, LAST_AT])).any(axis=1)
    takes = known & ~(late | skipped)[:, None]
    _store_crossed(spans, takes & begun, at, value)
    first = takes & ~begun
    ends[:, :, FIRST_AT] = np.where(first, at, ends[:, :, FIRST_AT])
    ends[:, :, FIRST_VALUE] = np.where(first, value, ends[:, :, FIRST_VALUE])
    # A first snapshot at midnight itself is a value at a midnight too.
    _store_crossed(spans, first, at, value, is_first=True)
    ends[:, :, LAST_AT] = np.where(takes, at, ends[:, :, LAST_AT])
    ends[:, :, LAST_VALUE] = np.where(takes, value, ends[:, :, LAST_VALUE])
    return late


def _store_crossed(spans: Spans, takes: Bools, at: Ints, value: Ints, *, is_first: bool = False) -> None:
    """Store the values at the midnights between the posts' last snapshots and the ones at `at`."""
    for zone, kept in spans.by_zone().items():
        rows, counters = np.nonzero(takes & kept[:, None])
        all_midnights = midnights(zone).at
        start = at[rows, 0] - 1 if is_first else spans.ends[rows, counters, LAST_AT]
        low = np.searchsorted(all_midnights, start, side="right")
        high = np.searchsorted(all_midnights, at[rows, 0], side="right")
        count = high - low
        which = np.repeat(np.arange(len(rows)), count)
        number = np.repeat(low - np.cumsum(count) + count, count) + np.arange(count.sum())
        r, c = rows[which], counters[which]
        if is_first:
            cells = value[r, c]
        else:
            ends = spans.ends[r, c]
            cells = between(ends[:, LAST_AT], ends[:, LAST_VALUE], at[r, 0], value[r, c], all_midnights[number])
        _store_cells(zone, spans.ids[r], c, number, cells)


def _store_cells(zone: str, ids: Ints, counters: Ints, numbers: Ints, cells: Ints) -> None:
    """Write single values into packed months, made where they are missing."""
    if not len(ids):
        return
    calendar = midnights(zone)
    keys, where = np.unique(np.stack([ids, calendar.month[numbers]], axis=1), axis=0, return_inverse=True)
    months = np.zeros((len(keys), len(COUNTERS), SLOTS), np.int64)
    place = {(int(i), int(m)): number for number, (i, m) in enumerate(keys)}
    kept = _kept_months(zone, np.unique(keys[:, 0]), np.unique(keys[:, 1]))
    where_kept = [(row, place[key]) for row, key in enumerate(map(tuple, kept[:, :2].tolist())) if key in place]
    if where_kept:
        rows, places = np.array(where_kept).T
        months[places] = kept[rows, 2:].reshape(-1, len(COUNTERS), SLOTS)
    months[where.reshape(-1), counters, calendar.day[numbers]] = cells
    _store_months(zone, keys, months)


_MONTH = len(COUNTERS) * SLOTS
_KEPT_MONTHS = """
SELECT string_agg(int8send(post_id) || int8send(month) || days, ''::bytea) FROM scraping_postdays
WHERE post_id = ANY (ARRAY(SELECT unnest(%s::bigint[]))) AND zone = %s AND month = ANY (%s::int[])
"""
# The rows' bytes travel as one value: many times quicker than as an array of values.
_STORE_MONTHS = f"""
INSERT INTO scraping_postdays (post_id, zone, month, days)
SELECT post_id, %s, month, substring(%s::bytea FROM ((n - 1) * {_MONTH * 8} + 1)::int FOR {_MONTH * 8})
FROM unnest(%s::bigint[], %s::int[]) WITH ORDINALITY AS v(post_id, month, n)
ON CONFLICT (post_id, zone, month) DO UPDATE SET days = excluded.days
"""  # noqa: S608 - numbers of our own


def _kept_months(zone: str, ids: Ints, months: Ints) -> Ints:
    """What is kept of these posts and months: rows of post, month and the days."""
    parameters = [array_literal(ids.tolist()), zone, array_literal(months.tolist())]
    with connections[router.db_for_write(PostDays)].cursor() as cursor:
        cursor.execute(_KEPT_MONTHS, parameters)
        (data,) = cursor.fetchone()
    return unpacked(data or b"").reshape(-1, 2 + _MONTH)


def _store_months(zone: str, keys: Ints, months: Ints) -> None:
    parameters = [zone, packed(months), array_literal(keys[:, 0].tolist()), array_literal(keys[:, 1].tolist())]
    _execute_binary(_STORE_MONTHS, parameters)


def _rebuild(post_ids: Sequence[int], also: str | None = None) -> None:
    spans = _spans(post_ids)
    if also is not None:
        spans.zones = [sorted({*zones, also}) for zones in spans.zones]
    spans.ends[:] = 0
    zones = sorted({zone for own in spans.zones for zone in own})
    PostDays.objects.filter(post_id__in=post_ids).delete()
    months = {zone: _Months(zone) for zone in zones}
    for counter, points in enumerate(_snapshots(spans.ids)):
        seen = np.unique(points.series)
        begin = np.searchsorted(points.series, seen)
        last = np.append(begin[1:], len(points.series))[: len(seen)] - 1
        columns = (points.times[begin], points.values[begin], points.times[last], points.values[last])
        spans.ends[seen, counter] = np.stack(columns, axis=1) if len(seen) else 0
        for zone, store in months.items():
            kept = [number for number in seen.tolist() if zone in spans.zones[number]]
            store.take(counter, points, np.array(kept, np.int64), spans)
    for store in months.values():
        store.write()
    _store_ends(spans, np.arange(len(spans.ids)))
    if also is not None:
        _store_zones(spans)


class _Months:
    """Collects values of many posts at a zone's midnights, and writes them as packed months."""

    def __init__(self, zone: str) -> None:
        self.zone, self.calendar = zone, midnights(zone)
        self.ids: list[Ints] = []
        self.counters: list[Ints] = []
        self.numbers: list[Ints] = []
        self.cells: list[Ints] = []

    def take(self, counter: int, points: Points, series: Ints, spans: Spans) -> None:
        """The values of a counter at every midnight between each series' first and last point."""
        low = np.searchsorted(self.calendar.at, spans.ends[series, counter, FIRST_AT])
        count = np.searchsorted(self.calendar.at, spans.ends[series, counter, LAST_AT], side="right") - low
        which = np.repeat(np.arange(len(series)), count)
        number = np.repeat(low - np.cumsum(count) + count, count) + np.arange(count.sum())
        if len(which):
            self.ids.append(spans.ids[series[which]])
            self.counters.append(np.full(len(which), counter, np.int64))
            self.numbers.append(number)
            self.cells.append(values_at(points, series[which], self.calendar.at[number]))

    def write(self) -> None:
        if self.ids:
            parts = (self.ids, self.counters, self.numbers, self.cells)
            ids, counters, numbers, cells = (np.concatenate(part) for part in parts)
            _store_cells(self.zone, ids, counters, numbers, cells)


def _snapshots(ids: Ints) -> list[Points]:
    """The known snapshots of each counter, the posts numbered in the order of `ids`, which ascend."""
    columns = ", ".join(COUNTERS)
    with connections[router.db_for_read(PostSnapshot)].cursor() as cursor:
        cursor.execute(
            f"SELECT post_id, extract(epoch FROM captured_at)::bigint, {columns} FROM scraping_postsnapshot"  # noqa: S608
            " WHERE post_id = ANY(%s) ORDER BY post_id, captured_at",
            [ids.tolist()],
        )
        rows = cursor.fetchall()
    series = np.searchsorted(ids, np.array([row[0] for row in rows], np.int64))
    times = np.array([row[1] for row in rows], np.int64)
    found = []
    for place in range(2, 2 + len(COUNTERS)):
        known = np.array([row[place] is not None for row in rows], np.bool_)
        values = np.array([row[place] or 0 for row in rows], np.int64)
        found.append(Points(series[known], times[known], values[known]))
    return found


# Made where it is missing and then locked: who packs a post waits for whoever packs it already, the first time too.
_MAKE_SPANS = """
INSERT INTO scraping_postspan (post_id, ends, zones)
SELECT id, %s, '{}' FROM unnest(%s::bigint[]) AS v(id)
WHERE NOT EXISTS (SELECT FROM scraping_postspan WHERE post_id = id) ORDER BY id ON CONFLICT DO NOTHING
"""
_LOCK_SPANS = """
WITH span AS MATERIALIZED (
    SELECT post_id, ends, zones FROM scraping_postspan WHERE post_id = ANY(%s::bigint[]) ORDER BY post_id FOR UPDATE
)
SELECT zones, string_agg(int8send(post_id) || ends, ''::bytea) FROM span GROUP BY zones
"""
_WIDTH = 4 * len(COUNTERS)
_STORE_ENDS = f"""
UPDATE scraping_postspan AS span
SET ends = substring(%s::bytea FROM ((n - 1) * {_WIDTH * 8} + 1)::int FOR {_WIDTH * 8})
FROM unnest(%s::bigint[]) WITH ORDINALITY AS rows(post_id, n) WHERE span.post_id = rows.post_id
"""  # noqa: S608 - numbers of our own
_STORE_ZONES = """
UPDATE scraping_postspan AS span SET zones = rows.zones::varchar[]
FROM unnest(%s::bigint[], %s::text[]) AS rows(post_id, zones) WHERE span.post_id = rows.post_id
"""
_NO_ENDS = bytes(_WIDTH * 8)


def _spans(post_ids: Sequence[int]) -> Spans:
    """The spans of posts, ascending by id and locked; empty ones where there were none."""
    ids = np.array(sorted(post_ids), np.int64)
    ends = np.zeros((len(ids), len(COUNTERS), 4), np.int64)
    zones: list[list[str]] = [[] for _ in ids]
    with connections[router.db_for_write(PostSpan)].cursor() as cursor:
        found = _locked(cursor, ids)
        if sum(len(rows) for _, rows in found) < len(ids):
            cursor.execute(_MAKE_SPANS, [_NO_ENDS, array_literal(ids.tolist())])
            found = _locked(cursor, ids)
    for own_zones, rows in found:
        places = np.searchsorted(ids, rows[:, 0])
        ends[places] = rows[:, 1:].reshape(-1, len(COUNTERS), 4)
        for place in places.tolist():
            zones[place] = own_zones
    return Spans(ids, ends, zones)


def _locked(cursor: Any, ids: Ints) -> list[tuple[list[str], Ints]]:
    """The spans there are, locked, by the zones they are kept in: rows of post and ends."""
    cursor.execute(_LOCK_SPANS, [array_literal(ids.tolist())])
    return [(zones, unpacked(data).reshape(-1, 1 + _WIDTH)) for zones, data in cursor.fetchall()]


def _store_ends(spans: Spans, numbers: "np.typing.NDArray[np.intp]") -> None:
    if len(numbers):
        _execute_binary(_STORE_ENDS, [packed(spans.ends[numbers]), array_literal(spans.ids[numbers].tolist())])


def _store_zones(spans: Spans) -> None:
    columns = [array_literal(spans.ids.tolist()), array_literal([text_array(zones) for zones in spans.zones])]
    with connections[router.db_for_write(PostSpan)].cursor() as cursor:
        cursor.execute(_STORE_ZONES, columns)


def _execute_binary(sql: str, parameters: Sequence[Any]) -> None:
    """Execute with parameters that travel beside the statement: bytes in it take twice the room and are parsed."""
    connection = connections[router.db_for_write(PostSpan)]
    connection.ensure_connection()
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        cursor.execute(sql, parameters)


def packed(numbers: Ints) -> bytes:
    """64-bit integers as they are kept."""
    return numbers.astype(_BIG_ENDIAN).tobytes()


def unpacked(data: bytes | memoryview) -> Ints:
    """The integers of `packed`."""
    return np.frombuffer(data, _BIG_ENDIAN).astype(np.int64)
