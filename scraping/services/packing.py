"""Adding snapshots, and packing their days: two transactions, so that adding waits for little.

Who adds snapshots moves their posts' spans on (`spans`), and with them the newest week of each (`weeks`): the values at
the midnights that the post got past. A week that has ended is handed over in the same transaction, and who packs takes
it away and writes it into its month in one transaction; what is not committed yet stays for the next time. A midnight
that lies within a span and is neither in its newest week nor in its month is computed from snapshots by who reads.

Days that are packed change only by a snapshot that comes late, older than the last one; hardly any does. It is added
and its post made anew in one transaction, which waits for who packs.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db import router, transaction

from scraping.interpolation import Bools, Ints
from scraping.models import PostSnapshot
from scraping.packed_weeks import COUNTERS, Weeks
from scraping.services import spans as kept_spans
from scraping.services import weeks as kept_weeks
from scraping.services.bulk import MANY, CopyRows, copy_rows, copy_unless_there, insertion
from scraping.services.observations import Texts
from scraping.services.packed_days import rebuild
from scraping.services.packed_months import hold_days
from scraping.services.spans import LAST_AT, Spans, read_spans
from scraping.services.weeks import Ended, pack_ended


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
            **dict(zip(COUNTERS, self.counts.T, strict=True)),
            "source": self.sources,
            "precision": self.precisions,
        }


@dataclass(frozen=True, slots=True)
class Addition:
    """What snapshots lead to, put together before anything is written: the posts, which ascend; their spans `before`
    and the ends and newest weeks after; what `ended`; and, by post, whether it must be made anew, or got past a
    midnight. `rows` and `span_rows`: what is written, where it is much."""

    snapshots: Snapshots
    before: Spans
    after: Ints
    weeks: Weeks
    ended: list[Ended]
    is_late: Bools
    has_crossed: Bools
    rows: CopyRows | None
    span_rows: CopyRows | None

    @property
    def is_moved(self) -> Bools:
        """Whose span moves on."""
        return self.before.is_there & ~self.is_late

    @property
    def is_begun(self) -> Bools:
        """Whose span begins."""
        return ~self.before.is_there & ~self.is_late


def addition(snapshots: Snapshots, known: Spans | None = None, *, new_posts: Ints | None = None) -> Addition:
    """What snapshots lead to, for `store_snapshots`. `known`: spans of these and other posts, as they were read: the
    database is asked nothing then. `new_posts`: posts of which there is no snapshot yet."""
    snapshots = snapshots.in_order()
    ids, begin, place = np.unique(snapshots.ids, return_index=True, return_inverse=True)
    before = read_spans(ids) if known is None else known.at_rows(np.searchsorted(known.ids, ids))
    times = snapshots.times
    is_there = before.is_there
    is_late = _late(before, snapshots, place, times[begin])
    if not is_there.all():
        is_late |= ~is_there & ~np.isin(ids, [] if new_posts is None else new_posts)
    after = kept_spans.moved_on(before, place, times, snapshots.counts)
    has_crossed = kept_spans.crossed(before, after, times[begin]) & is_there & ~is_late
    weeks, ended = kept_weeks.moved_on(before, has_crossed, place, times, snapshots.counts)
    is_begun = ~is_there & ~is_late
    rows = copy_rows(PostSnapshot, snapshots.columns()) if len(snapshots.ids) >= MANY else None
    span_rows = kept_spans.new_rows(ids[is_begun], after[is_begun])
    return Addition(snapshots, before, after, weeks, ended, is_late, has_crossed, rows, span_rows)


def store_snapshots(new: Addition) -> None:
    """Add snapshots. Of two in one second the first stays."""
    ids, is_late, begun = new.before.ids, new.is_late.copy(), new.is_begun
    with transaction.atomic(using=router.db_for_write(PostSnapshot), savepoint=False):
        if is_late.any():
            # Before any span, as whoever makes days anew does it.
            hold_days()
        # Being ready for one that exists takes longer, and it hardly ever does. Few are added in one step with their
        # spans: for them the savepoint would take longer.
        is_copied = new.rows is not None and copy_unless_there(new.rows)
        rest = None if is_copied else insertion(PostSnapshot, new.snapshots.columns())
        is_late |= kept_spans.move(
            new.before, new.after, new.is_moved, has_crossed=new.has_crossed, weeks=new.weeks, alongside=rest
        )
        if not kept_spans.add(ids[begun], new.after[begun], new.span_rows):
            is_late |= begun
        kept_weeks.hand_over(new.ended, ids, ~is_late)
        if is_late.any():
            rebuild(ids[is_late].tolist())


def _late(before: Spans, snapshots: Snapshots, place: Ints, first_at: Ints) -> Bools:
    """Posts that got a snapshot not later than one that is known, or two of one second."""
    is_late: Bools = first_at <= before.ends[:, :, LAST_AT].max(axis=1)
    twice = (snapshots.ids[1:] == snapshots.ids[:-1]) & (snapshots.times[1:] == snapshots.times[:-1])
    is_late[place[1:][twice]] = True
    return is_late


def pack() -> int:
    """Put some thousand weeks that have ended into the packed months; returns how many, 0 when none waits or somebody
    else is at it."""
    with transaction.atomic(using=router.db_for_write(PostSnapshot)):
        return pack_ended() if hold_days(wait=False) else 0
