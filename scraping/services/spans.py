"""Where posts' snapshots begin and end: kept by whoever adds snapshots, in the same transaction.

Who adds snapshots that come after what is known moves the ends on. A span that somebody else moved meanwhile, or that
is missing although the post has snapshots, is not touched: its post is named to the caller, who makes it anew.
"""

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import psycopg

from scraping.counts import UNKNOWN
from scraping.interpolation import Bools, Ints
from scraping.midnights import midnights
from scraping.models import PostSpan
from scraping.packed_weeks import COUNTERS, WEEK, Weeks, no_weeks
from scraping.services.bulk import MANY, CopyRows, binary_cursor, copy_rows, copy_unless_there, packed

FIRST_AT, FIRST_VALUE, LAST_AT, LAST_VALUE = range(4)
WIDTH = 4 * len(COUNTERS)


@dataclass(slots=True)
class Spans:
    """Spans of posts, in the order of `ids`, which ascend. `ends`: post × counter × FIRST_AT … LAST_VALUE, zeros where
    there is none; `weeks`: post × zone, the newest week; `zone_set`: which of `zone_sets`, the zones that are kept, is
    a post's, -1 where it has no span; `versions`: the transactions that wrote them."""

    ids: Ints
    ends: Ints
    weeks: Weeks
    zone_set: Ints
    zone_sets: list[list[str]]
    versions: Ints

    @classmethod
    def none(cls, ids: Ints) -> "Spans":
        """No spans yet."""
        ends = np.zeros((len(ids), len(COUNTERS), 4), np.int64)
        return cls(ids, ends, no_weeks(len(ids), 0), np.full(len(ids), -1), [], np.zeros(len(ids), np.int64))

    @property
    def is_there(self) -> Bools:
        """Which of the posts have one."""
        return self.zone_set >= 0

    def put(self, at: Ints, ends: Ints, versions: Ints, weeks: Weeks, zones: list[str]) -> None:
        """Put in those of the posts at these places, which are kept in the same zones."""
        self.ends[at], self.versions[at] = ends.reshape(-1, len(COUNTERS), 4), versions
        kept = self.weeks.shape[1]
        if len(zones) > kept:
            wider = no_weeks(len(self.ids), len(zones))
            wider[:, :kept], self.weeks = self.weeks, wider
        self.weeks[at, : len(zones)] = weeks
        if zones not in self.zone_sets:
            self.zone_sets.append(zones)
        self.zone_set[at] = self.zone_sets.index(zones)

    def at_rows(self, rows: Ints) -> "Spans":
        """Some of them."""
        own = self.ids[rows], self.ends[rows], self.weeks[rows], self.zone_set[rows]
        return Spans(*own, self.zone_sets, self.versions[rows])

    def by_zone(self) -> Iterator[tuple[str, Bools]]:
        """The zones that are kept, and for which of the posts each."""
        for zone in sorted({zone for zones in self.zone_sets for zone in zones}):
            sets = [number for number, zones in enumerate(self.zone_sets) if zone in zones]
            yield zone, np.isin(self.zone_set, sets)


# The transaction that wrote a row tells its versions apart: they are 32 bits, and compared as they are.
_SELECT = """
SELECT zones, string_agg(int8send(post_id) || ends || xidsend(xmin) || weeks, ''::bytea) FROM (
    SELECT post_id, ends, weeks, zones, xmin FROM scraping_postspan WHERE post_id = ANY(%s) {lock}
) AS span GROUP BY zones
"""
# In one order, so that two who hold several wait for each other at most.
_HOLD = "ORDER BY post_id FOR UPDATE"


