"""Plans: the one table of limits, and the one lookup of an organization's own."""

from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from orgs.models import Organization


class Tier(StrEnum):
    """Plan tiers, cheapest first."""

    FREE = "free"
    STARTER = "starter"
    ULTRA = "ultra"


# limit key → value per tier (free, starter, ultra); None = unlimited.
PLAN: dict[str, tuple[int | None, int | None, int | None]] = {
    "max_creators_per_org": (5, 50, 300),
    "max_tracked_videos_per_org": (500, 10_000, 100_000),
    "max_projects_per_org": (1, 3, 10),
    "max_members_per_org": (2, 5, 50),
    "max_campaigns_per_project": (3, 25, 200),
    "max_campaign_items_per_campaign": (25, 250, 2_000),
    "max_api_keys_per_org": (1, 5, 25),
    "max_api_requests_per_day": (0, 1_000, 50_000),
    "max_manual_scrape_triggers_per_day": (1, 10, 100),
    "max_payout_methods_per_org": (6, 10, None),
    "max_payout_structures_per_project": (2, 10, None),
    "min_video_stats_hours": (24, 6, 1),
    "min_discover_videos_hours": (24, 6, 1),
    "min_creator_profiles_hours": (24, 12, 6),
    "stats_history_retention_days": (30, 365, None),
}


class Kind(StrEnum):
    """How a limit works."""

    COUNT = "count"  # so many at a time in the organization
    PER_PARENT = "per_parent"  # so many at a time in each project or campaign
    DAILY = "daily"  # so many in a UTC day
    FLOOR = "floor"  # hours between two readings, at least
    RETENTION = "retention"  # days of history


def kind_of(key: str) -> Kind:
    """The kind of a limit key, told by its name."""
    match key.rpartition("_")[2]:
        case "org":
            return Kind.COUNT
        case "project" | "campaign":
            return Kind.PER_PARENT
        case "day":
            return Kind.DAILY
        case "hours":
            return Kind.FLOOR
    return Kind.RETENTION


def keys_of(kind: Kind) -> list[str]:
    """The limit keys of a kind, in the table's order."""
    return [key for key in PLAN if kind_of(key) is kind]


def limit(org: "Organization", key: str) -> int | None:
    """The organization's value for a limit key: staff's own for it, else its tier's; None = unlimited. Asks nothing."""
    overrides: dict[str, int | None] = org.limit_overrides
    return overrides[key] if key in overrides else tier_limit(org.tier, key)


def tier_limit(tier: str, key: str) -> int | None:
    """What a tier has for a limit key; None = unlimited."""
    return PLAN[key][list(Tier).index(Tier(tier))]
