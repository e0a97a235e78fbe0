"""How the API answers: counted per five minutes in Redis, by hundreds of the HTTP status, over all processes."""

import time
from collections.abc import Callable
from dataclasses import dataclass

import structlog
from django.core.cache import cache
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from redis.exceptions import RedisError

from orgs.scope import API_PREFIX

SPAN_SECONDS = 300
KEPT_SECONDS = 2 * 3600
CLASSES = ("2xx", "3xx", "4xx", "5xx")

log = structlog.get_logger(__name__)


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
    try:
        try:
            cache.incr(key)
        except ValueError:  # the span's first
            cache.add(key, 0, KEPT_SECONDS)
            cache.incr(key)
    except RedisError as error:
        # The answer is made; only the count of it is lost.
        log.warning("an answer was not counted", error=str(error))


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
    """Answers of the running five minutes and the eleven before."""
    span = int(time.time() // SPAN_SECONDS)
    keys = {kind: [_key(span - back, kind) for back in range(12)] for kind in CLASSES}
    found = cache.get_many([key for many in keys.values() for key in many])
    return Traffic({kind: sum(found.get(key, 0) for key in many) for kind, many in keys.items()})


def _key(span: int, kind: str) -> str:
    return f"traffic:{span}:{kind}"
