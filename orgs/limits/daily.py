"""Limits of a UTC day, such as manual updates: taken one by one, all back at midnight UTC."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from orgs.limits import meter
from orgs.limits.counting import LimitReached
from orgs.limits.plan import limit
from orgs.limits.warnings import note_daily

if TYPE_CHECKING:
    from orgs.models import Organization


@dataclass
class DailyLimitReached(LimitReached):
    """A day's cap would be passed: `current` of at most `max` are used until `resets_at`. A `max` of 0: the plan has
    none of it."""

    resets_at: datetime

    def __str__(self) -> str:
        if self.max == 0:
            return f"Your plan does not include this ({self.limit_key})."
        return f"Your plan allows {self.max:,} a day ({self.limit_key}); {self.current:,} are used until 00:00 UTC."


def daily_take(org: "Organization", key: str, now: datetime, amount: int = 1) -> int:
    """Use some of a day's limit, in the organization's scope; returns how much is used then.

    Raises DailyLimitReached, and uses nothing then. What was taken stays taken, also when the transaction is rolled
    back.
    """
    day, cap = meter.Day(org.id, key, now), limit(org, key)
    try:
        taken = meter.take(day, cap=cap, amount=amount)
    except meter.MeterAway:
        taken = _take_from_database(day, cap, amount)
    if taken.refused_by is not None:
        raise DailyLimitReached(key, taken.used, cap or 0, day.ends_at)
    if taken.note_due:
        meter.note(day)
    note_daily(org, key, taken.used, now)
    return taken.used


def daily_used(org: "Organization", key: str, now: datetime | None = None) -> int:
    """How much of a day's limit is used, in the organization's scope."""
    return meter.used(meter.Day(org.id, key, now or timezone.now()))


def _take_from_database(day: meter.Day, cap: int | None, amount: int) -> meter.Taken:
    with transaction.atomic():
        used = meter.count_in_database(day, amount)
        is_over = cap is not None and used > cap
        transaction.set_rollback(is_over)
    return meter.Taken(meter.RefusedBy.DAY, used - amount) if is_over else meter.Taken(None, used)
