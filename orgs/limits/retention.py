"""How far back an organization's history is shown, and how far back it must be kept."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from orgs.limits.plan import limit

if TYPE_CHECKING:
    from orgs.models import Organization

RETENTION = "stats_history_retention_days"
# After a downgrade nothing is deleted for so long.
DOWNGRADE_GRACE = timedelta(days=30)


def first_day_shown(org: "Organization", today: date) -> date | None:
    """The earliest day, inclusive, of which numbers may be shown; None = every day."""
    return _back(today, limit(org, RETENTION))


def retention_horizon(org: "Organization", today: date) -> date | None:
    """The earliest day whose history must be kept for this organization; None = all of it.

    It is further back than `first_day_shown` for DOWNGRADE_GRACE after the plan's retention was shortened.
    """
    kept: list[int | None] = [limit(org, RETENTION)]
    kept += [grace["days"] for grace in org.retention_graces if date.fromisoformat(grace["until"]) >= today]
    return None if None in kept else min(filter(None, (_back(today, days) for days in kept)))


def shortened(org: "Organization", before: int | None, now: datetime) -> list[Mapping[str, Any]]:
    """The graces of an organization whose retention was `before`: what still runs, and this one if it was longer."""
    today = now.date()
    running = [grace for grace in org.retention_graces if date.fromisoformat(grace["until"]) >= today]
    after = limit(org, RETENTION)
    if after is not None and (before is None or before > after):
        running.append({"days": before, "until": (today + DOWNGRADE_GRACE).isoformat()})
    return running


def _back(today: date, days: int | None) -> date | None:
    return None if days is None else today - timedelta(days=days)
