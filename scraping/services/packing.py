"""Adding snapshots, and packing them: two transactions, so that reading never waits for what makes series quick.

Who adds snapshots names their posts as unpacked in the same statement, so there is no instant at which a span lacks a
snapshot and its post is not named. Who packs takes names away and brings spans and days up to date in one transaction;
names that are not committed yet stay for the next time. Readers pass over what is kept of posts that are named
(day_reads.post_ends). Names are only ever added and taken away, so nobody who adds snapshots waits for who packs.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from django.db import IntegrityError, connections, router, transaction

from scraping.day_reads import PACKED_COUNTERS
from scraping.interpolation import Ints
from scraping.models import PostSnapshot, UnpackedPosts
from scraping.services.bulk import array_literal, unfolded
from scraping.services.packed_days import note, unpacked

SNAPSHOT = ("post_id", "captured_at", *PACKED_COUNTERS, "source", "precision")
# Names in one row, and rows in one transaction of who packs: together as many posts as are packed at once.
_NAMES, _ROWS = 50, 200
# Being ready for a snapshot that exists takes half as long again as adding one. It hardly ever does, so many are added
# without, and once more with it where that failed; for few the savepoint would take longer.
_MANY, _FIRST_STAYS = 500, "ON CONFLICT DO NOTHING"
_UNKNOWN = -(2**63)
_STORE = """
WITH stored AS (
    INSERT INTO scraping_postsnapshot ({columns}) SELECT * FROM {source} {on_conflict}
)
INSERT INTO scraping_unpackedposts (id, post_ids, since)
SELECT name, array_agg(post_id), to_timestamp(min(since))
FROM unnest(%s::uuid[], %s::bigint[], %s::bigint[]) AS v(name, post_id, since) GROUP BY name
"""
_TAKE = """
DELETE FROM scraping_unpackedposts WHERE id IN (
    SELECT id FROM scraping_unpackedposts ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED
) RETURNING post_ids, extract(epoch FROM since)::bigint
"""
_ROW = " || ".join(f"int8send(coalesce({name}, %s))" for name in PACKED_COUNTERS)
_READ = f"""
SELECT string_agg(int8send(post_id) || int8send(extract(epoch FROM captured_at)::bigint) || {_ROW}, ''::bytea)
FROM scraping_postsnapshot WHERE post_id = ANY(%s::bigint[]) AND captured_at >= to_timestamp(%s)
"""  # noqa: S608 - names of our own columns


def store_snapshots(rows: Sequence[Sequence[Any]]) -> None:
    """Add snapshots: rows of (post id, time in whole seconds, the counts …, source, precision). Of two in one second
    the first stays."""
    if len(rows) < _MANY:
        _store(rows, _FIRST_STAYS)
        return
    try:
        with transaction.atomic(using=router.db_for_write(PostSnapshot)):
            _store(rows, "")
    except IntegrityError:
        _store(rows, _FIRST_STAYS)


def _store(rows: Sequence[Sequence[Any]], on_conflict: str) -> None:
    if not rows:
        return
    columns = dict(zip(SNAPSHOT, zip(*rows, strict=True), strict=True))
    source, values = unfolded(PostSnapshot, columns)
    earliest: dict[int, int] = {}
    for post_id, at in zip(columns["post_id"], columns["captured_at"], strict=True):
        if earliest.setdefault(post_id, at) > at:
            earliest[post_id] = at
    rows_of_names = [str(UnpackedPosts._meta.pk.get_default()) for _ in range(0, len(earliest), _NAMES)]
    names = ([rows_of_names[number // _NAMES] for number in range(len(earliest))], earliest, earliest.values())
    statement = _STORE.format(columns=", ".join(columns), source=source, on_conflict=on_conflict)
    with connections[router.db_for_write(PostSnapshot)].cursor() as cursor:
        cursor.execute(statement, [*values, *map(array_literal, names)])


def pack() -> int:
    """Bring the spans and days of some thousand posts up to date; returns how many posts, 0 when none is named."""
    with transaction.atomic(using=router.db_for_write(PostSnapshot)):
        since = _take_names()
        if since:
            rows = _read_snapshots(since)
            known = rows[:, 2:] != _UNKNOWN
            note(rows[:, 0], rows[:, 1], known, np.where(known, rows[:, 2:], 0))
        return len(since)


def _take_names() -> dict[int, int]:
    """Posts that were named, and since when each lacks snapshots; their names are gone with this transaction."""
    since: dict[int, int] = {}
    with connections[router.db_for_write(PostSnapshot)].cursor() as cursor:
        cursor.execute(_TAKE, [_ROWS])
        for post_ids, at in cursor.fetchall():
            for post_id in post_ids:
                since[post_id] = min(at, since.get(post_id, at))
    return since


def _read_snapshots(since: Mapping[int, int]) -> Ints:
    """Post, time and counts of the snapshots of each of these posts since then, sorted by post and time."""
    ids = np.array(sorted(since), np.int64)
    starts = np.array([since[post_id] for post_id in sorted(since)], np.int64)
    unknown = [_UNKNOWN] * len(PACKED_COUNTERS)
    with connections[router.db_for_write(PostSnapshot)].cursor() as cursor:
        cursor.execute(_READ, [*unknown, array_literal(ids.tolist()), int(starts.min())])
        (data,) = cursor.fetchone()
    rows = unpacked(data or b"").reshape(-1, 2 + len(PACKED_COUNTERS))
    rows = rows[rows[:, 1] >= starts[np.searchsorted(ids, rows[:, 0])]]
    return rows[np.lexsort((rows[:, 1], rows[:, 0]))]
