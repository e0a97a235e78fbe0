"""How many requests a key may send in a minute and an organization in a UTC day, counted in Redis.

The API stays up without Redis: requests are let through uncounted, and their answers say what the limits are but not
what remains.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from math import ceil
from typing import TYPE_CHECKING
from uuid import UUID

import structlog
from django.conf import settings
from django.utils import timezone
from limits import RateLimitItemPerMinute
from limits.storage import RedisStorage
from limits.strategies import MovingWindowRateLimiter
from redis import ConnectionPool
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from api.authentication import key_of
from api.errors import ApiError, PlanLimitReached, RateLimitExceeded
from orgs.limits import LimitReached, limit
from orgs.models import ApiKey

if TYPE_CHECKING:  # REST framework's views import this module
    from rest_framework.views import APIView

REQUESTS_PER_MINUTE = RateLimitItemPerMinute(60)
DAY_LIMIT_KEY = "max_api_requests_per_day"
DAY_COUNTER_KEPT_S = 2 * 24 * 60 * 60
# A Redis that does not answer at once is taken as down: the request must not wait for it.
REDIS_TIMEOUT_S = 0.25

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Window:
    """One limit as an answer's headers tell it; None = unlimited, or not known. `reset`: epoch seconds."""

    limit: int | None
    remaining: int | None = None
    reset: int | None = None

    def headers(self, prefix: str) -> dict[str, str]:
        values = {"Limit": self.limit, "Remaining": self.remaining, "Reset": self.reset}
        return {f"{prefix}-{name}": str(value) for name, value in values.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a key stands after a request; `refusal` is why this request may not go on."""

    minute: Window
    day: Window
    refusal: ApiError | None = None

    def headers(self) -> dict[str, str]:
        return self.minute.headers("X-RateLimit") | self.day.headers("X-RateLimit-Day")


class PlanThrottle(BaseThrottle):
    """Counts the request, or refuses it: raises PlanLimitReached (the plan has no API), RateLimitExceeded."""

    def allow_request(self, request: Request, view: "APIView") -> bool:
        standing = admit(key_of(request))
        request._request.api_standing = standing  # type: ignore[attr-defined]
        if standing.refusal is not None:
            raise standing.refusal
        return True


def admit(key: ApiKey) -> Standing:
    """Count a request of a key unless the day's limit or the minute's is used up; refused ones are not counted."""
    return _take(key, may_refuse=True)


def count(key: ApiKey) -> Standing:
    """Count a request that was answered without asking for admission, such as 403, 404 and 405."""
    return _take(key, may_refuse=False)


def used_today(org_id: UUID) -> int:
    """The organization's counted requests of this UTC day. Raises RedisError."""
    return _storage(settings.REDIS_URL).get(_day_key(org_id, timezone.now()))


def _take(key: ApiKey, *, may_refuse: bool) -> Standing:
    now, cap = timezone.now(), limit(key.org, DAY_LIMIT_KEY)
    try:
        return _Counters(key, cap, now).take(may_refuse=may_refuse)
    except RedisError as error:
        log.warning("api requests are not counted", error=str(error))
        refusal = PlanLimitReached(LimitReached(DAY_LIMIT_KEY, 0, 0)) if may_refuse and cap == 0 else None
        return Standing(Window(REQUESTS_PER_MINUTE.amount), Window(cap), refusal)


class _Counters:
    """One request's way past both counters."""

    def __init__(self, key: ApiKey, cap: int | None, now: datetime) -> None:
        self.cap, self.now = cap, now
        self.key_id, self.day_key = str(key.id), _day_key(key.org_id, now)
        self.storage = _storage(settings.REDIS_URL)
        self.minutes = MovingWindowRateLimiter(self.storage)

    def take(self, *, may_refuse: bool) -> Standing:
        used = self.storage.get(self.day_key)
        if may_refuse and self._is_over(used + 1):
            return self._standing(used, self._day_refusal(used))
        if not self.minutes.hit(REQUESTS_PER_MINUTE, self.key_id) and may_refuse:
            return self._standing(used, self._minute_refusal())
        used = self.storage.incr(self.day_key, DAY_COUNTER_KEPT_S)
        if may_refuse and self._is_over(used):
            # Another request took the last place in between: this one is not counted after all.
            used = self.storage.incr(self.day_key, DAY_COUNTER_KEPT_S, amount=-1)
            return self._standing(used, self._day_refusal(used))
        return self._standing(used)

    def _is_over(self, used: int) -> bool:
        return self.cap is not None and used > self.cap

    def _standing(self, used: int, refusal: ApiError | None = None) -> Standing:
        reset, remaining = self.minutes.get_window_stats(REQUESTS_PER_MINUTE, self.key_id)
        day_remaining = None if self.cap is None else max(self.cap - used, 0)
        return Standing(
            minute=Window(REQUESTS_PER_MINUTE.amount, remaining, ceil(reset)),
            day=Window(self.cap, day_remaining, None if self.cap is None else int(self._midnight().timestamp())),
            refusal=refusal,
        )

    def _day_refusal(self, used: int) -> ApiError:
        if self.cap == 0:
            return PlanLimitReached(LimitReached(DAY_LIMIT_KEY, used, 0))
        return RateLimitExceeded(scope="org_per_day", retry_after=self._seconds_until(self._midnight().timestamp()))

    def _minute_refusal(self) -> ApiError:
        reset = self.minutes.get_window_stats(REQUESTS_PER_MINUTE, self.key_id).reset_time
        return RateLimitExceeded(scope="key_per_minute", retry_after=self._seconds_until(reset))

    def _seconds_until(self, epoch: float) -> int:
        return max(ceil(epoch - self.now.timestamp()), 1)

    def _midnight(self) -> datetime:
        return datetime.combine(self.now.astimezone(UTC).date() + timedelta(days=1), datetime.min.time(), UTC)


def _day_key(org_id: UUID, now: datetime) -> str:
    return f"day/{org_id}/{now.astimezone(UTC).date()}"


@cache
def _storage(redis_url: str) -> RedisStorage:
    """The counters' store; connects at the first use, asks once and never waits long."""
    pool = ConnectionPool.from_url(
        redis_url,
        socket_timeout=REDIS_TIMEOUT_S,
        socket_connect_timeout=REDIS_TIMEOUT_S,
        retry=Retry(NoBackoff(), 0),
    )
    return RedisStorage(redis_url, connection_pool=pool, key_prefix="api")
