"""A creator's series: which videos count, what each day shows, and what is unknown."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from analytics.engine import answer
from analytics.errors import EntityNotFound
from analytics.query import Query
from creators.models import Creator
from orgs.scope import organization_scope
from tests.analytics.conftest import add_account_snapshots, add_post_snapshots
from videos.models import Video

pytestmark = [pytest.mark.canonical, pytest.mark.django_db(databases="__all__")]
# Four days: the 21st to the 24th, of which half of the last is over.
NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
BEGIN = datetime(2026, 11, 21, tzinfo=UTC)
DAY = timedelta(days=1)
NO_BASELINE = (False,) * 4


@pytest.fixture
def creator(admin: Any, outsider: Any, make_creator: Any) -> Any:
    """A creator tracked since long before the days shown."""
    return make_creator(admin.project, "shown", tracked_since=BEGIN - 30 * DAY)


@pytest.fixture
def add_post(creator: Any, make_video: Any) -> Any:
    """Add a video with its history of views; tracked as long as its creator unless said otherwise."""

    def add(views: dict[datetime, int | None], **fields: Any) -> Any:
        defaults = {"posted_at": BEGIN + DAY, "tracked_since": creator.tracked_since}
        video = make_video(creator, **(defaults | fields))
        add_post_snapshots(video.post_id, "view_count", views)
        return video

    return add


@dataclass(frozen=True)
class Days:
    first: date
    last: date
    zone: str


@dataclass(frozen=True)
class Series:
    values: tuple[Any, ...]
    baseline: tuple[bool, ...]
    total: Any


@dataclass(frozen=True)
class Chart:
    """What a creator's page is made of, each series asked for by itself."""

    days: tuple[str, ...]
    partial: tuple[bool, ...]
    followers: Series
    followers_gained: Series
    views_gained: Series
    views_total: Series
    posts: Series


FOUR_DAYS = Days(date(2026, 11, 21), date(2026, 11, 24), "UTC")


def chart(creator: Any, *, now: datetime = NOW, days: Days = FOUR_DAYS) -> Chart:
    asked = {
        "followers": ("followers", "cumulative"),
        "followers_gained": ("followers", "new"),
        "views_gained": ("views", "new"),
        "views_total": ("views", "cumulative"),
        "posts": ("posts", "new"),
    }
    with organization_scope(creator.org_id):
        found = {
            name: answer(
                Query("creator", creator.id, metric, mode=mode, from_=days.first, to=days.last, tz=days.zone), now=now
            )
            for name, (metric, mode) in asked.items()
        }
    series = {
        name: Series(tuple(p.value for p in one.series), tuple(p.baseline for p in one.series), one.total)
        for name, one in found.items()
    }
    points = found["posts"].series
    return Chart(tuple(p.bucket for p in points), tuple(p.partial for p in points), **series)


def test_the_days_are_the_ranges_own_and_the_running_one_is_partial(creator: Any) -> None:
    shown = chart(creator)
    assert shown.days == tuple(f"2026-11-{day}" for day in (21, 22, 23, 24))
    assert shown.partial == (False, False, False, True)


def test_a_range_that_ends_before_today_is_whole(creator: Any) -> None:
    days = Days(date(2026, 11, 20), date(2026, 11, 23), "UTC")
    assert not chart(creator, days=days).partial[-1]
    assert not chart(creator, days=days, now=BEGIN + 3 * DAY).partial[-1]
    assert chart(creator, days=days, now=BEGIN + 3 * DAY - timedelta(seconds=1)).partial[-1]


def test_views_gained_are_those_of_each_day_and_sum_to_the_total(add_post: Any, creator: Any) -> None:
    # Posted at the start of the 22nd, 2,400 views a day until noon of the 24th.
    add_post({BEGIN + DAY + timedelta(hours=1): 100, NOW: 6_000})
    shown = chart(creator)
    assert shown.views_gained == Series((None, 2_400, 2_400, 1_200), NO_BASELINE, 6_000)
    assert shown.views_total == Series((None, 2_400, 4_800, 6_000), NO_BASELINE, 6_000)


def test_a_running_day_stops_at_now(add_post: Any, creator: Any) -> None:
    add_post({BEGIN + DAY: 0, BEGIN + 4 * DAY: 7_200})
    assert chart(creator, now=BEGIN + 3 * DAY + timedelta(hours=6)).views_gained.values == (None, 2_400, 2_400, 600)


