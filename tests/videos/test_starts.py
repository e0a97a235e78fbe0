"""From which day on a creator's posts are taken in: moved both ways, in any zone, and refused in words."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analytics.engine import answer
from analytics.query import Query
from creators.errors import InvalidStartDate
from creators.models import Creator
from creators.starts import start_of_tracking
from orgs import limits
from orgs.limits import LimitReached
from orgs.models import AuditEntry, Organization
from orgs.services import organization_change
from orgs.timezones import local_date
from scraping.models import ScrapeTarget
from tests.conftest import NOW
from videos.models import MirrorState, Video
from videos.services.starts import creator_move_start

pytestmark = pytest.mark.django_db
TODAY = NOW.date()
# Whole and odd offsets, days without and with two midnights, and one that a country left out.
ZONES = ("UTC", "Europe/Berlin", "Pacific/Apia", "America/Havana", "Africa/Cairo", "Asia/Kathmandu", "Pacific/Chatham")


@pytest.fixture(autouse=True)
def scope(admin: Any, in_scope: Any) -> Any:
    with in_scope(admin.org):
        yield


@pytest.fixture
def creator(admin: Any, make_creator: Any, make_video: Any) -> Any:
    """A creator whose tracking starts today, with a post of each status on each of the ten days before."""
    creator = make_creator(admin.project, tracking_start_date=TODAY - timedelta(days=10))
    for status in ("auto_tracked", "included", "pending_review", "excluded", "direct_add"):
        for days in range(1, 11):
            make_video(creator, tracking_status=status, posted_at=NOW - timedelta(days=days))
    move(creator, 0)
    return creator


def move(creator: Any, days: int) -> tuple[int, int]:
    moved = creator_move_start(creator_id=creator.id, tracking_start_date=TODAY - timedelta(days=days), now=NOW)
    return moved.came_back, moved.dropped_out


def shown() -> dict[str, int]:
    statuses = list(Video.objects.visible().values_list("tracking_status", flat=True))
    return {status: statuses.count(status) for status in sorted(set(statuses))}


def test_moving_forward_drops_posts_out_and_moving_back_returns_them_with_their_status(creator: Any) -> None:
    assert shown() == {"direct_add": 10}
    assert move(creator, 3) == (9, 0)
    assert shown() == {"auto_tracked": 3, "direct_add": 10, "included": 3, "pending_review": 3}
    assert Video.objects.counting().count() == 16
    assert move(creator, 1) == (0, 6)
    assert shown() == {"auto_tracked": 1, "direct_add": 10, "included": 1, "pending_review": 1}
    assert move(creator, 1) == (0, 0), "the same day again changes nothing"


def test_rows_that_come_or_leave_are_stamped_and_no_others(admin: Any, creator: Any) -> None:
    def stamps() -> dict[Any, Any]:
        return dict(Video.objects.values_list("id", "updated_at"))

    before = stamps()
    move(creator, 2)
    after = stamps()
    moved = (
        Video.objects.discovered().exclude(tracking_status="excluded").filter(posted_at__gte=NOW - timedelta(days=2.5))
    )
    assert {id for id in after if after[id] != before[id]} == set(moved.values_list("id", flat=True))
    organization_change(by=admin.membership, timezone="Asia/Tokyo")
    assert stamps() == after, "no post lies between the two midnights"


def test_every_number_follows(admin: Any, creator: Any) -> None:
    def posts() -> Any:
        return answer(Query("creator", creator.id, "posts", from_=TODAY - timedelta(days=20)), now=NOW).total

    before = posts()
    move(creator, 4)
    assert (before, posts()) == (10, 18)


def test_moving_back_copies_everything_again_and_asks_for_more_at_once(
    creator: Any, django_capture_on_commit_callbacks: Any
) -> None:
    MirrorState.objects.create(org_id=creator.org_id, account_id=creator.account_id, seq=7)
    with django_capture_on_commit_callbacks(execute=True):
        move(creator, 5)
    assert MirrorState.objects.get().is_void
    listing = ScrapeTarget.objects.get(account_id=creator.account_id, kind="discover_videos")
    creator.refresh_from_db()
    assert (listing.posts_since, listing.due_at) == (creator.tracking_starts_at, NOW)
    with django_capture_on_commit_callbacks(execute=True):
        move(creator, 2)
    listing.refresh_from_db()
    assert listing.posts_since == datetime(2026, 1, 1, tzinfo=UTC).replace(
        year=TODAY.year, month=TODAY.month, day=TODAY.day
    ) - timedelta(days=2)


def test_what_changed_is_noted_with_both_days(creator: Any) -> None:
    move(creator, 3)
    entry = AuditEntry.objects.filter(action="creator.start_moved").latest("id")
    days = [{"tracking_start_date": (TODAY - timedelta(days=days)).isoformat()} for days in (0, 3)]
    assert [entry.before, entry.after] == days


@pytest.mark.parametrize(
    ("day", "words"),
    [(TODAY + timedelta(days=1), "is still to come. Choose today"), (date(2016, 8, 23), "TikTok has no posts from")],
)
def test_a_day_that_cannot_be_is_refused_in_words(creator: Any, day: date, words: str) -> None:
    with pytest.raises(InvalidStartDate, match=words):
        creator_move_start(creator_id=creator.id, tracking_start_date=day, now=NOW)
    creator.refresh_from_db()
    assert creator.tracking_start_date == TODAY


def test_today_is_the_organizations(creator: Any) -> None:
    organization_zone("Pacific/Auckland")
    creator_move_start(creator_id=creator.id, tracking_start_date=TODAY + timedelta(days=1), now=NOW)
    organization_zone("America/Los_Angeles")
    with pytest.raises(InvalidStartDate):
        creator_move_start(
            creator_id=creator.id, tracking_start_date=TODAY + timedelta(days=2), now=NOW - timedelta(hours=12)
        )


def test_posts_that_do_not_fit_the_plan_stay_outside_together(creator: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(limits.PLAN, "max_tracked_videos_per_org", (12, 12, 12))
    with pytest.raises(LimitReached) as reached:
        move(creator, 1)
    assert (reached.value.current, reached.value.max) == (10, 12)
    assert shown() == {"direct_add": 10}


def organization_zone(zone: str) -> None:
    Organization.objects.update(timezone=zone)


def test_a_changed_zone_moves_every_start_in_the_same_transaction(admin: Any, creator: Any, make_video: Any) -> None:
    at_midnight = make_video(creator, posted_at=start_of_tracking(TODAY, "UTC"))
    for zone, is_shown in (("Asia/Tokyo", True), ("America/Lima", False), ("UTC", True)):
        organization_change(by=admin.membership, timezone=zone)
        start = Creator.objects.get(id=creator.id).tracking_starts_at
        assert start == start_of_tracking(TODAY, zone)
        assert Video.objects.visible().filter(id=at_midnight.id).exists() is is_shown


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    zone=st.sampled_from(ZONES),
    days=st.lists(st.dates(date(2024, 1, 1), TODAY), min_size=1, max_size=4),
    hours=st.lists(st.integers(-30, 30), min_size=1, max_size=4),
)
def test_a_post_is_taken_in_exactly_from_its_local_day_on(
    admin: Any, make_creator: Any, make_video: Any, zone: str, days: list[date], hours: list[int]
) -> None:
    """The oracle knows no instants: it compares the day of the post in the organization's zone with the start date."""
    Creator.objects.all().delete()
    organization_change(by=admin.membership, timezone=zone)
    creator = make_creator(admin.project)
    midnights = [datetime.combine(day, datetime.min.time(), ZoneInfo(zone)) for day in days]
    videos = [
        make_video(creator, posted_at=midnight.astimezone(UTC) + timedelta(hours=hour, seconds=second))
        for midnight in midnights
        for hour in hours
        for second in (-1, 0)
    ]
    for day in days:
        creator_move_start(creator_id=creator.id, tracking_start_date=day, now=NOW)
        expected = {video.id for video in videos if local_date(video.posted_at, zone) >= day}
        assert set(Video.objects.visible().values_list("id", flat=True)) == expected
        assert set(Video.objects.counting().values_list("id", flat=True)) == expected
