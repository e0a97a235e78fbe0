"""Plans and their limits: the one table, the one lookup, the one function that enforces a count.

Upper apps announce how to count a key with `counts(key)`; this module knows none of them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING
from uuid import UUID

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

_counters: dict[str, Callable[[], int]] = {}


@dataclass
class LimitReached(Exception):
    """A plan's cap would be passed. `current` of at most `max` are in use."""

    limit_key: str
    current: int
    max: int

    def __str__(self) -> str:
        return f"Your plan allows {self.max:,} ({self.limit_key}); {self.current:,} are in use."


def limit(org: "Organization", key: str) -> int | None:
    """The organization's value for a limit key; None = unlimited."""
    return PLAN[key][list(Tier).index(Tier(org.tier))]


def counts(key: str) -> Callable[[Callable[[], int]], Callable[[], int]]:
    """Register how much of a count limit is used in the open scope."""

    def register(counter: Callable[[], int]) -> Callable[[], int]:
        _counters[key] = counter
        return counter

    return register


def usage(key: str) -> int:
    """How much of a count limit the open scope's organization uses now."""
    return _counters[key]()


def current(key: str) -> int | None:
    """Like `usage`, for every limit key; None where nothing is counted: floors, retention, caps per parent."""
    return usage(key) if key in _counters else None


def room(org_id: UUID, key: str, *, used: Callable[[], int] | None = None) -> int | None:
    """How many more fit under a cap; None = unlimited. Locks the organization's row until the transaction ends, so two
    requests never both take the last place. `used` counts where a cap holds per parent, such as a project."""
    cap = _locked_cap(org_id, key)
    return None if cap is None else max(cap - (used() if used else usage(key)), 0)


def require_room(org_id: UUID, key: str, adding: int = 1, *, used: Callable[[], int] | None = None) -> None:
    """Raise LimitReached unless `adding` more fit under the organization's cap; holds and counts like `room`."""
    cap = _locked_cap(org_id, key)
    if cap is None:
        return
    taken = used() if used else usage(key)
    if taken + adding > cap:
        raise LimitReached(key, taken, cap)


def _locked_cap(org_id: UUID, key: str) -> int | None:
    from orgs.models import Organization

    return limit(Organization.objects.select_for_update().get(id=org_id), key)
