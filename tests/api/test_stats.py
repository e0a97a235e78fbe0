"""What was read, reading by reading, and views by age."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from orgs.models import Organization
from orgs.scope import organization_scope
from tests.analytics.conftest import write_account_snapshots, write_post_snapshots

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@pytest.fixture(autouse=True)
def at_noon() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


def views(*counts: int | None, begin: datetime, every: timedelta = DAY) -> dict[datetime, dict[str, int | None]]:
    return {begin + number * every: {"view_count": count, "like_count": 1} for number, count in enumerate(counts)}


@pytest.fixture
def video(make_creator: Any, make_video: Any, admin: Any) -> Any:
    """Tracked for ten days, with a reading of somebody else's from before."""
    creator = make_creator(admin.project, tracked_since=NOW - 10 * DAY)
    made = make_video(creator, posted_at=NOW - 20 * DAY, tracked_since=NOW - 10 * DAY)
    write_post_snapshots(made.post_id, views(5, begin=NOW - 15 * DAY))
    write_post_snapshots(made.post_id, views(10, 30, None, 60, begin=NOW - 9 * DAY))
    return made


def walk(ask: Any, path: str) -> list[Any]:
    rows, cursor = [], ""
    for _ in range(100):
        body = ask(f"{path}{cursor}").body
        rows += body["data"]
        if body["meta"]["nextCursor"] is None:
            return rows
        cursor = f"&cursor={body['meta']['nextCursor']}"
    raise AssertionError("the list never ends")


def test_a_videos_readings_are_told_since_the_organization_tracks_it(ask: Any, video: Any) -> None:
    body = ask(f"/videos/{video.id}/stats").body
    assert body["meta"] == {
        "nextCursor": None,
        "from": "2026-10-26",
        "to": "2026-11-24",
        "timezone": "UTC",
        "tier_retention_days": None,
    }
    assert [row["view_count"] for row in body["data"]] == [10, 30, None, 60]
    assert body["data"][0] == {
        "captured_at": "2026-11-15T12:00:00Z",
        "view_count": 10,
        "like_count": 1,
        "comment_count": None,
        "share_count": None,
        "save_count": None,
        "precision": "exact",
        "source": body["data"][0]["source"],
    }


@pytest.mark.parametrize("limit", [1, 3, 4, 5])
def test_pages_hold_every_reading_once(ask: Any, video: Any, limit: int) -> None:
    whole = ask(f"/videos/{video.id}/stats").body["data"]
    assert walk(ask, f"/videos/{video.id}/stats?limit={limit}") == whole


def test_days_are_the_organizations(ask: Any, admin: Any, video: Any) -> None:
    with organization_scope(admin.org.id):
        Organization.objects.update(timezone="Pacific/Auckland")
    rows = ask(f"/videos/{video.id}/stats?from=2026-11-16&to=2026-11-17").body["data"]
    # Noon in UTC is after midnight of the next day there.
    assert [row["view_count"] for row in rows] == [10, 30]


def test_a_creators_readings(ask: Any, admin: Any, make_creator: Any) -> None:
    creator = make_creator(admin.project, tracked_since=NOW - 3 * DAY)
    readings = {NOW - number * DAY: {"follower_count": 100 - number} for number in range(5)}
    write_account_snapshots(creator.account_id, readings)
    rows = ask(f"/creators/{creator.id}/stats").body["data"]
    assert [row["follower_count"] for row in rows] == [97, 98, 99, 100]
    assert list(rows[0]) == [
        *("captured_at", "follower_count", "following_count", "total_likes", "video_count", "precision", "source")
    ]
    unread = make_creator(admin.project, account_id=None)
    assert ask(f"/creators/{unread.id}/stats").body["data"] == []


def test_views_by_age_of_a_post_seen_early_begin_at_zero(ask: Any, admin: Any, make_video: Any) -> None:
    posted = NOW - 9 * DAY
    made = make_video(admin.project, posted_at=posted, tracked_since=posted, stats_updated_at=NOW - HOUR)
    write_post_snapshots(made.post_id, views(240, 480, begin=posted + DAY))
    rows = ask(f"/videos/{made.id}/stats?cohort=1").body["data"]
    assert [row["hours"] for row in rows] == [*range(169), 192]
    by_hour = {row["hours"]: row["view_count"] for row in rows}
    assert [by_hour[hour] for hour in (0, 1, 12, 24, 36, 48, 49, 192)] == [0, 10, 120, 240, 360, 480, 480, 480]


