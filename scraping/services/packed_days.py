"""Posts' values at local midnights, packed by month: what makes series over days quick.

Everything here is made of the snapshots and of nothing else (`rebuild` makes it anew), and brought up to date by
`packing`. A value is that of the whole canonical history; what one organization may use of it is decided by who reads.
A midnight whose value is not packed yet holds UNKNOWN, so readers see for themselves what they have to compute.
"""

from collections.abc import Sequence

import numpy as np
from django.db import router, transaction

from scraping.counts import UNKNOWN
from scraping.day_reads import PACKED_COUNTERS as COUNTERS
from scraping.interpolation import Ints, Points, values_at
from scraping.midnights import midnights
from scraping.models import PostDays, PostSnapshot, PostSpan
from scraping.services import spans as kept_spans
from scraping.services.bulk import binary_cursor, packed, unpacked
from scraping.services.spans import Spans, read_spans

SLOTS = 31
_CHUNK = 1_000


def rebuild(post_ids: Sequence[int]) -> None:
    """Make posts' spans and days anew from their snapshots, in the zones in which they are kept."""
    _in_chunks(post_ids, also=None)


def keep_zone(post_ids: Sequence[int], zone: str) -> None:
    """Keep posts' days in one more time zone from now on."""
    _in_chunks(post_ids, also=zone)


def _in_chunks(post_ids: Sequence[int], also: str | None) -> None:
    ids = np.array(sorted(set(post_ids)), np.int64)
    for start in range(0, len(ids), _CHUNK):
        with transaction.atomic(using=router.db_for_write(PostSpan)):
            _rebuild(ids[start : start + _CHUNK], also)


def _rebuild(ids: Ints, also: str | None) -> None:
    hold_days()
    kept_spans.make(ids)
    spans = read_spans(ids, hold=True)
    if also is not None:
        spans.zone_sets = [sorted({*zones, also}) for zones in spans.zone_sets]
    PostDays.objects.filter(post_id__in=ids.tolist()).delete()
    place, times, counts = read_snapshots(ids, np.full(len(ids), UNKNOWN, np.int64))
    spans.ends[:] = 0
    spans.ends = kept_spans.moved_on(spans, place, times, counts)
    pack_days(spans, place, times, counts)
    kept_spans.write(spans)


# One who packs at a time: what is packed of a month is read, added to and written back.
_DAYS_LOCK = 7_401_583_227
_HOLD, _TRY_TO_HOLD = "SELECT pg_advisory_xact_lock(%s)", "SELECT pg_try_advisory_xact_lock(%s)"


def hold_days(*, wait: bool = True) -> bool:
    """Let nobody else write days before this transaction ends; without `wait`, return False if somebody does now."""
    with binary_cursor(PostDays) as cursor:
        cursor.execute(_HOLD if wait else _TRY_TO_HOLD, [_DAYS_LOCK])
        (held,) = cursor.fetchone()
        return wait or bool(held)


def pack_days(spans: Spans, place: Ints, times: Ints, counts: Ints) -> None:
    """Write the values at midnights from the first to the last of these snapshots, each of the post at `place`, in
    order of post and time. The days must be held."""
    for zone, posts in spans.by_zone():
        months, is_kept = _Months(zone), posts[place]
        for counter in range(len(COUNTERS)):
            known = is_kept & (counts[:, counter] != UNKNOWN)
            months.take(counter, Points(place[known], times[known], counts[known, counter]), spans.ids)
        months.write()


class _Months:
    """Collects values of many posts at a zone's midnights, and writes them as packed months."""

    def __init__(self, zone: str) -> None:
        self.zone, self.calendar = zone, midnights(zone)
        self.ids: list[Ints] = []
        self.counters: list[Ints] = []
        self.numbers: list[Ints] = []
        self.cells: list[Ints] = []

    def take(self, counter: int, points: Points, ids: Ints) -> None:
        """The values of a counter at every midnight between each series' first and last point."""
        if not len(points.series):
            return
        series, begin = np.unique(points.series, return_index=True)
        last = np.append(begin[1:], len(points.series)) - 1
        low = np.searchsorted(self.calendar.at, points.times[begin])
        count = np.searchsorted(self.calendar.at, points.times[last], side="right") - low
        which = np.repeat(np.arange(len(series)), count)
        number = np.repeat(low - np.cumsum(count) + count, count) + np.arange(count.sum())
        if len(which):
            self.ids.append(ids[series[which]])
            self.counters.append(np.full(len(which), counter, np.int64))
            self.numbers.append(number)
            self.cells.append(values_at(points, series[which], self.calendar.at[number]))

    def write(self) -> None:
        if self.ids:
            parts = (self.ids, self.counters, self.numbers, self.cells)
            ids, counters, numbers, cells = (np.concatenate(part) for part in parts)
            _store_cells(self.zone, ids, counters, numbers, cells)


