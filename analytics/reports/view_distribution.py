"""view-distribution: how the current views of the posts that were posted in the range are spread.

Percentiles are of the known views by Hyndman and Fan's type 7 ("Sample Quantiles in Statistical Packages", The American
Statistician 50, 1996), which is PostgreSQL's percentile_cont: with the n views sorted, the value at position (n − 1)·p,
linear between its neighbors. Bins are half-open on a 1-2-5 scale, [0,1) [1,2) [2,5) [5,10) [10,20) …, contiguous from
the first to the last that is not empty.
"""

from dataclasses import dataclass
from fractions import Fraction
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from analytics.buckets import Span
from analytics.reports.posts import posted_in, quotient

Counts = NDArray[np.int64]

PERCENTILES = (10, 25, 50, 75, 90, 99)
STEPS = (1, 2, 5)


@dataclass(frozen=True, slots=True)
class Bin:
    """How many posts have from_ ≤ views < to."""

    from_: int
    to: int
    count: int


@dataclass(frozen=True, slots=True)
class ViewDistribution:
    """Bins and percentiles of known views, and their mean; percentiles and mean are None if no views are known."""

    bins: list[Bin]
    percentiles: dict[str, float | None]
    mean: float | None
    post_count: int
    known_count: int


def view_distribution(project_id: UUID, *, span: Span) -> ViewDistribution:
    """The distribution of the posts' current views."""
    found = list(posted_in(project_id, span).values_list("view_count", flat=True))
    views = np.sort(np.array([count for count in found if count is not None], dtype=np.int64))
    return ViewDistribution(
        bins=_bins(views),
        percentiles={f"p{percent}": percentile(views, percent) for percent in PERCENTILES},
        mean=quotient(int(views.sum()), len(views)),
        post_count=len(found),
        known_count=len(views),
    )


def percentile(ascending: Counts, percent: int) -> float | None:
    """The type 7 percentile of sorted whole numbers, exact but for the rounding to 6 places; None of nothing."""
    if len(ascending) == 0:
        return None
    position = Fraction((len(ascending) - 1) * percent, 100)
    below = int(position)
    low, high = int(ascending[below]), int(ascending[min(below + 1, len(ascending) - 1)])
    return quotient(low + (high - low) * (position - below), 1)


def _bins(views: Counts) -> list[Bin]:
    if len(views) == 0:
        return []
    edges = [0, 1]
    while edges[-1] <= views[-1]:
        power, step = divmod(len(edges) - 1, len(STEPS))
        edges.append(STEPS[step] * 10**power)
    counts = np.bincount(np.searchsorted(edges, views, side="right") - 1)
    filled = np.flatnonzero(counts)
    return [Bin(edges[number], edges[number + 1], int(counts[number])) for number in range(filled[0], filled[-1] + 1)]