def test_views_by_age_are_unknown_before_a_baseline(ask: Any, video: Any) -> None:
    rows = ask(f"/videos/{video.id}/stats?cohort=1").body["data"]
    known = {row["hours"]: row["view_count"] for row in rows if row["view_count"] is not None}
    # The first reading came 264 hours after the posting; nobody looked after the last one.
    assert known == {264: 10, 288: 30, 312: 45, 336: 60}
    assert [row["hours"] for row in rows][-1] == 336


def test_a_plan_shows_no_age_from_before_its_days(ask: Any, admin: Any, video: Any) -> None:
    with organization_scope(admin.org.id):
        Organization.objects.update(limit_overrides={"stats_history_retention_days": 7})
    hours = [row["hours"] for row in ask(f"/videos/{video.id}/stats?cohort=1").body["data"]]
    assert hours == [312, 336]
    old = ask(f"/videos/{video.id}/stats?from=2026-11-16")
    assert old.problem == (402, {"code": "retention_exceeded", "tier_retention_days": 7})


def test_a_video_that_nobody_read_has_no_ages(ask: Any, admin: Any, make_video: Any) -> None:
    assert ask(f"/videos/{make_video(admin.project).id}/stats?cohort=1").body["data"] == []


@pytest.mark.parametrize(
    ("query", "code", "params"),
    [
        ("cohort=1&limit=5", "invalid_query", ["cohort", "limit"]),
        ("cohort=1&from=2026-11-01", "invalid_query", ["cohort", "from"]),
        ("cohort=2", "invalid_params", ["cohort"]),
        ("from=2026-11-25", "invalid_params", ["from"]),
        ("tz=UTC", "invalid_query", ["tz"]),
        ("cursor=x", "invalid_params", ["cursor"]),
    ],
)
def test_what_cannot_be_asked_is_named(ask: Any, video: Any, query: str, code: str, params: list[str]) -> None:
    assert ask(f"/videos/{video.id}/stats?{query}").problem == (400, {"code": code, "params": params})


def test_a_cursor_of_another_video_is_a_bad_one(ask: Any, admin: Any, video: Any, make_video: Any) -> None:
    cursor = ask(f"/videos/{video.id}/stats?limit=1").body["meta"]["nextCursor"]
    other = make_video(admin.project)
    assert ask(f"/videos/{other.id}/stats?cursor={cursor}").status == 400


def test_a_change_log_is_told_newest_first(ask: Any, admin: Any, make_creator: Any) -> None:
    from creators.changes import Kind, record

    creator = make_creator(admin.project)
    with organization_scope(admin.org.id):
        record(creator, Kind.ADDED, before=None, after={"status": "active"}, actor=admin.user, happened_at=NOW)
        for number, kind in enumerate((Kind.HANDLE_CHANGED, Kind.WENT_PRIVATE)):
            values = {"before": {"n": number}, "after": {"n": number + 1}}
            record(creator, kind, happened_at=NOW + number * HOUR, **values)
    rows = walk(ask, f"/creators/{creator.id}/changes?limit=2")
    assert [row["kind"] for row in rows] == ["went_private", "handle_changed", "added"]
    assert rows[2] == {
        "id": rows[2]["id"],
        "creator_id": str(creator.id),
        "kind": "added",
        "before": None,
        "after": {"status": "active"},
        "actor": {"id": str(admin.user.id), "name": admin.user.display_name},
        "happened_at": "2026-11-24T12:00:00Z",
    }
    assert rows[0]["actor"] is None
    some = ask(f"/creators/{creator.id}/changes?kind=added").body["data"]
    assert [row["kind"] for row in some] == ["added"]
    assert ask(f"/creators/{creator.id}/changes?kind=moved").status == 400
