"""How counts at local midnights are packed: in 32 bits each, and the newest ones of a post as its week.

A post's week is seven midnights in a row, beginning on a weekday of its own: so posts that are read at the same time
do not all end a week at the same midnight.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from scraping.counts import UNKNOWN
from scraping.interpolation import Ints

COUNTERS = ("view_count", "like_count", "comment_count", "share_count", "save_count")
DAYS = 7
# Stands for a count that is not packed. One that does not fit, which no post has reached, is not packed either.
UNPACKED = 2**32 - 1
Counts = npt.NDArray[np.uint32]
COUNT = np.dtype("<u4")
# A week by its number, 0 for none, and counter × day.
WEEK = np.dtype([("number", COUNT), ("counts", COUNT, (len(COUNTERS), DAYS))])
Weeks = npt.NDArray[Any]
# Fibonacci hashing: neighbouring ids get different weekdays.
_SPREAD, _HALF = np.uint64(0x9E3779B97F4A7C15), np.uint64(32)


def no_weeks(*shape: int) -> Weeks:
    """Weeks in which nothing is packed."""
    weeks = np.zeros(shape, WEEK)
    weeks["counts"] = UNPACKED
    return weeks


def _weekdays(ids: Ints) -> Ints:
    return ((ids.astype(np.uint64) * _SPREAD >> _HALF) % np.uint64(DAYS)).astype(np.int64)


def week_and_day(ids: Ints, midnights: Ints) -> tuple[Ints, Ints]:
    """The number of each post's week in which the midnight with this number of the zone's calendar lies, and its place
    there."""
    shifted = midnights + _weekdays(ids)
    week = shifted // DAYS
    return week + 1, shifted - week * DAYS


def midnights_of(ids: Ints, weeks: Ints) -> Ints:
    """The numbers of the midnights of posts' weeks, week × day; out of the calendar where the number of a week is 0."""
    first: Ints = (weeks - 1) * DAYS - _weekdays(ids)
    return first[:, None] + np.arange(DAYS)


def packed_counts(values: Ints) -> Counts:
    """Counts as they are packed."""
    return np.where(values.astype(np.uint64) < UNPACKED, values, UNPACKED).astype(COUNT)


def unpacked_counts(counts: Counts) -> Ints:
    """The counts of `packed_counts`, UNKNOWN where one is not packed."""
    values = counts.astype(np.int64)
    values[values == UNPACKED] = UNKNOWN
    return values
