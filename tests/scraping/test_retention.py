"""Old readings are forgotten without changing a value that may still be shown."""

import random
from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest

from scraping.models import Account, AccountSnapshot, Post, PostSnapshot, ScrapeRun
from scraping.services.retention import RUNS_KEPT, forget_history, forget_runs

pytestmark = [pytest.mark.canonical, pytest.mark.django_db(databases="__all__")]

NOW = datetime(2026, 11, 1, tzinfo=UTC)
HORIZON = NOW - timedelta(days=70)
ACCOUNT = 7_000_000_000_000_000_001


def make_post(number: int, account_id: int = ACCOUNT) -> int:
    post = Post.objects.create(
        id=7_100_000_000_000_000_000 + number,
        account_id=account_id,
        posted_at=NOW - timedelta(days=150),
        kind="video",
        first_seen_at=NOW,
        seen_at=NOW,
    )
    return post.id


def snapshot(post_id: int, days: int, views: int | None, saves: int | None = None) -> None:
    at = NOW - timedelta(days=days)
    values = {"view_count": views, "save_count": saves, "source": "web", "precision": "exact"}
    PostSnapshot.objects.create(post_id=post_id, captured_at=at, **values)


def days_left(post_id: int) -> list[int]:
    rows = PostSnapshot.objects.filter(post_id=post_id).order_by("captured_at").values_list("captured_at", flat=True)
    return [(NOW - at).days for at in rows]


def test_the_first_and_the_last_before_the_horizon_stay_with_all_that_is_younger() -> None:
    post_id = make_post(1)
    for days in (140, 120, 100, 80, 60, 40):
        snapshot(post_id, days, 1000 - days)
    assert forget_history({ACCOUNT: HORIZON}) == 2
    assert days_left(post_id) == [140, 80, 60, 40]
    assert forget_history({ACCOUNT: HORIZON}) == 0


def test_each_counter_keeps_its_own_first_and_last() -> None:
    post_id = make_post(1)
    for days, views, saves in ((140, 1, None), (120, 2, 5), (110, 3, 6), (100, 4, 7), (80, 5, None), (60, 6, 9)):
        snapshot(post_id, days, views, saves)
    forget_history({ACCOUNT: HORIZON})
    assert days_left(post_id) == [140, 120, 100, 80, 60]


def test_accounts_without_a_horizon_keep_everything() -> None:
    other = make_post(2, account_id=2)
    for days in (140, 120, 100, 80):
        snapshot(other, days, days)
    Account.objects.create(id=ACCOUNT, handle="mara", first_seen_at=NOW)
    for days in (140, 120, 100):
        AccountSnapshot.objects.create(
            account_id=ACCOUNT,
            captured_at=NOW - timedelta(days=days),
            follower_count=1,
            source="web",
            precision="exact",
        )
    assert forget_history({ACCOUNT: HORIZON}) == 1
    assert days_left(other) == [140, 120, 100, 80]


def test_no_value_from_the_horizon_on_changes_for_anybody() -> None:
    chance = random.Random(7)
    posts = [make_post(number) for number in range(12)]
    for post_id in posts:
        views = 0
        for days in sorted(chance.sample(range(1, 149), 25), reverse=True):
            views += chance.randint(-3, 50)
            snapshot(post_id, days, chance.choice([views, views, views, None]))
    begins = [NOW - timedelta(days=days) for days in (200, 130, 95, 71, 50)]
    edges = [HORIZON + timedelta(hours=7 * number) for number in range(240)]

    def values() -> list[Fraction | None]:
        own = [points(post_id, since) for post_id in posts for since in begins]
        return [value(history, edge) for history in own for edge in edges]

    before = values()
    assert forget_history({ACCOUNT: HORIZON}) > 50
    assert values() == before


def points(post_id: int, since: datetime) -> list[tuple[datetime, int]]:
    """What somebody who began to track then knows of a post's views."""
    rows = PostSnapshot.objects.filter(post_id=post_id, captured_at__gte=since, view_count__isnull=False)
    return [(at, views or 0) for at, views in rows.order_by("captured_at").values_list("captured_at", "view_count")]


def value(points: list[tuple[datetime, int]], at: datetime) -> Fraction | None:
    """value(at) by its definition; None before anything was known."""
    earlier = [point for point in points if point[0] <= at]
    later = [point for point in points if point[0] > at]
    if not earlier or not later:
        return Fraction(earlier[-1][1]) if earlier else None
    (start, low), (end, high) = earlier[-1], later[0]
    return low + Fraction(high - low) * Fraction(int((at - start).total_seconds()), int((end - start).total_seconds()))


def test_records_of_attempts_go_after_a_month() -> None:
    for at in (NOW - RUNS_KEPT - timedelta(seconds=1), NOW - timedelta(days=1)):
        ScrapeRun.objects.create(
            target_id="00000000-0000-0000-0000-000000000001",
            kind="discover_videos",
            provider="web",
            outcome="ok",
            started_at=at,
            duration_ms=1,
        )
    assert forget_runs(NOW) == 1
    assert forget_runs(NOW) == 0
    assert ScrapeRun.objects.count() == 1
