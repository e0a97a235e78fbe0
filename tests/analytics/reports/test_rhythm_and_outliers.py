"""Consistency and outliers, each held to its definition written plainly."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from math import log, sqrt
from statistics import fmean, median
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analytics.buckets import Span
from analytics.reports.outliers import outliers, robust_scores
from analytics.reports.posting_consistency import posting_consistency, regularity
from orgs.scope import organization_scope
from tests.analytics.reports.world import NOW, WORLDS, MadePost, World, dates_of, store

pytestmark = pytest.mark.django_db
held = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
DAY = timedelta(days=1)
WEEKDAYS = {"monday": 0, "saturday": 5, "sunday": 6}


def oracle_regularity(seconds: list[int]) -> float | None:
    if len(seconds) < 3:
        return None
    ordered = sorted(seconds)
    gaps = [after - before for before, after in pairwise(ordered)]
    mu = sum(gaps) / len(gaps)
    sigma = sqrt(sum((gap - mu) ** 2 for gap in gaps) / len(gaps))
    return mu / (mu + sigma) if mu else None


def oracle_longest_gap(span: Span, with_posts: set[date]) -> int:
    longest = run = 0
    for day in dates_of(span):
        run = 0 if day in with_posts else run + 1
        longest = max(longest, run)
    return longest


def week_of(day: date, week_start: str) -> date:
    while day.weekday() != WEEKDAYS[week_start]:
        day -= DAY
    return day


@held
@given(world=WORLDS, week_start=st.sampled_from(list(WEEKDAYS)))
def test_the_rhythm_of_every_tracked_creator(admin: Any, undone: Any, world: World, week_start: str) -> None:
    with undone():
        creators, _ = store(admin.project, world)
        with organization_scope(admin.org.id):
            found = posting_consistency(admin.project.id, span=replace(world.span, week_start=week_start))
    own = {creators[number].id: [post for post in world.in_range() if post.author == number] for number in (1, 2)}
    assert [row.creator.id for row in found] == sorted(own, key=lambda id_: (-len(own[id_]), id_))
    for row in found:
        posts = own[row.creator.id]
        dates = [post.local(world.span.timezone).date() for post in posts]
        assert row.posts == len(posts)
        assert row.posts_per_week == round(len(posts) * 7 / world.span.days, 6)
        assert row.active_weeks == len({week_of(day, week_start) for day in dates})
        assert row.longest_gap_days == oracle_longest_gap(world.span, set(dates))
        assert row.regularity == pytest.approx(oracle_regularity([post.second for post in posts]), abs=1e-6)
        assert row.post_days == tuple((day, dates.count(day)) for day in sorted(set(dates)))


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        ([], None),
        ([0, 60], None),
        ([0, 0, 0], None),
        ([0, 60, 120, 180], 1.0),
        # Gaps 0 and 120: mean 60, deviation 60.
        ([0, 0, 120], 0.5),
    ],
)
def test_regularity_is_1_for_a_clock_and_unknown_for_few_posts(seconds: list[int], expected: float | None) -> None:
    assert regularity(np.array(seconds, dtype=np.int64)) == expected


@pytest.mark.parametrize(
    ("posted", "gap"),
    [([], 7), ([1], 6), ([7], 6), ([1, 7], 5), ([4], 3), ([1, 2, 3, 4, 5, 6, 7], 0)],
)
def test_the_longest_gap_includes_the_ends_of_the_range(
    admin: Any, make_creator: Any, make_video: Any, in_scope: Any, posted: list[int], gap: int
) -> None:
    creator = make_creator(admin.project)
    for day in posted:
        make_video(creator, posted_at=datetime(2026, 11, day, 23, tzinfo=NOW.tzinfo))
    with in_scope(admin.org):
        span = Span(date(2026, 11, 1), date(2026, 11, 7), "UTC")
        assert [row.longest_gap_days for row in posting_consistency(admin.project.id, span=span)] == [gap]


def oracle_scores(views: list[int]) -> list[float]:
    if not views:
        return []
    x = [log(1 + count) for count in views]
    middle = median(x)
    away = [abs(value - middle) for value in x]
    if median(away):
        return [0.6745 * (value - middle) / median(away) for value in x]
    if fmean(away):
        return [(value - middle) / (1.253314 * fmean(away)) for value in x]
    return [0.0] * len(x)


RANGES = [
    Span(date(2026, 11, 19), date(2026, 11, 24), "UTC"),
    Span(date(2026, 11, 20), date(2026, 11, 21), "Asia/Kathmandu"),
    Span(date(2026, 9, 1), date(2026, 11, 22), "Pacific/Kiritimati"),
]
OLD_POSTS = st.builds(
    MadePost,
    author=st.integers(0, 3),
    # About the edge of 48 hours, and within the range.
    second=st.integers(55 * 86_400, 60 * 86_400),
    views=st.one_of(st.none(), st.sampled_from([100, 100, 100, 101, 1_000]), st.integers(0, 10**8)),
    status=st.sampled_from(["auto_tracked", "direct_add", "pending_review"]),
    disabled=st.just(False),
)


@held
@given(
    world=st.builds(World, posts=st.lists(OLD_POSTS, min_size=20, max_size=60).map(tuple), span=st.sampled_from(RANGES))
)
def test_outliers_are_the_posts_of_the_range_far_from_their_creators_usual(
    admin: Any, undone: Any, world: World
) -> None:
    with undone():
        _, videos = store(admin.project, world)
        with organization_scope(admin.org.id):
            found = outliers(admin.project.id, span=world.span, now=NOW)
    expected = {}
    for author in (1, 2, 3):
        pool = [
            (post, video)
            for post, video in zip(world.posts, videos, strict=True)
            if post.author == author
            and world.counts(post)
            and post.views is not None
            and NOW - post.posted_at > timedelta(hours=48)
        ]
        views = [post.views or 0 for post, _ in pool]
        for (post, video), score in zip(pool, oracle_scores(views), strict=True):
            if len(pool) >= 8 and abs(score) > 3.5 and world.is_within(post):
                expected[video.id] = (float(median(views)), score)
    assert {row.video.id for row in found} == set(expected)
    for row in found:
        middle, score = expected[row.video.id]
        assert (row.creator_median_views, row.score) == (middle, pytest.approx(score, abs=1e-6))
        assert row.direction == ("high" if score > 0 else "low")
    assert [row.video.id for row in found] == sorted(expected, key=lambda id_: (-abs(found_score(found, id_)), id_))


def found_score(rows: list[Any], id_: Any) -> float:
    return next(row.score for row in rows if row.video.id == id_)


def test_seven_posts_are_too_few_and_eight_are_enough(
    admin: Any, make_creator: Any, make_video: Any, in_scope: Any
) -> None:
    creator, span = make_creator(admin.project), Span(date(2026, 11, 1), date(2026, 11, 20), "UTC")
    for day in range(1, 7):
        make_video(creator, posted_at=NOW - 10 * DAY + timedelta(hours=day), view_count=1_000 + day)
    viral = make_video(creator, posted_at=NOW - 5 * DAY, view_count=5_000_000)
    with in_scope(admin.org):
        assert outliers(admin.project.id, span=span, now=NOW) == []
    make_video(creator, posted_at=NOW - 11 * DAY, view_count=1_000)
    with in_scope(admin.org):
        (only,) = outliers(admin.project.id, span=span, now=NOW)
    assert (only.video, only.direction, only.creator_median_views) == (viral, "high", 1_003.5)


def test_where_most_posts_are_alike_the_mean_deviation_judges() -> None:
    x = np.array([5.0] * 9 + [6.0])
    assert robust_scores(x).tolist() == pytest.approx([0.0] * 9 + [1 / (1.253314 * 0.1)])
    assert robust_scores(np.array([3.0] * 8)).tolist() == [0.0] * 8
