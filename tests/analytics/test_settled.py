"""Series that were computed before: found again while nothing changed, and never when anything did."""

from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import patch

import pytest

from analytics import engine
from analytics.engine import answer
from analytics.query import Query
from orgs.models import Organization
from orgs.scope import organization_scope
from scraping.models import Account
from tests.analytics.conftest import add_account_snapshots, add_post_snapshots
from videos.models import Video

pytestmark = [pytest.mark.canonical, pytest.mark.django_db(databases="__all__")]
NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def creator(admin: Any, make_creator: Any, make_video: Any) -> Any:
    """A creator with two posts, read by us."""
    creator = make_creator(admin.project, tracked_since=NOW - 30 * DAY)
    Account.objects.create(id=creator.account_id, handle=creator.tiktok_handle, first_seen_at=NOW, seen_at=NOW)
    for views in (100, 7):
        video = make_video(creator, posted_at=NOW - 5 * DAY, tracked_since=creator.tracked_since)
        add_post_snapshots(video.post_id, "view_count", {NOW - 5 * DAY: 0, NOW - DAY: views})
    return creator


def ask(creator: Any, now: datetime = NOW, **words: Any) -> tuple[Any, bool]:
    """The total, and whether it had to be computed."""
    with (
        organization_scope(creator.org_id),
        patch.object(engine, "_compute", wraps=engine._compute) as compute,
    ):
        found = answer(Query("creator", creator.id, words.pop("metric", "views"), **words), now=now)
    return found.total, compute.called


def test_the_same_question_is_computed_once(creator: Any) -> None:
    assert ask(creator) == (107, True)
    assert ask(creator) == (107, False)
    assert ask(creator, now=NOW + timedelta(hours=1)) == (107, False)


def test_every_other_question_is_computed(creator: Any) -> None:
    ask(creator)
    for words in ({"metric": "likes"}, {"mode": "cumulative"}, {"granularity": "week"}, {"tz": "Asia/Kathmandu"}):
        assert ask(creator, **words)[1], words
    assert ask(creator, now=NOW + DAY)[1]


def test_a_new_snapshot_is_seen_at_once(creator: Any) -> None:
    ask(creator)
    with organization_scope(creator.org_id):
        post_id = Video.objects.order_by("id").values_list("post_id", flat=True)[0]
    add_post_snapshots(post_id, "view_count", {NOW: 150})
    Account.objects.update(ingested_seq=1)
    assert ask(creator) == (157, True)


@pytest.mark.parametrize(
    "change",
    [
        {"tracking_status": "excluded"},
        {"tracking_disabled": True},
        {"creator": None},
        {"tracked_since": NOW - 2 * DAY},
        {"posted_at": NOW - 9 * DAY},
        {"counts_precision": "rounded"},
        {"account_id": None},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_change_of_what_counts_is_seen_at_once(creator: Any, change: dict[str, Any]) -> None:
    ask(creator)
    with organization_scope(creator.org_id):
        video = Video.objects.order_by("id")[0]
        Video.objects.filter(id=video.id).update(**change)
    assert ask(creator)[1]


def test_a_change_of_the_zone_is_seen_at_once(creator: Any) -> None:
    ask(creator)
    with organization_scope(creator.org_id):
        Organization.objects.update(timezone="Asia/Kathmandu")
    assert ask(creator)[1]


def test_posts_of_accounts_that_nobody_reads_are_computed_each_time(creator: Any) -> None:
    Account.objects.all().delete()
    assert ask(creator)[1]
    assert ask(creator)[1]


def freshness(creator: Any, metric: str) -> Any:
    with organization_scope(creator.org_id):
        return answer(Query("creator", creator.id, metric), now=NOW).fresh_as_of


def test_a_number_is_as_fresh_as_the_last_look_though_nothing_has_changed_since(creator: Any) -> None:
    assert freshness(creator, "views") == NOW - DAY
    with organization_scope(creator.org_id):
        Video.objects.update(stats_updated_at=NOW - timedelta(hours=1))
    assert ask(creator) == (107, False)
    assert freshness(creator, "views") == NOW - timedelta(hours=1)


def test_followers_are_as_fresh_as_the_last_look_at_the_account(creator: Any) -> None:
    assert freshness(creator, "followers") is None
    add_account_snapshots(creator.account_id, "follower_count", {NOW - 3 * DAY: 5})
    assert freshness(creator, "followers") == NOW - 3 * DAY
    Account.objects.update(observed_at=NOW - timedelta(minutes=2))
    assert freshness(creator, "followers") == NOW - timedelta(minutes=2)


def test_no_number_is_fresher_than_now(creator: Any) -> None:
    with organization_scope(creator.org_id):
        Video.objects.update(stats_updated_at=NOW + DAY)
    assert freshness(creator, "views") == NOW
