"""Posts by their age: how each stood so many hours after it was posted, and what is usual of many.

A post has a value from its first known point (the posting, if it was first seen within 48 hours of it, else its first
own snapshot) to its last snapshot; outside of that nothing is claimed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from analytics.buckets import seconds
from analytics.members import Members, Tracked
from analytics.values import NEVER, Firsts, post_points
from scraping.interpolation import Ints, Points, values_at

HOUR = 3_600
HOURLY_UNTIL, DAILY_EVERY = 168, 24
# Fewer posts say nothing about what is usual.
ENOUGH_POSTS = 5


@dataclass(frozen=True, slots=True)
class Quartiles:
    """What is usual at one age: of `posts` posts a quarter had at most `low`, half at most `median`, three quarters at
    most `high` (Hyndman–Fan type 7)."""

    low: float
    median: float
    high: float
    posts: int


def ages(until: datetime, posted_at: datetime) -> list[int]:
    """The ages in hours at which a post is looked at: every hour of its first week, then every day."""
    hours = int((until - posted_at).total_seconds() // HOUR)
    hourly = list(range(min(hours, HOURLY_UNTIL) + 1))
    return hourly + list(range(HOURLY_UNTIL + DAILY_EVERY, hours + 1, DAILY_EVERY))


def values_by_age(
    posts: Sequence[Tracked], hours: Sequence[int], *, now: datetime, counter: str = "view_count"
) -> list[list[int | None]]:
    """value(posted_at + h) of each post at each of these ages; None where nothing is known."""
    members = Members.of(posts)
    if not len(members) or not hours:
        return [[] for _ in posts]
    points = post_points(members, counter, (int(members.posted.min()), seconds(now)))
    firsts, last = _ends(points, len(members))
    early = firsts.early(members)
    begin = np.where(early, np.minimum(members.posted, firsts.times), firsts.times)
    whole = _with_posting(points, members.posted, early & (members.posted < firsts.times))
    at = members.posted[:, None] + np.array(hours, np.int64)[None, :] * HOUR
    known = (at >= begin[:, None]) & (at <= np.minimum(last, seconds(now))[:, None])
    found: Ints = np.zeros(at.shape, np.int64)
    seen = np.unique(whole.series)
    if len(seen):
        found[seen] = values_at(whole, np.broadcast_to(seen[:, None], (len(seen), len(hours))), at[seen])
    values: list[list[int]] = [row.tolist() for row in found]
    return [
        [value if is_known else None for value, is_known in zip(row, mask, strict=True)]
        for row, mask in zip(values, known.tolist(), strict=True)
    ]


def usual_by_age(
    posts: Sequence[Tracked], hours: Sequence[int], *, now: datetime, counter: str = "view_count"
) -> list[Quartiles | None]:
    """What is usual of these posts at each of these ages; None where fewer than ENOUGH_POSTS are known."""
    rows = values_by_age(posts, hours, now=now, counter=counter)
    usual: list[Quartiles | None] = []
    for place in range(len(hours)):
        known = [row[place] for row in rows if row[place] is not None]
        if len(known) < ENOUGH_POSTS:
            usual.append(None)
            continue
        low, median, high = (float(value) for value in np.percentile(np.array(known, float), (25, 50, 75)))
        usual.append(Quartiles(low, median, high, len(known)))
    return usual


def _ends(points: Points, number: int) -> tuple[Firsts, Ints]:
    """Each post's first point, and the time of its last one."""
    firsts, last = Firsts.unseen(number), np.full(number, -NEVER)
    seen = np.unique(points.series)
    begin = points.first_of(number)
    firsts.times[seen], firsts.values[seen] = points.times[begin[seen]], points.values[begin[seen]]
    last[seen] = points.times[np.append(begin[1:], len(points.series))[seen] - 1]
    return firsts, last


def _with_posting(points: Points, posted: Ints, begins: "np.typing.NDArray[np.bool_]") -> Points:
    """The points with (posted_at, 0) in front of those posts that began at 0."""
    added = np.flatnonzero(begins)
    series = np.concatenate([points.series, added])
    times = np.concatenate([points.times, posted[added]])
    values = np.concatenate([points.values, np.zeros(len(added), np.int64)])
    order = np.lexsort((times, series))
    return Points(series[order], times[order], values[order])
