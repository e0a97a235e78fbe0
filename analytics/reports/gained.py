"""What leaderboards of creators and campaigns share: the metrics of each part of a project over a range, in order.

Every number is the engine's `total` of the metric in mode `new`: what all counting posts gained in the range, posts by
posting time, rates from the range's sums. Descending, unknown last, ties by id.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from analytics.buckets import Span
from analytics.entities import resolve
from analytics.formulas import rounded
from analytics.metrics import EntityType
from analytics.totals import totals_by

Totals = Mapping[str, int | float | None]

GAINED = (
    "views",
    "likes",
    "comments",
    "shares",
    "saves",
    "engagement",
    "posts",
    "engagement_rate_by_views",
    "engagement_rate_by_followers",
    "posts_per_week",
    "avg_views_per_post",
)
DEFAULT_ORDER = "views"


@dataclass(frozen=True, slots=True)
class Gained:
    """A creator or campaign by its id, and its totals by metric."""

    id: UUID
    totals: Totals


def gained_by(kind: EntityType, project_id: UUID, *, span: Span, order: str, now: datetime) -> list[Gained]:
    """Every creator or campaign of a project, by one of GAINED. Raises ValueError for another order."""
    if order not in GAINED:
        raise ValueError(f"a leaderboard cannot be ordered by {order!r}")
    parts = totals_by(resolve(EntityType.PROJECT, project_id), kind, GAINED, span=span, now=now)
    parts.sort(key=lambda row: (row.values[order] is None, -(row.values[order] or 0), row.part.id))
    return [Gained(UUID(row.part.id), {name: rounded(value) for name, value in row.values.items()}) for row in parts]