def read_spans(ids: Ints, *, hold: bool = False) -> Spans:
    """The spans of posts, which ascend; with `hold`, nobody else changes them before this transaction ends."""
    spans = Spans.none(ids)
    with binary_cursor(PostSpan) as cursor:
        cursor.execute(_SELECT.format(lock=_HOLD if hold else ""), [ids])
        for zones, data in cursor.fetchall():
            rows, versions, weeks = span_rows(data, 1 + WIDTH, zones)
            spans.put(np.searchsorted(ids, rows[:, 0]), rows[:, 1:], versions, weeks, zones)
    return spans


def span_rows(data: bytes, size: int, zones: Sequence[str]) -> tuple[Ints, Ints, Weeks]:
    """Rows of so many 64-bit integers, and the version and the weeks in these zones that follow them in each."""
    rows = np.frombuffer(data, [("numbers", ">i8", (size,)), ("version", ">i4"), ("weeks", WEEK, (len(zones),))])
    return rows["numbers"].astype(np.int64), rows["version"].astype(np.int64), rows["weeks"]


def moved_on(before: Spans, place: Ints, times: Ints, counts: Ints) -> Ints:
    """The ends after snapshots, each of the post at `place`, in order of post and time."""
    ends = before.ends.copy()
    known = counts != UNKNOWN
    if known.all():
        _move_on(ends, place, times, counts)
        return ends
    for counter in range(len(COUNTERS)):
        own, rows = slice(counter, counter + 1), known[:, counter]
        _move_on(ends[:, own], place[rows], times[rows], counts[rows, own])
    return ends


def _move_on(ends: Ints, place: Ints, times: Ints, counts: Ints) -> None:
    """Move on the ends of counters, all of which every snapshot shows."""
    if not len(place):
        return
    is_last = np.append(place[1:] != place[:-1], [True])
    last, first = np.flatnonzero(is_last), np.flatnonzero(np.append([True], is_last[:-1]))
    posts = place[last]
    own = ends[posts]
    begins = own[:, :, LAST_AT] == 0
    if begins.any():
        own[:, :, FIRST_AT] = np.where(begins, times[first, None], own[:, :, FIRST_AT])
        own[:, :, FIRST_VALUE] = np.where(begins, counts[first], own[:, :, FIRST_VALUE])
    own[:, :, LAST_AT], own[:, :, LAST_VALUE] = times[last, None], counts[last]
    ends[posts] = own


def crossed(before: Spans, after: Ints, first_at: Ints) -> Bools:
    """The posts between whose last snapshots and the new ones, from `first_at` on, a midnight lies in a zone that is
    kept for them."""
    last = before.ends[:, :, LAST_AT]
    began = last != 0
    has_begun = began.any(axis=1)
    since = np.where(has_begun, np.where(began, last, np.iinfo(np.int64).max).min(axis=1), first_at)
    until = after[:, :, LAST_AT].max(axis=1)
    found = np.zeros(len(before.ids), np.bool_)
    for zone, is_kept in before.by_zone():
        calendar = midnights(zone).at
        # The last snapshot's own midnight, if it was one, is packed already; the first one's is not.
        start = np.searchsorted(calendar, since - ~has_begun, "right")
        found |= is_kept & (start < np.searchsorted(calendar, until, "right"))
    return found


# The ends and weeks travel as one value each: many times quicker than as arrays of values.
_SLICE = "substring(%s::bytea FROM ((n - 1) * {width} + 1)::int FOR {width})"
_ENDS = _SLICE.format(width=WIDTH * 8)
_ROWS = "FROM unnest(%s) WITH ORDINALITY AS rows(post_id, n) WHERE span.post_id = rows.post_id"
_UNCHANGED_ROWS = """
FROM unnest(%s, %s) WITH ORDINALITY AS rows(post_id, version, n)
WHERE span.post_id = rows.post_id AND span.xmin = rows.version::int
"""
_MOVE = f"UPDATE scraping_postspan AS span SET ends = {_ENDS} {_UNCHANGED_ROWS}"  # noqa: S608 - numbers of our own
_MOVE_BOTH = f"UPDATE scraping_postspan AS span SET ends = {_ENDS}, weeks = {_SLICE} {_UNCHANGED_ROWS}"  # noqa: S608
_ADD = f"""
INSERT INTO scraping_postspan (post_id, ends, zones)
SELECT post_id, {_ENDS}, '{{}}' FROM unnest(%s) WITH ORDINALITY AS rows(post_id, n) ON CONFLICT DO NOTHING
"""  # noqa: S608 - numbers of our own
_SET = f"UPDATE scraping_postspan AS span SET ends = {_ENDS}, weeks = {_SLICE}, zones = %s::varchar[] {_ROWS}"  # noqa: S608


