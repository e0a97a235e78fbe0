"""The meter behind limits per day and per minute: counters in Redis, noted in the database about once a minute.

When Redis has lost its counters they are restored from the last note, so at most a minute of counting is lost. While
it is away, counting goes on in the database; what was counted there is added once it is back. docs/limits.md.
"""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import cache
from math import ceil
from pathlib import Path
from typing import Any
from uuid import UUID

import structlog
from django.conf import settings
from django.db.models import F
from redis import Redis
from redis.backoff import NoBackoff
from redis.commands.core import Script
from redis.exceptions import RedisError
from redis.retry import Retry

# A Redis that does not answer at once is taken as down, and asked again after a while: requests must not wait for it.
TIMEOUT_S = 0.25
ASK_AGAIN_AFTER_S = 1.0
NOTE_EVERY_S = 60
SCRIPT = (Path(__file__).parent / "meter.lua").read_text()
# Fields of a day's hash that are no parts.
IN_REDIS, IN_DATABASE = "n", "d"

log = structlog.get_logger(__name__)
_away_until: dict[str, float] = {}


class MeterAway(Exception):
    """Redis cannot be reached."""


class Outdated(Exception):
    """The token of what somebody went by does not stand any more."""


@dataclass(frozen=True, slots=True)
class Token:
    """A value in Redis that stands for as long as something has not changed."""

    name: str
    value: str


class RefusedBy(StrEnum):
    """Which of the two is used up."""

    DAY = "day"
    WINDOW = "window"


@dataclass(frozen=True, slots=True)
class Day:
    """One limit of one organization in one UTC day."""

    org_id: UUID
    limit_key: str
    now: datetime

    @property
    def date(self) -> Any:
        return self.now.astimezone(UTC).date()

    @property
    def ends_at(self) -> datetime:
        """The next midnight UTC, when counting begins anew."""
        return datetime.combine(self.date + timedelta(days=1), datetime.min.time(), UTC)

    @property
    def name(self) -> str:
        # The part in braces keeps all keys of an organization on one node of a Redis cluster.
        return f"meter:{{{self.org_id}}}:{self.limit_key}:{self.date}"


@dataclass(frozen=True, slots=True)
class Window:
    """A sliding window: at most `capacity` in any `seconds`."""

    name: str
    capacity: int
    seconds: int


@dataclass(frozen=True, slots=True)
class Taken:
    """Where the counters stand after a step. `oldest` (epoch seconds) is when the window's oldest was counted."""

    refused_by: RefusedBy | None
    used: int
    note_due: bool = False
    part_note_due: bool = False
    in_window: int = 0
    oldest: float | None = None


def take(
    day: Day,
    *,
    cap: int | None,
    amount: int = 1,
    part: str = "",
    window: Window | None = None,
    may_refuse: bool = True,
    token: Token | None = None,
) -> Taken:
    """Count against the day's cap and the window's, or refuse and count nothing; in one step over all processes.

    `may_refuse=False` counts whatever is used up. `token` must stand. Raises MeterAway, Outdated, and counts nothing
    then.
    """
    prefix = f"meter:{{{day.org_id}}}"
    keys = [
        day.name,
        f"{day.name}:noted",
        f"{prefix}:noted:{part}",
        f"{prefix}:window:{window.name}" if window else f"{prefix}:none",
        token.name if token else f"{prefix}:none",
    ]
    arguments: list[Any] = [
        amount,
        -1 if cap is None else cap,
        int(may_refuse),
        part,
        ceil((day.ends_at + timedelta(days=1) - day.now).total_seconds()),
        "",
        NOTE_EVERY_S,
        int(day.now.timestamp() * 1_000_000),
        window.seconds * 1_000_000 if window else 0,
        window.capacity if window else 0,
        token.value if token else "",
    ]
    answer = _run(keys, arguments)
    if answer[0] == "seed":
        arguments[5] = json.dumps(_stored(day))
        answer = _run(keys, arguments)
    refused_by, used, note_due, part_note_due, in_window, oldest = answer
    return Taken(
        refused_by=RefusedBy(refused_by) if refused_by else None,
        used=used,
        note_due=bool(note_due),
        part_note_due=bool(part_note_due),
        in_window=in_window,
        oldest=int(oldest) / 1_000_000 if oldest else None,
    )


