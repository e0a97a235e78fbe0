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
from django.db import IntegrityError, router, transaction

from scraping.interpolation import Bools, Ints
from scraping.models import PostSnapshot
from scraping.packed_weeks import COUNTERS
from scraping.services import spans as kept_spans
from scraping.services import weeks as kept_weeks
from scraping.services.bulk import MANY, copy, insertion
from scraping.services.observations import Texts
from scraping.services.packed_days import rebuild
from scraping.services.packed_months import hold_days
from scraping.services.spans import LAST_AT, Spans, read_spans
from scraping.services.weeks import pack_ended


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
        if is_late.any():
            # Before any span, as whoever makes days anew does it.
            hold_days()
        after = kept_spans.moved_on(before, place, snapshots.times, snapshots.counts)
        is_added = ~is_there & ~is_late
        has_crossed = kept_spans.crossed(before, after, snapshots.times[begin]) & is_there & ~is_late
        weeks, ended = kept_weeks.moved_on(before, has_crossed, place, snapshots.times, snapshots.counts)
        # Few are added in one step with their spans.
        rest = None if _copied(snapshots) else insertion(PostSnapshot, snapshots.columns())
        wanted = is_there & ~is_late
        is_late |= kept_spans.move(before, after, wanted, has_crossed=has_crossed, weeks=weeks, alongside=rest)
        if not kept_spans.add(ids[is_added], after[is_added]):
            is_late |= is_added
        kept_weeks.hand_over(ended, ids, ~is_late)
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


def pack() -> int:
    """Put some thousand weeks that have ended into the packed months; returns how many, 0 when none waits or somebody
    else is at it."""
    with transaction.atomic(using=router.db_for_write(PostSnapshot)):
        return pack_ended() if hold_days(wait=False) else 0