def _store_cells(zone: str, ids: Ints, counters: Ints, numbers: Ints, cells: Ints) -> None:
    """Write single values into packed months, made where they are missing."""
    calendar = midnights(zone)
    # A post and a month as one number: there are fewer than 2**16 months.
    found, rank = np.unique(ids, return_inverse=True)
    keys, where = np.unique((rank << 16) | calendar.month[numbers], return_inverse=True)
    posts, of_month = found[keys >> 16], keys & 0xFFFF
    months = np.full((len(keys), len(COUNTERS), SLOTS), UNKNOWN, np.int64)
    kept = _kept_months(zone, found, np.unique(of_month))
    kept_keys = (np.searchsorted(found, kept[:, 0]) << 16) | kept[:, 1]
    at = np.minimum(np.searchsorted(keys, kept_keys), len(keys) - 1)
    is_wanted = keys[at] == kept_keys
    months[at[is_wanted]] = kept[is_wanted, 2:].reshape(-1, len(COUNTERS), SLOTS)
    months[where, counters, calendar.day[numbers]] = cells
    with binary_cursor(PostDays) as cursor:
        cursor.execute(_STORE_MONTHS, [zone, packed(months), posts, of_month])


_MONTH = len(COUNTERS) * SLOTS
_KEPT_MONTHS = """
SELECT string_agg(int8send(post_id) || int8send(month) || days, ''::bytea) FROM scraping_postdays
WHERE post_id = ANY (ARRAY(SELECT unnest(%s))) AND zone = %s AND month = ANY (%s)
"""
# The rows' bytes travel as one value: many times quicker than as an array of values.
_STORE_MONTHS = f"""
INSERT INTO scraping_postdays (post_id, zone, month, days)
SELECT post_id, %s, month, substring(%s::bytea FROM ((n - 1) * {_MONTH * 8} + 1)::int FOR {_MONTH * 8})
FROM unnest(%s, %s) WITH ORDINALITY AS v(post_id, month, n)
ON CONFLICT (post_id, zone, month) DO UPDATE SET days = excluded.days
"""  # noqa: S608 - numbers of our own


def _kept_months(zone: str, ids: Ints, months: Ints) -> Ints:
    """What is kept of these posts and months: rows of post, month and the days."""
    with binary_cursor(PostDays) as cursor:
        cursor.execute(_KEPT_MONTHS, [ids, zone, months])
        (data,) = cursor.fetchone()
    return unpacked(data or b"").reshape(-1, 2 + _MONTH)


_ROW = " || ".join(f"int8send(coalesce({name}, {UNKNOWN}))" for name in COUNTERS)
_READ = f"""
SELECT string_agg(int8send(post_id) || int8send(date_part('epoch', captured_at)::bigint) || {_ROW}, ''::bytea)
FROM scraping_postsnapshot WHERE post_id = ANY(%s) {{since}}
"""  # noqa: S608 - names of our own columns
_SINCE = "AND captured_at >= to_timestamp(%s)"


def read_snapshots(ids: Ints, since: Ints) -> tuple[Ints, Ints, Ints]:
    """The snapshots of each of these posts, which ascend, from an instant on (UNKNOWN: all), in order of post and time:
    each one's place in `ids`, its time, and its counts."""
    first = int(since.min()) if len(since) else UNKNOWN
    with binary_cursor(PostSnapshot) as cursor:
        if first == UNKNOWN:
            cursor.execute(_READ.format(since=""), [ids])
        else:
            cursor.execute(_READ.format(since=_SINCE), [ids, first])
        (data,) = cursor.fetchone()
    rows = unpacked(data or b"").reshape(-1, 2 + len(COUNTERS))
    place = np.searchsorted(ids, rows[:, 0])
    order = np.lexsort((rows[:, 1], place))
    order = order[rows[order, 1] >= since[place[order]]]
    return place[order], rows[order, 1], rows[order, 2:]
