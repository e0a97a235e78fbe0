"""One slot per provider and interval, whoever asks."""

import os
import time

import pytest
import redis

from scraping.outcomes import Outcome, ScrapeFailure
from scraping.pacing import LONGEST_WAIT_SECONDS, RedisPacer

URL = os.environ["REDIS_URL"]


def test_requests_of_two_workers_share_one_pace() -> None:
    workers = [RedisPacer(URL, {"web": 0.05}) for _ in range(2)]
    started = time.monotonic()
    for number in range(6):
        workers[number % 2]("web")
    assert time.monotonic() - started >= 5 * 0.05


def test_a_provider_without_a_pace_never_waits_nor_asks_redis() -> None:
    pacer = RedisPacer("unix:///nowhere/redis.sock", {"simulator": 0.0})
    pacer("simulator")
    with pytest.raises(redis.ConnectionError):
        RedisPacer("unix:///nowhere/redis.sock", {"web": 1.0})("web")


def test_a_slot_that_is_too_far_away_is_given_up_and_not_taken() -> None:
    pacer = RedisPacer(URL, {"web": LONGEST_WAIT_SECONDS + 1})
    pacer("web")
    with pytest.raises(ScrapeFailure) as refused:
        pacer("web")
    assert refused.value.outcome is Outcome.RATE_LIMITED
    assert refused.value.retry_after == LONGEST_WAIT_SECONDS
    taken = redis.Redis.from_url(URL).get("pace:web")
    with pytest.raises(ScrapeFailure):
        pacer("web")
    assert redis.Redis.from_url(URL).get("pace:web") == taken
