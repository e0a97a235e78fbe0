"""Plans and their limits: the one table, the one lookup, the one function that enforces a count, and one a day's limit.

Upper apps announce how to count a key with `counts(key)` or `counts_per_parent(key)`; nothing here knows any of them.
"""

from orgs.limits import meter
from orgs.limits.counting import (
    LimitReached,
    Parent,
    count_changed,
    counts,
    counts_per_parent,
    current,
    parents,
    require_room,
    room,
    usage,
)
from orgs.limits.daily import DailyLimitReached, daily_take, daily_used
from orgs.limits.plan import PLAN, Kind, Tier, keys_of, kind_of, limit, tier_limit
from orgs.limits.retention import DOWNGRADE_GRACE, first_day_shown, retention_horizon

__all__ = [
    "DOWNGRADE_GRACE",
    "PLAN",
    "DailyLimitReached",
    "Kind",
    "LimitReached",
    "Parent",
    "Tier",
    "count_changed",
    "counts",
    "counts_per_parent",
    "current",
    "daily_take",
    "daily_used",
    "first_day_shown",
    "keys_of",
    "kind_of",
    "limit",
    "meter",
    "parents",
    "require_room",
    "retention_horizon",
    "room",
    "tier_limit",
    "usage",
]