def test_losses_are_negative_gains(add_post: Any, creator: Any) -> None:
    add_post({BEGIN + DAY: 1_000, BEGIN + 2 * DAY: 1_100, BEGIN + 3 * DAY: 950})
    assert chart(creator).views_gained == Series((None, 100, -150, 0), NO_BASELINE, -50)


def test_a_post_found_late_begins_with_a_marked_baseline(add_post: Any, creator: Any) -> None:
    add_post({BEGIN + 2 * DAY + timedelta(hours=3): 900, NOW: 1_000}, posted_at=BEGIN - 9 * DAY)
    shown = chart(creator)
    baseline = (False, False, True, False)
    assert shown.views_gained == Series((None, None, 63, 37), baseline, 100)
    assert shown.views_total == Series((None, None, 963, 1_000), baseline, 1_000)


def test_an_edge_at_the_first_observation_is_not_known_yet(add_post: Any, creator: Any) -> None:
    add_post({BEGIN + 2 * DAY: 900}, posted_at=BEGIN - 9 * DAY)
    assert chart(creator).views_total.values == (None, None, 900, 900)


def test_several_posts_add_up(add_post: Any, creator: Any) -> None:
    add_post({BEGIN + DAY: 0, BEGIN + 2 * DAY: 10})
    add_post({BEGIN: 0, BEGIN + 3 * DAY: 10}, posted_at=BEGIN)
    shown = chart(creator)
    # 10 × ⅓ is 3 at the first edge, 6 at the second: rounded per post, then added.
    assert shown.views_total.values == (3, 16, 20, 20)
    assert shown.views_gained == Series((3, 13, 4, 0), NO_BASELINE, 20)


@pytest.mark.parametrize("status", ["excluded", "pending_review"])
def test_excluded_and_pending_posts_do_not_count(add_post: Any, creator: Any, status: str) -> None:
    add_post({BEGIN + DAY: 0, BEGIN + 2 * DAY: 10})
    before = chart(creator)
    add_post({BEGIN + DAY: 0, NOW: 99_999}, tracking_status=status)
    assert chart(creator) == before


def test_posts_whose_tracking_is_disabled_do_not_count(add_post: Any, creator: Any) -> None:
    add_post({BEGIN + DAY: 0, BEGIN + 2 * DAY: 10})
    before = chart(creator)
    add_post({BEGIN + DAY: 0, NOW: 99_999}, tracking_disabled=True)
    assert chart(creator) == before


@pytest.mark.parametrize("status", ["auto_tracked", "included", "direct_add"])
def test_these_posts_count(add_post: Any, creator: Any, status: str) -> None:
    add_post({BEGIN + DAY: 0, BEGIN + 2 * DAY: 10}, tracking_status=status)
    shown = chart(creator)
    assert (shown.views_gained.total, shown.posts.total) == (10, 1)


def test_excluding_a_post_takes_its_past_out_of_every_day(add_post: Any, creator: Any) -> None:
    video = add_post({BEGIN + DAY: 0, BEGIN + 2 * DAY: 10})
    assert chart(creator).views_gained.total == 10
    with organization_scope(creator.org_id):
        Video.objects.filter(id=video.id).update(tracking_status="excluded")
    assert chart(creator).views_gained == Series((0,) * 4, NO_BASELINE, 0)


def test_posts_of_other_creators_and_organizations_do_not_count(
    admin: Any, outsider: Any, creator: Any, make_creator: Any, make_video: Any
) -> None:
    twin = make_creator(outsider.project, "shown", account_id=creator.account_id, tracked_since=BEGIN - DAY)
    for other in (make_creator(admin.project), twin):
        video = make_video(other, posted_at=BEGIN, tracked_since=BEGIN - DAY)
        add_post_snapshots(video.post_id, "view_count", {BEGIN: 0, NOW: 500})
    assert chart(creator).views_gained.total == 0
    assert chart(twin).views_gained.total == 500


