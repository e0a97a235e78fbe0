"""How many requests a key may send in a minute and an organization in a UTC day.

Both are counted in one step (orgs.limits.meter) as a request arrives, together with looking whether the key is as it is
remembered. What is refused then is told when the route asks (PlanThrottle). While Redis is away the API stays up: the
day is counted in the database, the minute is not counted, and answers do not say what remains of it.
"""

from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from math import ceil
from typing import TYPE_CHECKING

import structlog
from django.db import DatabaseError
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from api.errors import ApiError, PlanLimitReached, RateLimitExceeded
from orgs import identity
from orgs.limits import LimitReached, limit, meter
from orgs.limits.warnings import is_nearly_used, note_daily
from orgs.models import ApiKey
from orgs.scope import organization_scope
from orgs.services import api_key_touch

if TYPE_CHECKING:  # REST framework's views import this module
    from rest_framework.views import APIView

REQUESTS_PER_MINUTE = 60
DAY_LIMIT_KEY = "max_api_requests_per_day"

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Rate:
    """One limit as an answer's headers tell it; None = unlimited, or not known. `reset`: epoch seconds."""

    limit: int | None
    remaining: int | None = None
    reset: int | None = None

    def headers(self, prefix: str) -> dict[str, str]:
        values = {"Limit": self.limit, "Remaining": self.remaining, "Reset": self.reset}
        return {f"{prefix}-{name}": str(value) for name, value in values.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a key stands after a request; `cap` is the day's limit, `refusal` why this request may not go on."""

    key: ApiKey
    now: datetime
    taken: meter.Taken
    cap: int | None
    is_metered: bool = True
    refusal: ApiError | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "refusal", self._refusal())

    def headers(self) -> dict[str, str]:
        return self._minute().headers("X-RateLimit") | self._day().headers("X-RateLimit-Day")

    def _minute(self) -> Rate:
        if not self.is_metered:
            return Rate(REQUESTS_PER_MINUTE)
        return Rate(REQUESTS_PER_MINUTE, REQUESTS_PER_MINUTE - self.taken.in_window, ceil(self._minute_frees_at()))

    def _minute_frees_at(self) -> float:
        """When the oldest request of the minute no longer counts, in epoch seconds."""
        return (self.taken.oldest or self.now.timestamp()) + 60

    def _day(self) -> Rate:
        if self.cap is None:
            return Rate(None)
        return Rate(self.cap, max(self.cap - self.taken.used, 0), int(_day(self.key, self.now).ends_at.timestamp()))

    def _refusal(self) -> ApiError | None:
        match self.taken.refused_by:
            case meter.RefusedBy.DAY if self.cap == 0:
                return PlanLimitReached(LimitReached(DAY_LIMIT_KEY, self.taken.used, 0))
            case meter.RefusedBy.DAY:
                return self._wait_until(_day(self.key, self.now).ends_at.timestamp(), scope="org_per_day")
            case meter.RefusedBy.WINDOW:
                return self._wait_until(self._minute_frees_at(), scope="key_per_minute")
        return None

    def _wait_until(self, epoch: float, *, scope: str) -> RateLimitExceeded:
        return RateLimitExceeded(scope=scope, retry_after=max(ceil(epoch - self.now.timestamp()), 1))


class PlanThrottle(BaseThrottle):
    """Refuses the request of a key that was not admitted: raises PlanLimitReached (the plan has no API),
    RateLimitExceeded. A session's requests are not counted."""

    def allow_request(self, request: Request, view: "APIView") -> bool:
        standing: Standing | None = request._request.api_standing  # type: ignore[attr-defined]
        if standing is not None and standing.refusal is not None:
            raise standing.refusal
        return True


def arrive(authorization: str) -> Standing | None:
    """Count the request of the live key that an Authorization header names, as `admit` does; None: there is none."""
    known = identity.remembered_api_key_for(authorization)
    if known is not None:
        with suppress(meter.MeterAway, meter.Outdated):
            return _count(known.key, may_refuse=True, token=known.token)
    key = identity.api_key_for(authorization)
    return None if key is None else admit(key)


def admit(key: ApiKey) -> Standing:
    """Count a request of a key unless the day's limit or the minute's is used up; refused ones are not counted."""
    return _take(key, may_refuse=True)


def count(key: ApiKey) -> Standing:
    """Count a request that was answered without asking for admission, such as 403, 404 and 405."""
    return _take(key, may_refuse=False)


def settle(standing: Standing) -> None:
    """What is done after the answer, outside of the request's transaction and about once a minute: note that the key
    was used and how much of the day is, and warn of its end."""
    key, now, taken = standing.key, standing.now, standing.taken
    try:
        if not standing.is_metered and standing.refusal is None:
            meter.count_in_database(_day(key, now))
        if taken.note_due:
            meter.note(_day(key, now))
        if taken.part_note_due or not standing.is_metered:
            api_key_touch(key, now)
        if _just_crossed(standing):
            with organization_scope(key.org_id):
                note_daily(key.org, DAY_LIMIT_KEY, taken.used, now)
    except DatabaseError:
        log.warning("the use of an api key was not noted", key=key.prefix, exc_info=True)


def _take(key: ApiKey, *, may_refuse: bool) -> Standing:
    try:
        return _count(key, may_refuse=may_refuse)
    except meter.MeterAway:
        return _look_in_database(key, may_refuse=may_refuse)


def _count(key: ApiKey, *, may_refuse: bool, token: meter.Token | None = None) -> Standing:
    """Raises MeterAway, Outdated."""
    now, cap, name = timezone.now(), limit(key.org, DAY_LIMIT_KEY), str(key.id)
    window = meter.Window(name, REQUESTS_PER_MINUTE, 60)
    taken = meter.take(_day(key, now), cap=cap, part=name, window=window, may_refuse=may_refuse, token=token)
    return Standing(key, now, taken, cap)


def _look_in_database(key: ApiKey, *, may_refuse: bool) -> Standing:
    """Decide by what the database knows; `settle` counts the request there, outside of its transaction."""
    now, cap = timezone.now(), limit(key.org, DAY_LIMIT_KEY)
    used = meter.used(_day(key, now))
    is_used_up = may_refuse and cap is not None and used >= cap
    taken = meter.Taken(meter.RefusedBy.DAY, used) if is_used_up else meter.Taken(None, used + 1)
    return Standing(key, now, taken, cap, is_metered=False)


def _just_crossed(standing: Standing) -> bool:
    taken, cap = standing.taken, standing.cap
    return standing.refusal is None and is_nearly_used(taken.used, cap) and not is_nearly_used(taken.used - 1, cap)


def _day(key: ApiKey, now: datetime) -> meter.Day:
    return meter.Day(key.org_id, DAY_LIMIT_KEY, now)
