"""How full Celery's queues are, and for how long the oldest message has waited."""

import json
import time
from dataclasses import dataclass
from functools import cache
from typing import Any

import redis
from celery.signals import before_task_publish
from django.conf import settings

PUBLISHED_AT = "published_at"


@before_task_publish.connect(dispatch_uid="note when a message was published")
def note_time(headers: dict[str, Any] | None = None, **_: Any) -> None:
    """Give every message the time it was published: Redis keeps none."""
    if headers is not None:
        headers[PUBLISHED_AT] = time.time()


@dataclass(frozen=True, slots=True)
class Queue:
    """One queue: messages that wait, and the seconds that the oldest has waited (0 where none waits)."""

    name: str
    depth: int
    oldest_seconds: float


@cache
def _redis() -> Any:
    return redis.Redis.from_url(settings.REDIS_URL)


def queues() -> list[Queue]:
    """Every queue that work is sent to. Raises redis.RedisError."""
    routed = (route["queue"] for route in settings.CELERY_TASK_ROUTES.values())
    names = {settings.CELERY_TASK_DEFAULT_QUEUE, *routed, *settings.PROVIDER_QUEUES.values()}
    return [_queue(name, time.time()) for name in sorted(names)]


def _queue(name: str, now: float) -> Queue:
    depth, oldest = _redis().pipeline().llen(name).lindex(name, -1).execute()
    published = json.loads(oldest)["headers"].get(PUBLISHED_AT, now) if oldest else now
    return Queue(name, depth, max(now - published, 0.0))
