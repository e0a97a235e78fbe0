"""The public status page: is the product reading, working and answering. No organization's data is in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from django.core.cache import cache
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe
from redis.exceptions import RedisError

from scraping import health
from trackagoat.operations import queues, traffic

KEPT_SECONDS = 30
# Below these a part of the product is called slow, and below the second one broken.
FRESH_GOOD, FRESH_BAD = 0.95, 0.5
WAIT_GOOD, WAIT_BAD = timedelta(minutes=2), timedelta(minutes=30)
ERRORS_GOOD, ERRORS_BAD = 0.01, 0.1

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the product: how it is, in a word with its color, and the number behind it."""

    name: str
    tone: str
    word: str
    number: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Status:
    """All parts at one moment; `tone` is the worst of theirs."""

    at: datetime
    parts: Sequence[Part]

    @property
    def tone(self) -> str:
        return max((part.tone for part in self.parts), key=("good", "warn", "bad").index)

    @property
    def headline(self) -> str:
        """One sentence for everything."""
        return {
            "good": "Everything works.",
            "warn": "Something is slower than usual.",
            "bad": "Something does not work right now. Nothing is lost; we are on it.",
        }[self.tone]


@require_safe
def status_page(request: HttpRequest) -> HttpResponse:
    """The page; numbers are at most half a minute old."""
    return render(request, "status.html", {"status": current_status()})


def current_status() -> Status:
    """The status, from the cache if it is there."""
    try:
        kept: Status | None = cache.get("status-page")
        if kept is None:
            kept = _measure(timezone.now())
            cache.set("status-page", kept, KEPT_SECONDS)
    except (DatabaseError, RedisError) as error:
        log.warning("the status cannot be measured", error=str(error))
        meaning = "The product cannot reach its own database at the moment."
        return Status(timezone.now(), [Part("Product", "bad", "Down", "–", meaning)])
    return kept


def _measure(now: datetime) -> Status:
    schedule = health.schedule_state(now)
    return Status(now, [_freshness(schedule), _queue(schedule, now), _api(traffic.last_hour())])


def _freshness(schedule: health.Schedule) -> Part:
    share = schedule.fresh_share
    meaning = "Accounts and lists of posts that were read no longer ago than twice their interval."
    if share is None:
        return Part("Reading TikTok", "good", "Nothing to read", "–", meaning)
    tone = _tone(-share, -FRESH_GOOD, -FRESH_BAD)
    word = {"good": "On schedule", "warn": "Behind", "bad": "Far behind"}[tone]
    return Part("Reading TikTok", tone, word, f"{share * 100:.1f}% fresh", meaning)


def _queue(schedule: health.Schedule, now: datetime) -> Part:
    waited = now - schedule.oldest_due_at if schedule.oldest_due_at else timedelta(0)
    oldest = max(waited.total_seconds(), max((queue.oldest_seconds for queue in queues.queues()), default=0.0))
    tone = _tone(oldest, WAIT_GOOD.total_seconds(), WAIT_BAD.total_seconds())
    word = {"good": "Prompt", "warn": "Waiting", "bad": "Stuck"}[tone]
    return Part("Work in the queue", tone, word, _span(oldest), "For how long the oldest piece of work has waited.")


def _api(answers: traffic.Traffic) -> Part:
    share = answers.error_share
    meaning = "API answers of the last hour that failed by our fault."
    if share is None:
        return Part("API", "good", "Idle", "no requests", meaning)
    tone = _tone(share, ERRORS_GOOD, ERRORS_BAD)
    word = {"good": "Answering", "warn": "Some errors", "bad": "Many errors"}[tone]
    return Part("API", tone, word, f"{share * 100:.2f}% errors", meaning)


def _tone(value: float, good: float, bad: float) -> str:
    return "good" if value <= good else "warn" if value <= bad else "bad"


def _span(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.0f} h"
