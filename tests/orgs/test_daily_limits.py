"""Daily limits and the meter behind them: exact, atomic, and still there when Redis is not."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from orgs.limits import PLAN, DailyLimitReached, daily_take, daily_used, meter
from orgs.models import DailyUsage, Organization, OutboxEvent
from orgs.scope import organization_scope

KEY = "max_manual_scrape_triggers_per_day"
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
MIDNIGHT = datetime(2026, 11, 25, tzinfo=UTC)
NOWHERE = "unix:///nowhere/redis.sock?db=0"

Take = Callable[..., int]


@pytest.fixture
def org(admin: Any) -> Any:
    return admin.org


@pytest.fixture
def allow(monkeypatch: pytest.MonkeyPatch) -> Callable[[int | None], None]:
    return lambda cap: monkeypatch.setitem(PLAN, KEY, (cap, cap, cap))


def take(org: Organization, now: datetime = NOON, amount: int = 1) -> int:
    with organization_scope(org.id):
        return daily_take(org, KEY, now, amount)


def used(org: Organization, now: datetime = NOON) -> int:
    with organization_scope(org.id):
        return daily_used(org, KEY, now)


def refused(org: Organization, now: datetime = NOON, amount: int = 1) -> DailyLimitReached:
    with pytest.raises(DailyLimitReached) as reached:
        take(org, now, amount)
    return reached.value


@pytest.mark.django_db
class TestADay:
    def test_it_can_be_used_up_to_the_cap(self, org: Any, allow: Any) -> None:
        allow(3)
        assert [take(org) for _ in range(3)] == [1, 2, 3]
        assert refused(org) == DailyLimitReached(KEY, current=3, max=3, resets_at=MIDNIGHT)
        assert used(org) == 3

    def test_it_ends_at_midnight_utc(self, org: Any, allow: Any) -> None:
        allow(1)
        last = MIDNIGHT - timedelta(microseconds=1)
        take(org, last)
        refused(org, last)
        assert take(org, MIDNIGHT) == 1
        assert (used(org, last), used(org, MIDNIGHT)) == (1, 1)

    def test_several_are_taken_together_or_not_at_all(self, org: Any, allow: Any) -> None:
        allow(5)
        take(org, amount=3)
        assert refused(org, amount=3).current == 3
        assert take(org, amount=2) == 5

    def test_a_plan_without_any_says_so(self, org: Any, allow: Any) -> None:
        allow(0)
        error = refused(org)
        assert (error.current, error.max) == (0, 0)
        assert "does not include" in str(error)

    def test_without_a_cap_it_only_counts(self, org: Any, allow: Any) -> None:
        allow(None)
        assert take(org, amount=10_000) == 10_000

    def test_organizations_have_days_of_their_own(self, org: Any, outsider: Any, allow: Any) -> None:
        allow(1)
        take(org)
        assert used(outsider.org) == 0
        assert take(outsider.org) == 1

    def test_staff_can_raise_it_in_the_middle_of_a_day(self, org: Any, allow: Any) -> None:
        allow(1)
        take(org)
        refused(org)
        org.limit_overrides = {KEY: 2}
        assert take(org) == 2

    def test_the_admins_are_warned_once_a_day_and_cap(self, org: Any, allow: Any) -> None:
        allow(5)
        told = [(take(org), _warnings(org)) for _ in range(5)]
        assert [count for _, count in told] == [0, 0, 0, 1, 1]
        org.limit_overrides = {KEY: 10}
        assert [(take(org), _warnings(org))[1] for _ in range(4)] == [1, 1, 2, 2]


@pytest.mark.django_db
class TestRedisAway:
    def test_counting_goes_on_in_the_database_and_the_cap_holds(self, org: Any, allow: Any, settings: Any) -> None:
        allow(4)
        take(org)
        settings.REDIS_URL = NOWHERE
        assert used(org) == 1
        assert [take(org) for _ in range(3)] == [2, 3, 4]
        assert refused(org).current == 4
        assert used(org) == 4

    def test_both_counts_are_one_when_it_is_back(self, org: Any, allow: Any, settings: Any) -> None:
        allow(10)
        here = settings.REDIS_URL
        take(org, amount=2)
        settings.REDIS_URL = NOWHERE
        take(org, amount=3)
        settings.REDIS_URL = here
        later = NOON + timedelta(seconds=meter.NOTE_EVERY_S)
        take(org, later)  # notes, and learns what was counted meanwhile
        assert used(org, later) == 6
        assert take(org, later) == 7

    def test_lost_counts_come_back_from_the_last_note(self, org: Any, allow: Any) -> None:
        allow(10)
        take(org, amount=2)  # the first of a day is noted
        take(org, amount=3)
        cache.clear()
        assert used(org) == 2
        later = NOON + timedelta(seconds=meter.NOTE_EVERY_S)
        assert take(org, later, amount=4) == 6
        cache.clear()
        assert used(org, later) == 6
        assert take(org, later) == 7

    def test_a_note_is_made_at_most_once_a_minute(self, org: Any, allow: Any) -> None:
        allow(100)
        noted = []
        for second in (0, 1, 59, 60, 61, 119, 120):
            take(org, NOON + timedelta(seconds=second))
            with organization_scope(org.id):
                noted.append(DailyUsage.objects.get().in_redis)
        assert noted == [1, 1, 1, 4, 4, 4, 7]

    def test_an_older_note_does_not_overwrite_a_newer_one(self, org: Any) -> None:
        take(org, amount=5)
        day = meter.Day(org.id, KEY, NOON)
        with meter.present() as redis:
            redis.hset(day.name, "n", "3")
        meter.note(day)
        with organization_scope(org.id):
            assert DailyUsage.objects.get().in_redis == 5

    def test_a_redis_that_was_away_is_not_asked_at_once(self, org: Any, settings: Any, monkeypatch: Any) -> None:
        settings.REDIS_URL = NOWHERE
        asked = []
        monkeypatch.setattr(meter, "_client", lambda url: asked.append(url) or meter.Redis.from_url(url))
        monkeypatch.setattr(meter, "_away_until", {})
        for _ in range(3):
            used(org)
        assert len(asked) == 1


def _warnings(org: Organization) -> int:
    with organization_scope(org.id):
        return int(OutboxEvent.objects.filter(kind="limit_warning").count())


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("address", ["here", NOWHERE])
def test_many_at_once_never_pass_the_cap(org: Any, allow: Any, settings: Any, address: str) -> None:
    allow(5)
    if address != "here":
        settings.REDIS_URL = address

    def attempt(_: int) -> bool:
        try:
            take(org)
        except DailyLimitReached:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(20) as pool:
        assert sum(pool.map(attempt, range(20))) == 5
    assert used(org) == 5


class Oracle:
    """A sliding window as slowly as it can be said."""

    def __init__(self, capacity: int, length: int) -> None:
        self.capacity, self.length = capacity, length
        self.admitted: list[int] = []

    def ask(self, now: int) -> tuple[bool, int, int | None]:
        """Whether it is admitted, how many are in the window after it, and when the oldest of those was counted."""
        inside = [time for time in self.admitted if now - self.length < time <= now]
        if len(inside) < self.capacity:
            self.admitted.append(now)
            return True, len(inside) + 1, (inside or [now])[0]
        return False, len(inside), inside[0]


@pytest.mark.django_db
@settings(deadline=None, max_examples=60)
@given(
    capacity=st.integers(1, 6),
    length=st.integers(1, 5),
    # Half seconds, so that a request often falls on the very edge of the window.
    waits=st.lists(st.integers(0, 6), max_size=40),
)
def test_the_window_slides_as_it_is_defined(capacity: int, length: int, waits: list[int]) -> None:
    day_key, window = uuid4(), meter.Window("w", capacity, length)
    oracle, now = Oracle(capacity, 2 * length), 0
    # Known already, so that nothing is looked up for an organization that does not exist.
    with meter.present() as redis:
        redis.hset(meter.Day(day_key, KEY, NOON).name, mapping={"n": 0, "d": 0})
    for wait in waits:
        now += wait
        day = meter.Day(day_key, KEY, NOON + timedelta(seconds=now / 2))
        taken = meter.take(day, cap=None, window=window)
        admitted, inside, oldest = oracle.ask(now)
        assert (taken.refused_by is None, taken.in_window) == (admitted, inside)
        assert taken.oldest == NOON.timestamp() + (oldest or 0) / 2


@pytest.mark.django_db
def test_a_clock_that_runs_behind_does_not_make_room(org: Any) -> None:
    window = meter.Window("w", 2, 60)
    results = [
        meter.take(meter.Day(org.id, KEY, NOON + timedelta(seconds=second)), cap=None, window=window).refused_by
        for second in (0, -50, -30, 59, 61)
    ]
    assert results == [None, None, "window", "window", None]
