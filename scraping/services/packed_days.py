"""Posts' values at local midnights, packed by month: what makes series over days quick.

Everything here is made of the snapshots and of nothing else (`rebuild` makes it anew), and brought up to date by
`packing`. A value is that of the whole canonical history; what one organization may use of it is decided by who reads.
A midnight whose value is not packed yet holds UNKNOWN, so readers see for themselves what they have to compute.
"""

from collections.abc import Sequence

import numpy as np
from django.db import router, transaction

from scraping.counts import UNKNOWN
from scraping.interpolation import Ints, Points, values_at
from scraping.midnights import midnights
from scraping.models import PostDays, PostSnapshot, PostSpan
from scraping.packed_weeks import COUNT, COUNTERS, UNPACKED, Counts, packed_counts
from scraping.services import spans as kept_spans
from scraping.services.bulk import binary_cursor, unpacked
from scraping.services.packed_months import hold_days, store_counts
from scraping.services.spans import Spans, read_spans
from scraping.services.weeks import pack_ended

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
    # Weeks that ended before a late snapshot was known are not to be packed over what is made now.
    while pack_ended():
        pass
    if also is not None:
        spans.zone_sets = [sorted({*zones, also}) for zones in spans.zone_sets]
    PostDays.objects.filter(post_id__in=ids.tolist()).delete()
    place, times, counts = _read_snapshots(ids)
    spans.ends[:] = 0
    spans.ends = kept_spans.moved_on(spans, place, times, counts)
    _pack_days(spans, place, times, counts)
    kept_spans.write(spans)


def _pack_days(spans: Spans, place: Ints, times: Ints, counts: Ints) -> None:
    """Write the values at midnights from the first to the last of these snapshots, each of the post at `place`, in
    order of post and time."""
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
        self.numbers: list[Ints] = []
        self.counts: list[Counts] = []

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
            counts = np.full((len(which), len(COUNTERS)), UNPACKED, COUNT)
            counts[:, counter] = packed_counts(values_at(points, series[which], self.calendar.at[number]))
            self.ids.append(ids[series[which]])
            self.numbers.append(number)
            self.counts.append(counts)

    def write(self) -> None:
        """Write what was collected."""
        if self.ids:
            ids, numbers = np.concatenate(self.ids), np.concatenate(self.numbers)
            store_counts(self.zone, ids, numbers, np.concatenate(self.counts))


_ROW = " || ".join(f"int8send(coalesce({name}, {UNKNOWN}))" for name in COUNTERS)
_READ = f"""
SELECT string_agg(int8send(post_id) || int8send(date_part('epoch', captured_at)::bigint) || {_ROW}, ''::bytea)
FROM scraping_postsnapshot WHERE post_id = ANY(%s)
"""  # noqa: S608 - names of our own columns


def _read_snapshots(ids: Ints) -> tuple[Ints, Ints, Ints]:
    """The snapshots of each of these posts, which ascend, in order of post and time: each one's place in `ids`, its
    time, and its counts."""
    with binary_cursor(PostSnapshot) as cursor:
        cursor.execute(_READ, [ids])
        (data,) = cursor.fetchone()
    rows = unpacked(data or b"").reshape(-1, 2 + len(COUNTERS))
    place = np.searchsorted(ids, rows[:, 0])
    order = np.lexsort((rows[:, 1], place))
    return place[order], rows[order, 1], rows[order, 2:]
