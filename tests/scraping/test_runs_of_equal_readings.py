"""Of a run of equal readings the two ends are stored, and no value at any time is changed by what is left out."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scraping.counts import effective_count, tiktok_round
from scraping.models import Account, Post, PostSnapshot, ScrapeRun, ScrapeTarget
from scraping.providers.interface import PostData, PostKind
from scraping.services.attempts import Attempt
from scraping.services.ingest import PostsRead, ingest
from scraping.services.targets import Kind, Wish, begin_history, claim_due, schedule_account

pytestmark = [pytest.mark.canonical, pytest.mark.django_db(databases="__all__")]

START = datetime(2026, 11, 1, tzinfo=UTC)
ACCOUNT, POST = 7_000_000_000_000_000_001, 7_100_000_000_000_000_001
HOUR = timedelta(hours=1)


@pytest.fixture
def account(db: None) -> Account:
    account = Account.objects.create(id=ACCOUNT, handle="mara", first_seen_at=START, seen_at=START)
    schedule_account(ACCOUNT, Wish({Kind.DISCOVER_VIDEOS: HOUR}, START), now=START)
    return account


def shown(views: int | None, *, likes: int | None = 7, rounds: bool = False) -> PostData:
    names = ("comment_count", "share_count", "save_count")
    return PostData(
        post_id=POST,
        account_id=ACCOUNT,
        author_handle="mara",
        posted_at=START - timedelta(days=9),
        caption='a "quoted" \\ caption, {with} commas',
        kind=PostKind.VIDEO,
        duration_seconds=30,
        cover_url="",
        hashtags=("one", 'two"', "three,four"),
        music_title="",
        pinned=False,
        view_count=views,
        like_count=likes,
        source_rounds=rounds,
        **dict.fromkeys(names, None if views is None else 1),
    )


def read(account: Account, data: PostData, at: datetime, source: str = "web") -> None:
    ScrapeTarget.objects.update(due_at=at, lease_id=None, lease_until=None)
    (claim,) = claim_due(at)
    attempt = Attempt(ScrapeTarget.objects.get(), claim, source, at)
    assert ingest([PostsRead(attempt, account, (data,), at)])


def stored() -> list[tuple[float, int | None]]:
    rows = PostSnapshot.objects.order_by("captured_at").values_list("captured_at", "view_count")
    return [((at - START) / HOUR, views) for at, views in rows]


def test_an_unchanged_number_costs_no_row_and_still_says_when_it_was_looked_at(account: Account) -> None:
    for hour in range(5):
        read(account, shown(100), START + hour * HOUR)
    assert stored() == [(0, 100)]
    post = Post.objects.get()
    assert (post.snapshot_at, post.observed_at, post.seen_at) == (START, START + 4 * HOUR, START + 4 * HOUR)
    assert ScrapeRun.objects.count() == 5


def test_the_last_reading_of_a_run_is_stored_with_the_one_that_ends_it(account: Account) -> None:
    for hour, views in enumerate([100, 100, 100, 130, 140, 140, 150]):
        read(account, shown(views), START + hour * HOUR)
    assert stored() == [(0, 100), (2, 100), (3, 130), (4, 140), (5, 140), (6, 150)]


def test_another_source_or_precision_ends_a_run(account: Account) -> None:
    read(account, shown(20_000), START)
    read(account, shown(20_000), START + HOUR, source="vendor")
    read(account, shown(20_000, rounds=True), START + 2 * HOUR, source="vendor")
    rows = PostSnapshot.objects.order_by("captured_at").values_list("source", "precision")
    assert list(rows) == [("web", "exact"), ("vendor", "exact"), ("vendor", "rounded")]


def test_a_reading_without_numbers_is_no_observation(account: Account) -> None:
    read(account, shown(100), START)
    read(account, shown(None, likes=None), START + HOUR)
    read(account, shown(120), START + 2 * HOUR)
    assert stored() == [(0, 100), (2, 120)]


def test_after_a_count_was_left_out_the_next_reading_is_stored(account: Account) -> None:
    read(account, shown(100), START)
    read(account, shown(100, likes=None), START + HOUR)
    read(account, shown(100), START + 2 * HOUR)
    read(account, shown(100), START + 3 * HOUR)
    likes = PostSnapshot.objects.order_by("captured_at").values_list("like_count", flat=True)
    assert list(likes) == [7, None, 7]
    assert Post.objects.get().like_count == 7


def test_the_first_reading_after_somebody_began_is_stored_in_the_middle_of_a_run(account: Account) -> None:
    for hour in range(3):
        read(account, shown(100), START + hour * HOUR)
    begin_history(ACCOUNT, START + 2.5 * HOUR)
    for hour in range(3, 6):
        read(account, shown(100), START + hour * HOUR)
    assert stored() == [(0, 100), (2, 100), (3, 100)]


def test_a_reading_between_an_addition_and_its_mark_is_stored_afterwards(account: Account) -> None:
    read(account, shown(100), START)
    read(account, shown(100), START + HOUR)  # after the addition at half past, before its mark is set
    begin_history(ACCOUNT, START + 0.5 * HOUR)
    read(account, shown(100), START + 2 * HOUR)
    assert stored() == [(0, 100), (1, 100), (2, 100)]


def test_a_reading_that_is_not_later_than_the_last_one_changes_nothing(account: Account) -> None:
    read(account, shown(100), START + HOUR)
    before = Post.objects.values().get()
    read(account, shown(90), START)
    read(account, shown(95), START + HOUR)
    assert Post.objects.values().get() == before
    assert stored() == [(1, 100)]


def test_captions_and_hashtags_arrive_as_they_were_written(account: Account) -> None:
    read(account, shown(100), START)
    post = Post.objects.get()
    assert (post.caption, post.hashtags) == (shown(100).caption, ["one", 'two"', "three,four"])


def value(points: list[tuple[float, int]], at: float) -> float | None:
    """The definition, over points in time order: linear between, flat after; None before the first."""
    if not points or at < points[0][0]:
        return None
    for (t0, v0), (t1, v1) in pairwise(points):
        if t0 <= at <= t1:
            return v0 + (v1 - v0) * (at - t0) / (t1 - t0)
    return points[-1][1]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    views=st.lists(st.sampled_from([100, 101, 10_049, 10_051, 10_151]), min_size=1, max_size=12),
    begun=st.lists(st.integers(0, 11), max_size=3),
)
def test_every_value_is_as_if_every_reading_were_stored(account: Account, views: list[int], begun: list[int]) -> None:
    for model in (Post, PostSnapshot):
        model.objects.all().delete()
    Account.objects.update(begun_at=None)
    every: list[tuple[float, int]] = []
    effective: int | None = None
    for hour, exact in enumerate(views):
        if hour in begun:
            begin_history(ACCOUNT, START + (hour - 0.5) * HOUR)
        rounded = tiktok_round(exact)
        effective = effective_count(effective, rounded, True)
        every.append((float(hour), effective or 0))
        read(account, shown(rounded, rounds=True), START + hour * HOUR)
    kept: list[Any] = stored()
    for since in [-1.0, *(hour - 0.5 for hour in begun)]:
        own_all = [point for point in every if point[0] >= since]
        own_kept = [point for point in kept if point[0] >= since]
        assert own_kept[:1] == own_all[:1], "the first own reading is there"
        for quarter in range(4 * len(views) + 4):
            assert value(own_kept, quarter / 4) == value(own_all, quarter / 4)
