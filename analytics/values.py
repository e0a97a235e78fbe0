"""What a number means at a point in time: the one definition, over the canonical snapshots.

For one post or account and one counter, the snapshots (t₀,v₀) … (tₙ,vₙ) taken since the organization began to track
define value(t): linear between two snapshots, flat after the last. Before the first: if it was taken within 48 hours
of posting, the point (posted_at, 0) stands in front; otherwise it is a baseline and value(t) = v₀. The value is
rounded down to an integer, per member, at each edge.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db import connections, router

from analytics.members import Members
from scraping.interpolation import Bools, Ints, Points, between, values_at
from scraping.models import AccountSnapshot, PostSnapshot

# A post first seen within this many seconds of posting began at 0; seen later, its first snapshot is a baseline.
SEEN_EARLY = 48 * 3_600
POST_COUNTERS = ("view_count", "like_count", "comment_count", "share_count", "save_count")
ACCOUNT_COUNTERS = ("follower_count", "following_count", "total_likes", "video_count")
# Later than everything.
NEVER = 1 << 34


@dataclass(frozen=True, slots=True)
class Values:
    """One counter of many members: value(edge) per member and edge, 0 where the member was never observed.

    `known_from`: the first point of each member's history, NEVER without one. `baseline`: its baseline snapshot, NEVER
    without one. `last`: its newest snapshot, -NEVER without one.
    """

    at: Ints
    known_from: Ints
    baseline: Ints
    last: Ints


def post_values(members: Members, counter: str, edges: Ints) -> Values:
    """One of POST_COUNTERS at edges, which ascend, from the snapshots themselves."""
    if counter not in POST_COUNTERS:
        raise ValueError(f"posts have no counter {counter!r}")
    return _from_snapshots(PostSnapshot._meta.db_table, "post_id", members, counter, edges)


def account_values(members: Members, counter: str, edges: Ints) -> Values:
    """One of ACCOUNT_COUNTERS at edges, which ascend; always with a baseline."""
    if counter not in ACCOUNT_COUNTERS:
        raise ValueError(f"accounts have no counter {counter!r}")
    return _from_snapshots(AccountSnapshot._meta.db_table, "account_id", members, counter, edges)


def post_points(members: Members, counter: str, span: tuple[int, int]) -> Points:
    """The own known snapshots of posts within a span of time, with the first and last of each and those around it."""
    if counter not in POST_COUNTERS:
        raise ValueError(f"posts have no counter {counter!r}")
    edges = np.array(span, np.int64)
    return _points(PostSnapshot._meta.db_table, "post_id", members, counter, edges)


# Of each member's own known snapshots: the first and the last, those within the edges, and the ones around these.
_POINTS = """
SELECT m.number, extract(epoch FROM p.t)::bigint, p.v
FROM unnest(%(ids)s::bigint[], %(since)s::float8[]) WITH ORDINALITY AS m(id, since, number)
CROSS JOIN LATERAL (
    (SELECT captured_at AS t, {counter} AS v {own} ORDER BY captured_at LIMIT 1)
    UNION (SELECT captured_at, {counter} {own} ORDER BY captured_at DESC LIMIT 1)
    UNION (SELECT captured_at, {counter} {own} AND captured_at <= to_timestamp(%(low)s)
        ORDER BY captured_at DESC LIMIT 1)
    UNION (SELECT captured_at, {counter} {own} AND captured_at >= to_timestamp(%(high)s)
        ORDER BY captured_at LIMIT 1)
    UNION SELECT captured_at, {counter} {own}
        AND captured_at > to_timestamp(%(low)s) AND captured_at < to_timestamp(%(high)s)
) p
ORDER BY m.number, p.t
"""
_OWN = "FROM {table} WHERE {key} = m.id AND captured_at >= to_timestamp(m.since) AND {counter} IS NOT NULL"


def _from_snapshots(table: str, key: str, members: Members, counter: str, edges: Ints) -> Values:
    points = _points(table, key, members, counter, edges)
    seen = np.unique(points.series)
    begin = points.first_of(len(members))
    first = Firsts.unseen(len(members))
    first.times[seen], first.values[seen] = points.times[begin[seen]], points.values[begin[seen]]
    last = np.full(len(members), -NEVER)
    last[seen] = points.times[np.append(begin[1:], len(points.series))[seen] - 1]
    at = np.zeros((len(members), len(edges)), np.int64)
    if len(seen):
        series, times = np.broadcast_arrays(seen[:, None], edges[None, :])
        at[seen] = values_at(points, series, times)
    return with_beginning(members, first, last, edges, at)


def _points(table: str, key: str, members: Members, counter: str, edges: Ints) -> Points:
    own = _OWN.format(table=table, key=key, counter=counter)
    parameters: dict[str, Any] = {
        "ids": members.ids.tolist(),
        "since": members.since.astype(float).tolist(),
        "low": int(edges[0]),
        "high": int(edges[-1]),
    }
    with connections[router.db_for_read(PostSnapshot)].cursor() as cursor:
        cursor.execute(_POINTS.format(counter=counter, own=own), parameters)
        rows = np.array(cursor.fetchall(), np.int64).reshape(-1, 3)
    return Points(rows[:, 0] - 1, rows[:, 1], rows[:, 2])


@dataclass(frozen=True, slots=True)
class Firsts:
    """Each member's first own snapshot of a counter; NEVER and 0 where there is none."""

    times: Ints
    values: Ints

    @classmethod
    def unseen(cls, number: int) -> "Firsts":
        """Of members that were never observed."""
        return cls(np.full(number, NEVER), np.zeros(number, np.int64))

    def early(self, members: Members) -> Bools:
        """Members whose first snapshot came early enough to know that they began at 0."""
        early: Bools = (self.times != NEVER) & (self.times - members.posted <= SEEN_EARLY)
        return early


def with_beginning(members: Members, first: Firsts, last: Ints, edges: Ints, at: Ints) -> Values:
    """Put in what lies before each member's first own snapshot. `at` is overwritten there."""
    early = first.early(members)
    begin = np.where(early, np.minimum(members.posted, first.times), first.times)
    baseline = np.where(early, NEVER, first.times)
    np.copyto(at, np.where(early, 0, first.values)[:, None], where=edges[None, :] < first.times[:, None])
    _rise(at, begin, first, edges)
    return Values(at, begin, baseline, last)


def _rise(at: Ints, begin: Ints, first: Firsts, edges: Ints) -> None:
    """Put in the lines from the posting to the first snapshot."""
    low, high = np.searchsorted(edges, begin), np.searchsorted(edges, first.times)
    count = np.where(begin < first.times, high - low, 0)
    rows = np.repeat(np.arange(len(at)), count)
    columns = np.arange(len(rows)) + np.repeat(low - np.cumsum(count) + count, count)
    zero = np.zeros(len(rows), np.int64)
    at[rows, columns] = between(begin[rows], zero, first.times[rows], first.values[rows], edges[columns])


def edges_of(instants: Sequence[int]) -> Ints:
    """Distinct instants in ascending order."""
    return np.unique(np.array(instants, np.int64))