# An array without elements, as PostgreSQL sends it: no dimensions, no NULLs, elements of its type varchar.
_NO_ZONES = struct.pack(">iii", 0, 0, psycopg.adapters.types["varchar"].oid)


def move(
    before: Spans,
    after: Ints,
    wanted: Bools,
    *,
    has_crossed: Bools,
    weeks: Weeks,
    alongside: tuple[str, list[Any]] | None = None,
) -> Bools:
    """Write the ends of posts that have a span, and the newest weeks of those that got past a midnight; and execute
    another statement in the same step. Returns those of the posts that may not be relied upon: somebody changed one of
    them since it was read."""
    failed = np.zeros(len(before.ids), np.bool_)
    groups: list[tuple[Bools, list[str]]] = [(wanted & ~has_crossed, [])]
    groups += [(wanted & has_crossed & (before.zone_set == n), zones) for n, zones in enumerate(before.zone_sets)]
    for own, zones in groups:
        if not own.any():
            continue
        other, parameters = (f"WITH other AS ({alongside[0]})", alongside[1]) if alongside else ("", [])
        statement, values = _MOVE, [packed(after[own])]
        if zones:
            statement = _MOVE_BOTH.format(width=len(zones) * WEEK.itemsize)
            values.append(weeks[own, : len(zones)].tobytes())
        moved = _execute(other + statement, [*parameters, *values, before.ids[own], before.versions[own]])
        if moved < np.count_nonzero(own):
            failed |= own
        alongside = None
    if alongside:
        _execute(*alongside)
    return failed


def new_rows(ids: Ints, ends: Ints) -> CopyRows | None:
    """The spans of posts that have none, put together for `add`, if they are many."""
    if len(ids) < MANY:
        return None
    columns: dict[str, np.ndarray[Any, Any]] = {
        "post_id": ids,
        "ends": np.frombuffer(packed(ends), np.uint8).reshape(len(ids), -1),
        "zones": np.broadcast_to(np.frombuffer(_NO_ZONES, np.uint8), (len(ids), len(_NO_ZONES))),
    }
    return copy_rows(PostSpan, columns)


def add(ids: Ints, ends: Ints, rows: CopyRows | None) -> bool:
    """Add the spans of posts that have none; `rows`: as `new_rows` put them together. Returns whether none of them had
    one by now."""
    if rows is None:
        return not len(ids) or _execute(_ADD, [packed(ends), ids]) == len(ids)
    return copy_unless_there(rows)


def make(ids: Ints) -> None:
    """Add empty spans where there are none."""
    _execute(_ADD, [bytes(len(ids) * WIDTH * 8), ids])


def write(spans: Spans) -> None:
    """Write spans that are held, with nothing in their newest weeks."""
    for number, zones in enumerate(spans.zone_sets):
        own = spans.zone_set == number
        weeks = no_weeks(int(np.count_nonzero(own)), len(zones)).tobytes()
        statement = _SET.format(width=len(zones) * WEEK.itemsize)
        _execute(statement, [packed(spans.ends[own]), weeks, zones, spans.ids[own]])


def _execute(statement: str, parameters: Sequence[Any]) -> int:
    with binary_cursor(PostSpan) as cursor:
        cursor.execute(statement, parameters)
        return int(cursor.rowcount)
