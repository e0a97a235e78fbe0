"""Leaderboard, heatmap, distribution and scatter, each held to its definition written plainly."""

from collections import Counter
from datetime import UTC, date, datetime
from fractions import Fraction
from itertools import pairwise
from statistics import mean
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analytics.buckets import Span
from analytics.reports.creator_scatter import ScatterPoint, creator_scatter
from analytics.reports.posting_heatmap import HeatCell, posting_heatmap
from analytics.reports.video_leaderboard import ORDERS, video_leaderboard
from analytics.reports.view_distribution import Bin, ViewDistribution, view_distribution
from orgs.scope import organization_scope
from tests.analytics.reports.world import WORLDS, MadePost, World, store

pytestmark = pytest.mark.django_db
held = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def average(posts: list[MadePost]) -> float | None:
    known = [post.views for post in posts if post.views is not None]
    return float(round(mean(map(Fraction, known)), 6)) if known else None


@held
@given(world=WORLDS, order=st.sampled_from(ORDERS), limit=st.integers(1, 8), offset=st.integers(0, 9))
def test_a_page_of_the_leaderboard_is_cut_from_all_posts_in_order(
    admin: Any, undone: Any, world: World, order: str, limit: int, offset: int
) -> None:
    with undone():
        _, videos = store(admin.project, world)
        within = [video for video, post in zip(videos, world.posts, strict=True) if post in world.in_range()]
        within.sort(key=lambda video: video.id)
        known = [video for video in within if getattr(video, order) is not None]
        known.sort(key=lambda video: getattr(video, order), reverse=True)
        expected = [*known, *(video for video in within if getattr(video, order) is None)]
        with organization_scope(admin.org.id):
            board = video_leaderboard(admin.project.id, span=world.span, order=order, limit=limit, offset=offset)
    assert board.items == expected[offset : offset + limit]
    assert board.total_count == len(expected)


def test_an_order_that_does_not_exist_is_refused(admin: Any, in_scope: Any) -> None:
    with in_scope(admin.org), pytest.raises(ValueError, match="cannot be ordered"):
        video_leaderboard(admin.project.id, span=Span(date(2026, 1, 1), date(2026, 1, 2), "UTC"), order="title")


@held
@given(world=WORLDS)
def test_the_heatmap_has_the_local_hours_in_which_something_was_posted(admin: Any, undone: Any, world: World) -> None:
    cells: dict[tuple[int, int], list[MadePost]] = {}
    for post in world.in_range():
        local = post.local(world.span.timezone)
        cells.setdefault((int(local.strftime("%w")), local.hour), []).append(post)
    with undone():
        store(admin.project, world)
        with organization_scope(admin.org.id):
            found = posting_heatmap(admin.project.id, span=world.span)
    assert found == [HeatCell(dow, hour, len(posts), average(posts)) for (dow, hour), posts in sorted(cells.items())]


def test_an_hour_that_comes_twice_takes_the_posts_of_both_passes(admin: Any, make_video: Any, in_scope: Any) -> None:
    for minute, hour, views in ((30, 0, 10), (30, 1, 20)):
        # 02:30 in Berlin, first in summer time, then in winter time.
        make_video(admin.project, posted_at=datetime(2026, 10, 25, hour, minute, tzinfo=UTC), view_count=views)
    day = date(2026, 10, 25)
    with in_scope(admin.org):
        cells = posting_heatmap(admin.project.id, span=Span(day, day, "Europe/Berlin"))
    assert cells == [HeatCell(dow=0, hour=2, post_count=2, avg_views=15.0)]


def oracle_percentile(views: list[int], percent: int) -> float | None:
    """Hyndman and Fan's type 7, from its formula."""
    if not views:
        return None
    place = Fraction((len(views) - 1) * percent, 100)
    ordered = sorted(views)
    lower = ordered[int(place)]
    upper = ordered[min(int(place) + 1, len(views) - 1)]
    return float(round(lower + (place - int(place)) * (upper - lower), 6))


def oracle_bins(views: list[int]) -> list[Bin]:
    edges = [0, *(step * 10**power for power in range(12) for step in (1, 2, 5))]
    every = [Bin(low, high, sum(low <= count < high for count in views)) for low, high in pairwise(edges)]
    filled = [number for number, bin_ in enumerate(every) if bin_.count]
    return every[filled[0] : filled[-1] + 1] if filled else []


@held
@given(world=WORLDS)
def test_the_distribution_is_that_of_the_known_views(admin: Any, undone: Any, world: World) -> None:
    posts = world.in_range()
    views = [post.views for post in posts if post.views is not None]
    with undone():
        store(admin.project, world)
        with organization_scope(admin.org.id):
            found = view_distribution(admin.project.id, span=world.span)
    assert found == ViewDistribution(
        bins=oracle_bins(views),
        percentiles={f"p{percent}": oracle_percentile(views, percent) for percent in (10, 25, 50, 75, 90, 99)},
        mean=average(posts),
        post_count=len(posts),
        known_count=len(views),
    )


@pytest.mark.parametrize(
    ("views", "bins"),
    [
        ([], []),
        ([0], [Bin(0, 1, 1)]),
        ([1, 1], [Bin(1, 2, 2)]),
        ([0, 5], [Bin(0, 1, 1), Bin(1, 2, 0), Bin(2, 5, 0), Bin(5, 10, 1)]),
        ([9, 10, 19, 20], [Bin(5, 10, 1), Bin(10, 20, 2), Bin(20, 50, 1)]),
        ([999_999, 1_000_000], [Bin(500_000, 1_000_000, 1), Bin(1_000_000, 2_000_000, 1)]),
    ],
)
def test_a_bin_holds_its_lower_edge_and_not_its_upper(
    admin: Any, make_video: Any, in_scope: Any, views: list[int], bins: list[Bin]
) -> None:
    for count in views:
        make_video(admin.project, posted_at=datetime(2026, 11, 3, tzinfo=UTC), view_count=count)
    with in_scope(admin.org):
        span = Span(date(2026, 11, 3), date(2026, 11, 3), "UTC")
        assert view_distribution(admin.project.id, span=span).bins == bins


@held
@given(world=WORLDS)
def test_the_scatter_has_every_tracked_creator_with_the_posts_of_the_range(
    admin: Any, undone: Any, world: World
) -> None:
    count = Counter(post.author for post in world.in_range())
    with undone():
        creators, _ = store(admin.project, world)
        with organization_scope(admin.org.id):
            found = creator_scatter(admin.project.id, span=world.span)
    averages = {number: average([post for post in world.in_range() if post.author == number]) for number in (1, 2)}
    # The second creator's followers are not known: last.
    assert found == [
        ScatterPoint(creators[1], 1_000, averages[1], count[1]),
        ScatterPoint(creators[2], None, averages[2], count[2]),
    ]


def test_reports_of_posts_see_nothing_of_other_projects(
    admin: Any, outsider: Any, make_video: Any, in_scope: Any
) -> None:
    make_video(outsider.project, view_count=7)
    span = Span(date(2026, 11, 1), date(2026, 11, 30), "UTC")
    with in_scope(admin.org):
        for project in (admin.project, outsider.project):
            assert video_leaderboard(project.id, span=span).total_count == 0
            assert posting_heatmap(project.id, span=span) == []
            assert view_distribution(project.id, span=span).post_count == 0
            assert creator_scatter(project.id, span=span) == []
