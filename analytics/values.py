"""What a number means at a point in time: the one definition, in SQL over the canonical snapshots.

For one post or account and one counter, the snapshots (t₀,v₀) … (tₙ,vₙ) taken since the organization began to track
define value(t): linear between two snapshots, flat after the last. Before the first: if it was taken within 48 hours
of posting, the point (posted_at, 0) stands in front; otherwise it is a baseline and value(t) = v₀. The value is
rounded down to an integer, per post, at each edge.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connections, router

from scraping.models import AccountSnapshot, PostSnapshot

# A post first seen within this time of posting began at 0; seen later, its first snapshot is a baseline.
SEEN_EARLY = timedelta(hours=48)
POST_COUNTERS = ("view_count", "like_count", "comment_count", "share_count", "save_count")
ACCOUNT_COUNTERS = ("follower_count", "following_count", "total_likes", "video_count")


@dataclass(frozen=True, slots=True)
class Tracked:
    """A post or account as one organization sees it: its history begins at `since`; accounts have no `posted_at`."""

    id: int
    since: datetime
    posted_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Edge:
    """The sum of value(edge) over a set; None if no member was ever observed.

    `is_known`: a member's history begins before the edge, so a bucket that ends here has a number.
    """

    at: datetime
    value: int | None
    is_known: bool


@dataclass(frozen=True, slots=True)
class Sums:
    """A set's values at edges, and the instants at which members' baselines lie."""

    edges: tuple[Edge, ...]
    baselines: tuple[datetime, ...]


# Per member its first own snapshot, and the point its history begins with; per member and edge the points before and
# after the edge, the value between them by division without a remainder, so that no digit is lost; one row per edge.
_VALUES = """
WITH member AS (
    SELECT * FROM unnest(%(ids)s::bigint[], %(since)s::timestamptz[], %(posted)s::timestamptz[])
        AS m(id, since, posted_at)
), first AS (
    SELECT m.id, m.since, m.posted_at, s.captured_at AS t, s.v,
        coalesce(s.captured_at - m.posted_at <= %(seen_early)s, false) AS early
    FROM member m CROSS JOIN LATERAL (
        SELECT captured_at, {counter} AS v FROM {table}
        WHERE {key} = m.id AND captured_at >= m.since AND {counter} IS NOT NULL ORDER BY captured_at LIMIT 1
    ) s
), known AS (
    SELECT id, since, t, v,
        CASE WHEN early THEN least(posted_at, t) ELSE t END AS t_begin, CASE WHEN early THEN 0 ELSE v END AS v_begin
    FROM first
), around AS (
    SELECT e.edge, k.t_begin < e.edge AS is_known,
        coalesce(a.t, k.t_begin) AS t0, coalesce(a.v, k.v_begin) AS v0,
        CASE WHEN a.t IS NULL THEN k.t ELSE b.t END AS t1, CASE WHEN a.t IS NULL THEN k.v ELSE b.v END AS v1
    FROM known k CROSS JOIN unnest(%(edges)s::timestamptz[]) AS e(edge)
    LEFT JOIN LATERAL (
        SELECT captured_at AS t, {counter} AS v FROM {table}
        WHERE {key} = k.id AND captured_at BETWEEN k.since AND e.edge AND {counter} IS NOT NULL
        ORDER BY captured_at DESC LIMIT 1
    ) a ON true
    LEFT JOIN LATERAL (
        SELECT captured_at AS t, {counter} AS v FROM {table}
        WHERE {key} = k.id AND captured_at > e.edge AND a.t IS NOT NULL AND {counter} IS NOT NULL
        ORDER BY captured_at LIMIT 1
    ) b ON true
), moved AS (
    SELECT edge, is_known, v0, t1 IS NULL OR edge <= t0 AS is_flat,
        (v1 - v0) * extract(epoch FROM edge - t0) AS way, extract(epoch FROM t1 - t0) AS span
    FROM around
)
SELECT edge, sum(CASE WHEN is_flat THEN v0 ELSE v0 + (way - mod(mod(way, span) + span, span)) / span END),
    bool_or(is_known)
FROM moved GROUP BY edge ORDER BY edge
"""
_BASELINES = """
SELECT s.captured_at
FROM unnest(%(ids)s::bigint[], %(since)s::timestamptz[], %(posted)s::timestamptz[]) AS m(id, since, posted_at)
CROSS JOIN LATERAL (
    SELECT captured_at FROM {table}
    WHERE {key} = m.id AND captured_at >= m.since AND {counter} IS NOT NULL ORDER BY captured_at LIMIT 1
) s
WHERE m.posted_at IS NULL OR s.captured_at - m.posted_at > %(seen_early)s
ORDER BY s.captured_at
"""


def post_sums(posts: Sequence[Tracked], counter: str, edges: Sequence[datetime]) -> Sums:
    """The posts' values of one of POST_COUNTERS, summed at each edge; edges may repeat and have any order."""
    if counter not in POST_COUNTERS:
        raise ValueError(f"posts have no counter {counter!r}")
    return _sums(PostSnapshot._meta.db_table, "post_id", posts, counter, edges)


def account_sums(accounts: Sequence[Tracked], counter: str, edges: Sequence[datetime]) -> Sums:
    """The accounts' values of one of ACCOUNT_COUNTERS, summed at each edge; always with a baseline."""
    if counter not in ACCOUNT_COUNTERS:
        raise ValueError(f"accounts have no counter {counter!r}")
    return _sums(AccountSnapshot._meta.db_table, "account_id", accounts, counter, edges)


def _sums(table: str, key: str, members: Sequence[Tracked], counter: str, edges: Sequence[datetime]) -> Sums:
    names = {"table": table, "key": key, "counter": counter}
    parameters: dict[str, Any] = {
        "ids": [member.id for member in members],
        "since": [member.since for member in members],
        "posted": [member.posted_at for member in members],
        "edges": list(set(edges)),
        "seen_early": SEEN_EARLY,
    }
    with connections[router.db_for_read(PostSnapshot)].cursor() as cursor:
        cursor.execute(_VALUES.format(**names), parameters)
        found = {edge: Edge(edge, int(value), known) for edge, value, known in cursor.fetchall()}
        cursor.execute(_BASELINES.format(**names), parameters)
        baselines = tuple(row[0] for row in cursor.fetchall())
    return Sums(tuple(found.get(edge, Edge(edge, None, False)) for edge in edges), baselines)