def test_the_posts_of_a_removed_creator_count_only_if_added_directly(add_post: Any, creator: Any) -> None:
    add_post({BEGIN + DAY: 0, BEGIN + 2 * DAY: 10})
    add_post({BEGIN + DAY: 0, BEGIN + 2 * DAY: 7}, tracking_status="direct_add")
    with organization_scope(creator.org_id):
        Creator.objects.filter(id=creator.id).update(removed_at=NOW)
        total = answer(Query("project", creator.project_id, "views", from_=BEGIN.date()), now=NOW).total
        with pytest.raises(EntityNotFound):
            answer(Query("creator", creator.id, "views"), now=NOW)
    assert total == 7


def test_without_posts_views_and_posts_are_zero_and_followers_unknown(creator: Any) -> None:
    shown = chart(creator)
    zeros, unknown = Series((0,) * 4, NO_BASELINE, 0), Series((None,) * 4, NO_BASELINE, None)
    assert (shown.views_gained, shown.views_total, shown.posts) == (zeros, zeros, zeros)
    assert shown.followers == unknown


def test_posts_never_observed_leave_views_unknown_and_are_counted_as_posts(add_post: Any, creator: Any) -> None:
    add_post({BEGIN + DAY: None})
    shown, unknown = chart(creator), Series((None,) * 4, NO_BASELINE, None)
    assert (shown.views_gained, shown.views_total) == (unknown, unknown)
    assert shown.posts == Series((0, 1, 0, 0), NO_BASELINE, 1)


def test_a_creator_tiktok_has_not_answered_for_has_unknown_followers(admin: Any, make_creator: Any) -> None:
    unread = make_creator(admin.project, account_id=None, last_scraped_at=None)
    shown = chart(unread)
    assert shown.followers == Series((None,) * 4, NO_BASELINE, None)
    assert shown.views_total.total == 0


def test_followers_are_the_level_at_each_days_end_with_a_marked_baseline(creator: Any) -> None:
    noon = BEGIN + DAY + timedelta(hours=12)
    add_account_snapshots(creator.account_id, "follower_count", {noon: 1_000, noon + DAY: 1_010, NOW: 990})
    baseline = (False, True, False, False)
    assert chart(creator).followers == Series((None, 1_005, 1_000, 990), baseline, 990)


def test_what_was_read_before_the_organization_began_to_track_is_not_shown(
    admin: Any, make_creator: Any, make_video: Any
) -> None:
    late = make_creator(admin.project, tracked_since=BEGIN + 2 * DAY)
    video = make_video(late, posted_at=BEGIN - 9 * DAY, tracked_since=late.tracked_since)
    history = {BEGIN: 100, BEGIN + 2 * DAY + timedelta(hours=12): 200, NOW: 300}
    add_post_snapshots(video.post_id, "view_count", history)
    add_account_snapshots(late.account_id, "follower_count", history)
    shown, baseline = chart(late), (False, False, True, False)
    assert shown.followers == Series((None, None, 250, 300), baseline, 300)
    assert shown.views_gained == Series((None, None, 50, 50), baseline, 100)


def test_posts_are_counted_on_the_day_they_were_published_in_the_zone(add_post: Any, creator: Any) -> None:
    kathmandu = Days(date(2026, 11, 22), date(2026, 11, 23), "Asia/Kathmandu")
    midnight = datetime(2026, 11, 22, 18, 15, tzinfo=UTC)
    second = timedelta(seconds=1)
    for posted_at in (midnight - DAY - second, midnight - DAY, midnight - second, midnight, midnight + DAY):
        add_post({}, posted_at=posted_at)
    assert chart(creator, days=kathmandu).posts == Series((2, 1), (False, False), 3)


@pytest.mark.parametrize("zone", ["Europe/Berlin", "Australia/Lord_Howe"])
def test_days_over_both_changes_of_the_clocks_sum_to_the_total(add_post: Any, creator: Any, zone: str) -> None:
    start, end = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 11, 20, tzinfo=UTC)
    with organization_scope(creator.org_id):
        Creator.objects.update(tracked_since=start)
    add_post({start: 0, end: 1_000_003}, posted_at=start, tracked_since=start)
    shown = chart(creator, days=Days(date(2026, 2, 27), date(2026, 11, 23), zone))
    known = [gain for gain in shown.views_gained.values if gain is not None]
    assert sum(known) == shown.views_gained.total == shown.views_total.total == 1_000_003
    assert max(known) > 1.02 * sorted(known)[len(known) // 2]