def used(day: Day) -> int:
    """How much of the day's limit is used, from Redis, else from the database."""
    counted = parts(day)
    return counted.get(IN_REDIS, 0) + counted.get(IN_DATABASE, 0)


def parts(day: Day) -> dict[str, int]:
    """The day's counts by part, and under IN_REDIS and IN_DATABASE how they came together."""
    try:
        with present() as redis:
            counted: dict[str, Any] = redis.hgetall(day.name)  # type: ignore[assignment]
    except MeterAway:
        counted = {}
    return {name: int(count) for name, count in (counted or _stored(day)).items()}


def note(day: Day) -> None:
    """Write the day's counts down, and add to them what the database has counted by itself meanwhile."""
    from orgs.models import DailyUsage

    try:
        with present() as redis:
            counted: dict[str, Any] = redis.hgetall(day.name)  # type: ignore[assignment]
    except MeterAway:
        return
    values = {name: int(count) for name, count in counted.items()}
    in_redis = values.pop(IN_REDIS, 0)
    values.pop(IN_DATABASE, None)
    with _scope_of(day.org_id):
        row, _ = DailyUsage.objects.get_or_create(org_id=day.org_id, limit_key=day.limit_key, day=day.date)
        # Two notes may overtake each other.
        DailyUsage.objects.filter(id=row.id, in_redis__lt=in_redis).update(in_redis=in_redis, parts=values)
    if row.in_database != int(counted.get(IN_DATABASE, 0)):
        _set(day, IN_DATABASE, row.in_database)


def count_in_database(day: Day, amount: int = 1) -> int:
    """Count while Redis is away, in the caller's transaction; returns how much of the day's limit is used then."""
    from orgs.models import DailyUsage

    with _scope_of(day.org_id):
        row, _ = DailyUsage.objects.get_or_create(org_id=day.org_id, limit_key=day.limit_key, day=day.date)
        DailyUsage.objects.filter(id=row.id).update(in_database=F("in_database") + amount)
        row.refresh_from_db(fields=["in_redis", "in_database"])
    return row.in_redis + row.in_database


def _stored(day: Day) -> dict[str, int]:
    """The day's hash as it was noted last."""
    from orgs.models import DailyUsage

    with _scope_of(day.org_id):
        row = DailyUsage.objects.filter(limit_key=day.limit_key, day=day.date).first()
    return {} if row is None else {**row.parts, IN_REDIS: row.in_redis, IN_DATABASE: row.in_database}


@contextmanager
def _scope_of(org_id: UUID) -> Iterator[None]:
    """The organization's scope: the open one if it is this, else one of its own."""
    from orgs.scope import is_open_for, organization_scope

    with nullcontext() if is_open_for(org_id) else organization_scope(org_id):
        yield


def _run(keys: list[str], arguments: list[Any]) -> list[Any]:
    with present() as redis:
        answer: list[Any] = _script(settings.REDIS_URL)(keys, arguments, client=redis)
    if answer[0] == "outdated":
        raise Outdated
    return answer


def _set(day: Day, field: str, value: int) -> None:
    try:
        with present() as redis:
            redis.hset(day.name, field, str(value))
    except MeterAway:
        pass  # the next note does it


class present:
    """Redis, unless it was away a moment ago; what it fails with becomes MeterAway."""

    def __enter__(self) -> "Redis":
        if time.monotonic() < _away_until.get(settings.REDIS_URL, 0.0):
            raise MeterAway
        return _client(settings.REDIS_URL)

    def __exit__(self, kind: Any, error: BaseException | None, trace: Any) -> None:
        if isinstance(error, RedisError):
            _away_until[settings.REDIS_URL] = time.monotonic() + ASK_AGAIN_AFTER_S
            log.warning("limits are counted in the database: Redis is away", error=str(error))
            raise MeterAway from error


@cache
def _client(url: str) -> "Redis":
    return Redis.from_url(
        url,
        socket_timeout=TIMEOUT_S,
        socket_connect_timeout=TIMEOUT_S,
        retry=Retry(NoBackoff(), 0),
        decode_responses=True,
    )


@cache
def _script(url: str) -> Script:
    return _client(url).register_script(SCRIPT)
