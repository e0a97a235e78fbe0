"""Many creators over many windows at once: each number is the oracle's, and they take the same queries."""

import random
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from analytics.buckets import midnight
from analytics.windows import FOLLOWERS_AT_END, LOWEST_VIEWS, Window, window_numbers
from orgs.scope import organization_scope
from tests.analytics import oracle
from tests.analytics.oracle import Members, Number, Slot
from tests.analytics.worlds import HOUR, Maker, World, days_before

pytestmark = [pytest.mark.canonical, pytest.mark.django_db(databases="__all__")]
NAMES = ("views", "engagement", "posts", "followers", FOLLOWERS_AT_END, LOWEST_VIEWS)
SETTLED = 48 * HOUR


def window_of(first: date, days: int, zone: str) -> Window:
    start, end = midnight(first, zone), midnight(first + timedelta(days=days), zone)
    return Window(start, end, end + SETTLED)


def expected(name: str, members: Members, window: Window, now: int) -> Number:
    slot = Slot("", window.start, window.end, False, 1, 1, window.start, False)
    if name == FOLLOWERS_AT_END:
        return oracle.number("followers", "cumulative", members, slot, now)
    if name != LOWEST_VIEWS:
        return oracle.number(name, "new", members, slot, now)
    at = min(window.settled, now)
    posted = [post.counters["view_count"] for post in members.posts if window.start <= post.posted_at < window.end]
    views = [one.value(at) for one in posted if (begin := one.known_from()) is not None and begin <= at]
    return min((one for one in views if one is not None), default=None)


def ask(world: World, windows: list[Window]) -> Any:
    ids = [creator.id for creator, _ in world.creators]
    with organization_scope(world.org_id):
        return window_numbers(ids, windows, NAMES, zone=world.zone, now=world.now)


@pytest.mark.parametrize("seed", range(4))
def test_every_number_of_generated_projects_is_the_oracles(admin: Any, seed: int) -> None:
    chance, world = random.Random(seed), Maker(seed + 700, admin).make(60)
    windows = [
        window_of(days_before(world.now, world.zone, chance.randint(0, 60)), chance.choice([1, 7, 30]), world.zone)
        for _ in range(12)
    ]
    found = ask(world, windows)
    for creator, _ in world.creators:
        members = world.members("creator", creator.id)
        for window in windows:
            for name in NAMES:
                number = found.number(name, creator.id, window)
                assert number == expected(name, members, window, world.now), (name, window, str(creator))


def test_more_windows_take_no_more_queries(admin: Any) -> None:
    world = Maker(900, admin).make(20)
    today = days_before(world.now, world.zone, 0)

    def queries(windows: list[Window]) -> int:
        aliases = [CaptureQueriesContext(connection) for connection in connections.all()]
        for one in aliases:
            one.__enter__()
        ask(world, windows)
        for one in aliases:
            one.__exit__(None, None, None)
        return sum(len(one) for one in aliases)

    one_month = [window_of(today.replace(day=1), 28, world.zone)]
    assert queries(one_month + [window_of(today.replace(day=day), 1, world.zone) for day in range(1, 28)]) <= queries(
        one_month
    )
