"""Warning the admins when a limit is nearly used up: once per crossing, again after it has fallen below."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils import timezone

from orgs.limits.plan import limit

if TYPE_CHECKING:
    from orgs.models import Organization

WARN_AT_PERCENT = 80


def is_nearly_used(used: int, cap: int | None) -> bool:
    """Whether at least WARN_AT_PERCENT of a cap is used; never of no cap, nor of one that allows nothing."""
    return bool(cap) and used * 100 >= (cap or 0) * WARN_AT_PERCENT


def note_count(org: "Organization", key: str, used: int, parent_id: UUID | None = None) -> None:
    """Compare a count with its cap; `org` is locked. What was warned of is remembered on its row."""
    from orgs.events import emit
    from orgs.models import Organization

    name = key if parent_id is None else f"{key}/{parent_id}"
    is_near, was_near = is_nearly_used(used, limit(org, key)), name in org.limit_warnings
    if is_near == was_near:
        return
    if is_near:
        org.limit_warnings[name] = timezone.now().isoformat()
        emit("limit_warning", data=_facts(org, key, used, parent_id))
    else:
        del org.limit_warnings[name]
    Organization.objects.filter(id=org.id).update(limit_warnings=org.limit_warnings)


def note_daily(org: "Organization", key: str, used: int, now: datetime) -> None:
    """Compare a day's count with its cap, in the organization's scope. A cap is warned of once a UTC day."""
    from orgs.events import emit

    cap = limit(org, key)
    if is_nearly_used(used, cap):
        once = f"{key}/{now.astimezone(UTC).date()}/{cap}"
        emit("limit_warning", data=_facts(org, key, used, None), dedup_key=once)


def _facts(org: "Organization", key: str, used: int, parent_id: UUID | None) -> dict[str, object]:
    return {"limit_key": key, "current": used, "max": limit(org, key), "tier": org.tier, "parent_id": parent_id}
