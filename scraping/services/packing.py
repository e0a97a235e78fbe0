"""Adding snapshots, and packing their days: two transactions, so that adding waits for little.

Who adds snapshots moves their posts' spans on (`spans`) and names those posts that got past a midnight of a zone in
which their days are kept: only they have anything to pack. Who packs takes names away and writes the days in one
transaction; names that are not committed yet stay for the next time. Readers need no names: a midnight that lies
within a span and is not packed yet is computed from snapshots.

Days that are packed change only by a snapshot that comes late, older than the last one; hardly any does. It is added
and its post made anew in one transaction, which waits for who packs.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db import IntegrityError, router, transaction

from scraping.day_reads import PACKED_COUNTERS
from scraping.interpolation import Bools, Ints
from scraping.models import PostSnapshot, UnpackedPosts
from scraping.services import spans as kept_spans
from scraping.services.bulk import MANY, binary_cursor, copy, insert_missing, insertion
from scraping.services.observations import Texts
from scraping.services.packed_days import hold_days, pack_days, read_snapshots, rebuild
from scraping.services.spans import LAST_AT, Spans, read_spans

# Names in one row, and rows in one transaction of who packs: together as many posts as are packed at once.
_NAMES, _ROWS = 50, 200


@dataclass(slots=True)
class Snapshots:
    """Snapshots of posts: whose, when (whole seconds), the counts (snapshot × counter), whose word and how precise."""

    ids: Ints
    times: Ints
    counts: Ints
    sources: Texts
    precisions: Texts

    def in_order(self) -> "Snapshots":
        """By post and time."""
        order = np.lexsort((self.times, self.ids))
        words = (self.sources[order], self.precisions[order])
        return Snapshots(self.ids[order], self.times[order], self.counts[order], *words)

    def columns(self) -> dict[str, Any]:
        """As columns of the table."""
        return {
            "post_id": self.ids,
            "captured_at": self.times,
            **dict(zip(PACKED_COUNTERS, self.counts.T, strict=True)),
            "source": self.sources,
            "precision": self.precisions,
        }


def store_snapshots(snapshots: Snapshots, known: Spans | None = None, *, new_posts: Ints | None = None) -> None:
    """Add snapshots. Of two in one second the first stays. `known`: spans of these and other posts, as this transaction
    read them. `new_posts`: posts of which there is no snapshot yet."""
    if not len(snapshots.ids):
        return
    snapshots = snapshots.in_order()
    ids, begin, place = np.unique(snapshots.ids, return_index=True, return_inverse=True)
    with transaction.atomic(using=router.db_for_write(PostSnapshot), savepoint=False):
        before = read_spans(ids) if known is None else known.at_rows(np.searchsorted(known.ids, ids))
        is_there = before.is_there
        is_late = _late(before, snapshots, place, snapshots.times[begin])
        if not is_there.all():
            is_late |= ~is_there & ~np.isin(ids, [] if new_posts is None else new_posts)
        after = kept_spans.moved_on(before, place, snapshots.times, snapshots.counts)
        is_added = ~is_there & ~is_late
        # Few are added in one step with their spans.
        rest = None if _copied(snapshots) else insertion(PostSnapshot, snapshots.columns())
        is_late |= kept_spans.move(before, after, is_there & ~is_late, alongside=rest)
        if not kept_spans.add(ids[is_added], after[is_added]):
            is_late |= is_added
        has_crossed, since = kept_spans.crossed(before, after, snapshots.times[begin])
        named = has_crossed & ~is_late
        _name(ids[named], since[named])
        if is_late.any():
            rebuild(ids[is_late].tolist())


def _late(before: Spans, snapshots: Snapshots, place: Ints, first_at: Ints) -> Bools:
    """Posts that got a snapshot not later than one that is known, or two of one second."""
    is_late: Bools = first_at <= before.ends[:, :, LAST_AT].max(axis=1)
    twice = (snapshots.ids[1:] == snapshots.ids[:-1]) & (snapshots.times[1:] == snapshots.times[:-1])
    is_late[place[1:][twice]] = True
    return is_late


def _copied(snapshots: Snapshots) -> bool:
    """Add many snapshots, unless one of them exists. Being ready for that takes longer than adding one, and it hardly
    ever happens; for few the savepoint would take longer."""
    if len(snapshots.ids) < MANY:
        return False
    try:
        with transaction.atomic(using=router.db_for_write(PostSnapshot)):
            copy(PostSnapshot, snapshots.columns())
    except IntegrityError:
        return False
    return True


def _name(ids: Ints, since: Ints) -> None:
    """Name posts for packing, since when they lack days."""
    if not len(ids):
        return
    starts = range(0, len(ids), _NAMES)
    insert_missing(
        UnpackedPosts,
        {
            "id": [UnpackedPosts._meta.pk.get_default() for _ in starts],
            "post_ids": [ids[start : start + _NAMES].astype(str).tolist() for start in starts],
            "since": [int(since[start : start + _NAMES].min()) for start in starts],
        },
    )


_TAKE = """
DELETE FROM scraping_unpackedposts WHERE id IN (
    SELECT id FROM scraping_unpackedposts ORDER BY id LIMIT %s
) RETURNING post_ids, date_part('epoch', since)::bigint
"""


def pack() -> int:
    """Bring the days of some thousand posts up to date; returns how many posts, 0 when none is named or somebody else
    is at it."""
    with transaction.atomic(using=router.db_for_write(PostSnapshot)):
        if not hold_days(wait=False):
            return 0
        ids, since = _take_names()
        if len(ids):
            pack_days(read_spans(ids), *read_snapshots(ids, since))
        return len(ids)


def _take_names() -> tuple[Ints, Ints]:
    """Posts that were named, and since when each lacks days; their names are gone with this transaction."""
    with binary_cursor(UnpackedPosts) as cursor:
        cursor.execute(_TAKE, [_ROWS])
        rows = cursor.fetchall()
    named = np.array([post_id for post_ids, _ in rows for post_id in post_ids], np.int64)
    since = np.repeat(np.array([at for _, at in rows], np.int64), [len(post_ids) for post_ids, _ in rows])
    ids, place = np.unique(named, return_inverse=True)
    earliest = np.full(len(ids), np.iinfo(np.int64).max)
    np.minimum.at(earliest, place, since)
    return ids, earliest
