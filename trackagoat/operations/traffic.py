"""How the API answers: counted per five minutes in Redis, by hundreds of the HTTP status, over all processes.

A process keeps its counts for a second at most before it sends them: no answer waits for its own count.
"""

import atexit
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock, Timer
from typing import cast

import structlog
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from orgs.limits import meter
from orgs.scope import API_PREFIX

SPAN_SECONDS = 300
KEPT_SECONDS = 2 * 3600
SENT_AFTER_SECONDS = 1.0
CLASSES = ("2xx", "3xx", "4xx", "5xx")

log = structlog.get_logger(__name__)
_unsent: Counter[str] = Counter()
_lock = Lock()


class TrafficMiddleware:
    """Counts every answer of the API."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if request.path_info.startswith(API_PREFIX):
            _count(f"{response.status_code // 100}xx")
        return response


def _count(kind: str) -> None:
    key = _key(int(time.time() // SPAN_SECONDS), kind)
    with _lock:
        if not _unsent:
            sending = Timer(SENT_AFTER_SECONDS, send)
            sending.daemon = True
            sending.start()
        _unsent[key] += 1


@atexit.register
def send() -> None:
    """Send what this process has counted."""
    with _lock:
        counts = dict(_unsent)
        _unsent.clear()
    if not counts:
        return
    try:
        with meter.present() as redis:
            pipeline = redis.pipeline(transaction=False)
            for key, number in counts.items():
                pipeline.incrby(key, number)
                pipeline.expire(key, KEPT_SECONDS)
            pipeline.execute()
    except meter.MeterAway:
        # The answers are made; only the count of them is lost.
        log.warning("answers were not counted: Redis is away", number=sum(counts.values()))


@dataclass(frozen=True, slots=True)
class Traffic:
    """Answers of the API in the last hour, by class."""

    answers: dict[str, int]

    @property
    def total(self) -> int:
        return sum(self.answers.values())

    @property
    def failed(self) -> int:
        """Answers that failed by our fault."""
        return self.answers["5xx"]

    @property
    def error_share(self) -> float | None:
        """The share that was our fault (5xx); None where nothing was asked."""
        return self.failed / self.total if self.total else None


def last_hour() -> Traffic:
    """Answers of the running five minutes and the eleven before, but for the last second's of other processes."""
    send()
    span = int(time.time() // SPAN_SECONDS)
    with meter.present() as redis:
        found = {
            kind: cast("list[str | None]", redis.mget(_key(span - back, kind) for back in range(12)))
            for kind in CLASSES
        }
    return Traffic({kind: sum(int(number or 0) for number in many) for kind, many in found.items()})


def _key(span: int, kind: str) -> str:
    return f"traffic:{span}:{kind}"
