"""Posts by their age, held to the plain definition of a value; and what is usual of many."""

from datetime import timedelta
from statistics import quantiles
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analytics.cohort import ENOUGH_POSTS, ages, usual_by_age, values_by_age
from analytics.members import Tracked
from analytics.snapshots import readings_of
from orgs.scope import organization_scope
from tests.analytics.conftest import write_post_snapshots
from tests.analytics.oracle import History
from tests.analytics.worlds import HOUR, Maker, moment_of
from tests.conftest import NOW

pytestmark = pytest.mark.django_db


def expected(history: History, at: int, now: int) -> int | None:
    """What is known of a post at an instant: nothing before its first point or after its last reading."""
    if not history.own() or at > min(now, history.own()[-1][0]) or at < history.points()[0][0]:
        return None
    return history.value(at)


@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(1, 10**9))
def test_values_by_age_are_what_the_definition_says(undone: Any, admin: Any, seed: int) -> None:
    with undone():
        world = Maker(seed, admin).make(12)
        hours = [0, 1, 2, 23, 24, 47, 48, 49, 168, 192, 720, 1_500]
        tracked = [Tracked(m.video.post_id, m.video.tracked_since, m.video.posted_at) for m in world.posts]
        with organization_scope(world.org_id):
            found = values_by_age(tracked, hours, now=moment_of(world.now))
    plain = [
        [
            expected(made.history.counters["view_count"], made.history.posted_at + hour * HOUR, world.now)
            for hour in hours
        ]
        for made in world.posts
    ]
    assert found == plain


def test_ages_are_hours_for_a_week_and_days_from_then_on() -> None:
    assert ages(NOW, NOW - timedelta(hours=2, minutes=59)) == [0, 1, 2]
    old = ages(NOW, NOW - timedelta(days=9, hours=3))
    assert (old[:3], old[166:]) == ([0, 1, 2], [166, 167, 168, 192, 216])


def test_what_is_usual_is_the_middle_half_and_nothing_where_few_are_known(admin: Any) -> None:
    views = [10, 20, 40, 80, 1_000, 7]
    tracked = []
    for number, count in enumerate(views):
        posted = NOW - timedelta(days=5)
        tracked.append(Tracked(900 + number, posted, posted))
        # The last one was not read any more after an hour.
        ages_read = [1] if number == 5 else [1, 96]
        write_post_snapshots(900 + number, {posted + timedelta(hours=age): {"view_count": count} for age in ages_read})
    at_hour, after_a_day = usual_by_age(tracked, [1, 96], now=NOW)
    assert at_hour is not None
    assert after_a_day is not None
    assert (at_hour.posts, after_a_day.posts) == (6, ENOUGH_POSTS)
    assert [after_a_day.low, after_a_day.median, after_a_day.high] == quantiles(views[:5], n=4, method="inclusive")
    assert usual_by_age(tracked[:4], [96], now=NOW) == [None]


def test_readings_begin_with_the_organization_s_own(admin: Any) -> None:
    times = [NOW - timedelta(hours=hours) for hours in (9, 6, 3, 1)]
    write_post_snapshots(901, {at: {"view_count": number * 10} for number, at in enumerate(times)})
    post = Tracked(901, times[1], times[0])
    with organization_scope(admin.org.id):
        found = readings_of(post, most=2)
        assert [(one.captured_at, one.view_count, one.views_gained) for one in found] == [
            (times[3], 30, 10),
            (times[2], 20, 10),
        ]
        older = readings_of(post, most=2, before=times[2])
        assert [(one.captured_at, one.views_gained) for one in older] == [(times[1], None)]
        assert [(one.captured_at, one.views_gained) for one in readings_of(post, most=5, from_=times[3])] == [
            (times[3], None)
        ]
