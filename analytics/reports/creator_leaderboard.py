"""creator-leaderboard: what each creator's counting posts gained in the range, posts and rates, by one of them.

Every creator that is not removed has a row. The numbers are those of analytics.reports.gained.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from analytics.buckets import Span
from analytics.metrics import EntityType
from analytics.reports.gained import DEFAULT_ORDER, Totals, gained_by
from creators.models import Creator


@dataclass(frozen=True, slots=True)
class CreatorGains:
    """One creator and its totals by metric."""

    creator: Creator
    totals: Totals


@dataclass(frozen=True, slots=True)
class CreatorLeaderboard:
    """One page of the creators, and how many there are in all."""

    items: list[CreatorGains]
    total_count: int


def creator_leaderboard(
    project_id: UUID, *, span: Span, now: datetime, order: str = DEFAULT_ORDER, limit: int = 50, offset: int = 0
) -> CreatorLeaderboard:
    """The creators from `offset` on, at most `limit`. Raises ValueError for an order that is none of GAINED."""
    rows = gained_by(EntityType.CREATOR, project_id, span=span, order=order, now=now)
    page = rows[offset : offset + limit]
    creators = Creator.objects.in_bulk([row.id for row in page])
    return CreatorLeaderboard([CreatorGains(creators[row.id], row.totals) for row in page], len(rows))
