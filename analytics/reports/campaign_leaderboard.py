"""campaign-leaderboard: what the counting posts of each campaign's whole tree gained in the range, by one of them.

Campaigns may overlap, so their sums may exceed the project's. The numbers are those of analytics.reports.gained.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from analytics.buckets import Span
from analytics.metrics import EntityType
from analytics.reports.gained import DEFAULT_ORDER, Totals, gained_by
from campaigns.models import Campaign


@dataclass(frozen=True, slots=True)
class CampaignGains:
    """One campaign and its totals by metric."""

    campaign: Campaign
    totals: Totals


@dataclass(frozen=True, slots=True)
class CampaignLeaderboard:
    """One page of the campaigns, and how many there are in all."""

    items: list[CampaignGains]
    total_count: int


def campaign_leaderboard(
    project_id: UUID, *, span: Span, now: datetime, order: str = DEFAULT_ORDER, limit: int = 50, offset: int = 0
) -> CampaignLeaderboard:
    """The campaigns from `offset` on, at most `limit`. Raises ValueError for an order that is none of GAINED."""
    rows = gained_by(EntityType.CAMPAIGN, project_id, span=span, order=order, now=now)
    page = rows[offset : offset + limit]
    campaigns = Campaign.objects.in_bulk([row.id for row in page])
    return CampaignLeaderboard([CampaignGains(campaigns[row.id], row.totals) for row in page], len(rows))
