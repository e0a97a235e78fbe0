"""The gate before every request: a polite pace, a breaker and a budget, shared by all workers through Redis."""

import random
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import redis
import structlog
from django.conf import settings

from scraping.gate_scripts import ENTER, REPORT, SPEND
from scraping.outcomes import (
    CONSEQUENCES,
    HARD_LIMIT,
    SOFT_LIMIT,
    Outcome,
    Refusal,
    ScrapeFailure,
    Weight,
)

log = structlog.get_logger(__name__)

# Longer waits are not slept through: the target goes back and is due later.
LONGEST_WAIT_SECONDS = 30.0
# After a rest one request goes through; if nothing is heard of it by then, the next one may try.
PROBE_SECONDS = 60.0
# Requests are this much further apart than they must be, at random: a metronome looks like one.
JITTER = 0.3
DAY = 86_400.0
RESTS = (60.0, 300.0, 900.0, 1800.0, 3600.0)


@dataclass(frozen=True, slots=True)
class Limits:
    """How a provider is to be asked.

    `seconds_between` requests through one exit, `burst` of them at once after a pause; providers of one `pace_group`
    share that pace, and a captcha that one of them meets. `rests`: how long an exit is left alone after the first,
    second, … opening of its breaker in a row; `captcha_rest` after a captcha. Credits: what may be spent in a day and a
    month of UTC; None = no bound.
    """

    pace_group: str = ""
    seconds_between: float = 0.0
    burst: int = 1
    rests: tuple[float, ...] = RESTS
    captcha_rest: float = DAY
    credits_per_day: int | None = None
    credits_per_month: int | None = None


@dataclass(frozen=True, slots=True)
class ExitState:
    """One exit of a provider as the breaker sees it. `rests_until` is None while requests go through."""

    provider: str
    exit: str
    soft_failures: int
    hard_failures: int
    openings: int
    rests_until: datetime | None
    cause: Outcome | None


