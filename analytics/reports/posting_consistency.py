"""posting-consistency: how steadily each creator posted in the range, over counting posts by when they were posted.

- Posts a week: posts × 7 ÷ the range's local days.
- Active weeks: calendar weeks (from the organization's week start) with at least one post in the range.
- Longest gap: the most consecutive local days without a post, the range's ends included. The range ends with today.
- Regularity: μ ÷ (μ + σ) of the seconds between consecutive posts, σ of the population. It is (1 − B) ÷ 2 with the
  burstiness B = (σ − μ) ÷ (σ + μ) of K.-I. Goh and A.-L. Barabási, "Burstiness and memory in complex systems", EPL 81
  (2008): 1 is a clock, ½ is chance, toward 0 are bursts. None under 3 posts, or if all share one second.

Every creator that is not removed has a row, the most frequent first, ties by id.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from operator import itemgetter
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from analytics.buckets import DAYS_OF_WEEK, Span, midnight
from analytics.reports.posts import PLACES, posted_in, quotient
from creators.models import Creator

Seconds = NDArray[np.int64]

MIN_POSTS = 3


@dataclass(frozen=True, slots=True)
class Consistency:
    """One creator's rhythm. `post_days`: each day with posts and how many, oldest first."""

    creator: Creator
    posts: int
    posts_per_week: float
    active_weeks: int
    longest_gap_days: int
    regularity: float | None
    post_days: tuple[tuple[date, int], ...]


def posting_consistency(project_id: UUID, *, span: Span) -> list[Consistency]:
    """Every tracked creator's rhythm. The range ends today at the latest."""
    posts = posted_in(project_id, span).filter(creator__isnull=False).order_by("creator_id", "posted_at")
    by_creator = {
        creator_id: [posted_at for _, posted_at in group]
        for creator_id, group in groupby(posts.values_list("creator_id", "posted_at"), key=itemgetter(0))
    }
    edges = np.array([midnight(span.first + timedelta(days=number), span.timezone) for number in range(span.days + 1)])
    rows = [
        _row(creator, by_creator.get(creator.id, []), span, edges)
        for creator in Creator.objects.in_project(project_id).tracked()
    ]
    return sorted(rows, key=lambda row: (-row.posts, row.creator.id))


def _row(creator: Creator, posted: Sequence[datetime], span: Span, edges: Seconds) -> Consistency:
    seconds = np.array([int(instant.timestamp()) for instant in posted], dtype=np.int64)
    numbers, counts = np.unique(np.searchsorted(edges, seconds, side="right") - 1, return_counts=True)
    weeks = np.unique((numbers + span.first.toordinal() - 1 - DAYS_OF_WEEK[span.week_start]) // 7)
    length = len(edges) - 1
    return Consistency(
        creator=creator,
        posts=len(posted),
        posts_per_week=quotient(len(posted) * 7, length) or 0.0,
        active_weeks=len(weeks),
        longest_gap_days=int(np.diff(np.concatenate([[-1], numbers, [length]])).max()) - 1,
        regularity=regularity(seconds),
        post_days=tuple(
            (span.first + timedelta(days=int(number)), int(count))
            for number, count in zip(numbers, counts, strict=True)
        ),
    )


def regularity(ascending: Seconds) -> float | None:
    """The regularity of posts at these seconds, rounded to 6 places."""
    if len(ascending) < MIN_POSTS:
        return None
    gaps = np.diff(ascending)
    mean, deviation = float(gaps.mean()), float(gaps.std())
    return round(mean / (mean + deviation), PLACES) if mean > 0 else None
