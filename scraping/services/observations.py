"""What readings say about the numbers before them: effective counts, and whether they must be kept as snapshots.

Of a run of equal readings only the first and the last are stored. The last is not known before the next different
one, so the account's or post's own row remembers it (`observed_at`) and it is stored together with that one.
docs/history.md shows why no value at any time, for any organization, is changed by this.

Readings are judged many at once, one a row; where numbers stand in arrays, UNKNOWN stands for those that are not known.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain

import numpy as np
import numpy.typing as npt

from scraping.counts import EXACT, ROUNDED, UNKNOWN, effective_counts
from scraping.interpolation import Bools, Ints

ACCOUNT_COUNTS = ("follower_count", "following_count", "total_likes", "video_count")
POST_COUNTS = ("view_count", "like_count", "comment_count", "share_count", "save_count")
Texts = npt.NDArray[np.str_]
# The source of a run that the next reading may not continue, because a count was left out.
NOBODY = ""


def seconds(instant: datetime) -> int:
    """An instant in whole seconds since 1970."""
    return int(instant.timestamp())


def numbers(values: Iterable[int | None]) -> Ints:
    """Numbers as an array."""
    known = list(values)
    if None in known:
        return np.array([UNKNOWN if value is None else value for value in known], np.int64)
    return np.array(known, np.int64)


def count_rows(rows: Sequence[Sequence[int | None]], width: int) -> Ints:
    """Rows of counts as an array, row × counter."""
    return numbers(chain.from_iterable(rows)).reshape(-1, width)


@dataclass(slots=True)
class Runs:
    """Open runs of equal readings: their numbers (run × counter), how precise and whose they are, their last reading
    and their stored first one. Times are whole seconds since 1970: snapshots are stamped to the second."""

    counts: Ints
    precisions: Texts
    sources: Texts
    observed_at: Ints
    snapshot_at: Ints

    @classmethod
    def none(cls, number: int, counters: int) -> "Runs":
        """No run yet, of so many posts or accounts."""
        nothing = np.full(number, UNKNOWN, np.int64)
        texts = np.full(number, NOBODY, "U12")
        counts = np.full((number, counters), UNKNOWN, np.int64)
        return cls(counts, texts, texts.copy(), nothing, nothing.copy())

    def at(self, rows: "Ints | slice") -> "Runs":
        """Some of them."""
        times = (self.observed_at[rows], self.snapshot_at[rows])
        return Runs(self.counts[rows], self.precisions[rows], self.sources[rows], *times)


@dataclass(frozen=True, slots=True)
class Readings:
    """Counts as sources showed them (reading × counter), whether each source rounds, and when; `begun_at`: when
    somebody began to track the account last."""

    counts: Ints
    sources: Texts
    source_rounds: Bools
    at: Ints
    begun_at: Ints

    def at_rows(self, rows: Ints) -> "Readings":
        """Some of them."""
        told = (self.counts[rows], self.sources[rows], self.source_rounds[rows])
        return Readings(*told, self.at[rows], self.begun_at[rows])


@dataclass(frozen=True, slots=True)
class Judged:
    """What readings lead to: the runs from now on, and what is to be stored.

    `effective`: the counts that were observed. `is_stored`: whether they must be stored; they need not where no count
    was read, or where the reading only continues the run. `ends_run`: whether the last reading of the run before must
    be stored now.
    """

    runs: Runs
    effective: Ints
    is_stored: Bools
    ends_run: Bools


def judge(readings: Readings, before: Runs) -> Judged:
    """What each reading leads to, after the run before it."""
    effective, rounded = effective_counts(before.counts, readings.counts, readings.source_rounds)
    precisions = np.where(rounded.any(axis=1), ROUNDED, EXACT)
    seen = effective != UNKNOWN
    says_something = seen.any(axis=1)
    counts = np.where(seen, effective, before.counts)
    begins = says_something & ~_continues(readings, before, effective, precisions)
    left_out = (counts != effective).any(axis=1)
    runs = Runs(
        counts,
        np.where(says_something, precisions, before.precisions),
        np.where(says_something, np.where(left_out, NOBODY, readings.sources), before.sources),
        np.where(says_something, readings.at, before.observed_at),
        np.where(begins, readings.at, before.snapshot_at),
    )
    # An unknown time is before all others.
    return Judged(runs, effective, begins, begins & (before.observed_at > before.snapshot_at))


def _continues(readings: Readings, before: Runs, effective: Ints, precisions: Texts) -> Bools:
    """Whether a reading only says again what the run says. The first one after somebody began to track never does."""
    says_the_same: Bools = (effective == before.counts).all(axis=1) & (readings.sources == before.sources)
    says_the_same &= precisions == before.precisions
    says_the_same &= (before.snapshot_at != UNKNOWN) & (before.snapshot_at >= readings.begun_at)
    return says_the_same