class RedisGate:
    """Implements `scraping.providers.gate.Gate`.

    `now` gives seconds since 1970 (default: the Redis server's clock), `sleep` waits.
    """

    def __init__(
        self,
        url: str,
        limits: Mapping[str, Limits],
        *,
        now: Callable[[], float] | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        # Any: the client's types cannot know that answers are decoded.
        self._redis: Any = redis.Redis.from_url(url, decode_responses=True)
        self._limits = limits
        self._now = now
        self._sleep = sleep
        self._enter = self._redis.register_script(ENTER)
        self._report = self._redis.register_script(REPORT)
        self._spend = self._redis.register_script(SPEND)

    def enter(self, provider: str, exits: Sequence[str]) -> str:
        """Wait for a slot of the exit that is free first, and name it.

        Raises `rate_limited` when the queue for slots is too long, and what closed the exits when all of them rest.
        """
        limits = self._limits_of(provider)
        interval = limits.seconds_between * (1 + random.random() * JITTER)  # noqa: S311 - guards nothing
        keys = [key for exit in exits for key in (self._pace_key(provider, exit), self._breaker_key(provider, exit))]
        ahead = (limits.burst - 1) * limits.seconds_between * (1 + JITTER)
        arguments = [self._time(), interval, ahead, LONGEST_WAIT_SECONDS, PROBE_SECONDS]
        word, number, wait = self._enter(keys=keys, args=arguments)
        if word == "queue":
            detail = "our own pace for this provider"
            raise ScrapeFailure(Outcome.RATE_LIMITED, detail, retry_after=LONGEST_WAIT_SECONDS, unasked=True)
        if word == "closed":
            cause = self._redis.hget(self._breaker_key(provider, exits[int(number) - 1]), "cause")
            raise ScrapeFailure(
                Outcome(cause or Outcome.BLOCKED), "left alone for a while", retry_after=float(wait), unasked=True
            )
        if float(wait) > 0:
            self._sleep(float(wait))
        return exits[int(number) - 1]

    def report(self, provider: str, exit: str, failure: ScrapeFailure | None) -> None:
        """Count how a request ended, and leave the exit alone if it was one failure too many."""
        if failure is None or not failure.is_the_sources:
            self._count(provider, exit, "ok", Outcome.OK, rest=0.0)
            return
        rest = self._rest(provider, failure)
        self._count(provider, exit, CONSEQUENCES[failure.outcome].weight, failure.outcome, rest=rest)
        if failure.refusal is Refusal.CAPTCHA:
            for neighbour in self._limits:
                if neighbour != provider and self._group(neighbour) == self._group(provider):
                    self._count(neighbour, exit, Weight.NONE, failure.outcome, rest=rest)

    def _count(self, provider: str, exit: str, weight: str, outcome: Outcome, *, rest: float) -> None:
        arguments: list[str | float] = [
            self._time(),
            weight,
            rest,
            outcome,
            SOFT_LIMIT,
            HARD_LIMIT,
            *self._limits_of(provider).rests,
        ]
        opened = self._report(keys=[self._breaker_key(provider, exit)], args=arguments)
        if outcome is not Outcome.OK:
            self._redis.sadd(self._exits_key(provider), exit)
        if opened:
            log.warning("breaker opened", provider=provider, exit=exit, cause=str(outcome))

    def spend(self, provider: str, credits: int) -> None:
        """Take credits of today's and this month's budget. Raises `quota_exhausted` until the one that is used up
        begins anew."""
        limits, today = self._limits_of(provider), self._today()
        bounds = [-1 if bound is None else bound for bound in (limits.credits_per_day, limits.credits_per_month)]
        refused = self._spend(keys=_credit_keys(provider, today), args=[credits, *bounds])
        if refused:
            span, reset = ("day", _tomorrow(today)) if int(refused) == 1 else ("month", _next_month(today))
            seconds = (reset - today).total_seconds()
            detail = f"the {span}'s credits are spent"
            raise ScrapeFailure(Outcome.QUOTA_EXHAUSTED, detail, retry_after=seconds, unasked=True)

    def credits_used(self, provider: str) -> tuple[int, int]:
        """Credits spent today and this month."""
        day, month = self._redis.mget(_credit_keys(provider, self._today()))
        return int(day or 0), int(month or 0)

    def exit_states(self, provider: str) -> list[ExitState]:
        """The exits of a provider through which something has gone wrong, by name."""
        names = sorted(self._redis.smembers(self._exits_key(provider)))
        return [self._state(provider, name) for name in names]

    def close_all(self, provider: str) -> None:
        """Forget every rest and every failure of a provider: staff know that it works again."""
        names = self._redis.smembers(self._exits_key(provider))
        self._redis.delete(self._exits_key(provider), *(self._breaker_key(provider, name) for name in names))

    def _state(self, provider: str, exit: str) -> ExitState:
        kept = self._redis.hgetall(self._breaker_key(provider, exit))
        until = float(kept.get("until", 0))
        resting = until > self._today().timestamp()
        return ExitState(
            provider,
            exit,
            soft_failures=int(kept.get("soft", 0)),
            hard_failures=int(kept.get("hard", 0)),
            openings=int(kept.get("openings", 0)),
            rests_until=datetime.fromtimestamp(until, UTC) if resting else None,
            cause=Outcome(kept["cause"]) if resting else None,
        )

    def _rest(self, provider: str, failure: ScrapeFailure) -> float:
        if failure.refusal is Refusal.CAPTCHA:
            return self._limits_of(provider).captcha_rest
        if failure.outcome is Outcome.QUOTA_EXHAUSTED and failure.retry_after is None:
            today = self._today()
            return (_tomorrow(today) - today).total_seconds()
        return failure.retry_after or 0.0

    def _group(self, provider: str) -> str:
        return self._limits_of(provider).pace_group or provider

    def _pace_key(self, provider: str, exit: str) -> str:
        return f"pace:{{{self._group(provider)}}}:{exit}"

    def _breaker_key(self, provider: str, exit: str) -> str:
        return f"breaker:{{{self._group(provider)}}}:{provider}:{exit}"

    def _exits_key(self, provider: str) -> str:
        return f"exits:{{{self._group(provider)}}}:{provider}"

    def _limits_of(self, provider: str) -> Limits:
        return self._limits.get(provider, Limits())

    def _time(self) -> float:
        return -1.0 if self._now is None else self._now()

    def _today(self) -> datetime:
        if self._now is not None:
            return datetime.fromtimestamp(self._now(), UTC)
        seconds, microseconds = self._redis.time()
        return datetime.fromtimestamp(seconds + microseconds / 1e6, UTC)


@cache
def shared_gate() -> RedisGate:
    """The gate of this installation's settings."""
    limits = {name: Limits(**given) for name, given in settings.PROVIDER_LIMITS.items()}
    return RedisGate(settings.REDIS_URL, limits)


def _credit_keys(provider: str, today: datetime) -> list[str]:
    return [f"credits:{{{provider}}}:{today:%Y-%m-%d}", f"credits:{{{provider}}}:{today:%Y-%m}"]


def _tomorrow(today: datetime) -> datetime:
    return today.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)


def _next_month(today: datetime) -> datetime:
    first = today.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return (first + timedelta(days=32)).replace(day=1)
