"""A polite pace: one slot per provider and interval, shared by all workers through Redis."""

import time

import redis
from django.conf import settings

from scraping.outcomes import Outcome, ScrapeFailure

# Longer waits are not slept through: the target goes back and is due later.
LONGEST_WAIT_SECONDS = 30.0
# Takes the next free slot and returns how long to wait for it, or -1 if it is too far away to be taken.
TAKE_SLOT = """
local clock = redis.call('TIME')
local now = clock[1] + clock[2] / 1000000
local slot = math.max(now, tonumber(redis.call('GET', KEYS[1]) or '0'))
if slot - now > tonumber(ARGV[2]) then return '-1' end
redis.call('SET', KEYS[1], string.format('%.6f', slot + ARGV[1]), 'EX', math.ceil(ARGV[1]) + 60)
return string.format('%.6f', slot - now)
"""


class RedisPacer:
    """Called before each request with the provider's name; waits until the provider's next slot."""

    def __init__(self, url: str, seconds_between_requests: dict[str, float]) -> None:
        self._take_slot = redis.Redis.from_url(url).register_script(TAKE_SLOT)
        self._seconds = seconds_between_requests

    def __call__(self, provider: str) -> None:
        """Wait for a slot. Raises ScrapeFailure (rate_limited) when the queue for slots is too long."""
        seconds = self._seconds.get(provider, 0.0)
        if seconds <= 0:
            return
        wait = float(self._take_slot(keys=[f"pace:{provider}"], args=[seconds, LONGEST_WAIT_SECONDS]))
        if wait < 0:
            raise ScrapeFailure(
                Outcome.RATE_LIMITED, "our own pace for this provider", retry_after=LONGEST_WAIT_SECONDS
            )
        time.sleep(wait)


def shared_pacer() -> RedisPacer:
    """The pacer of this installation's settings."""
    return RedisPacer(settings.REDIS_URL, settings.SECONDS_BETWEEN_REQUESTS)
