"""/api/v1/videos."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from typing import Any

import pytest

Scope = Callable[[Any], AbstractContextManager[None]]
WHEN = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)


@pytest.fixture
def creator(admin: Any, make_creator: Any) -> Any:
    return make_creator(admin.project, "ada")


def ids(answer: Any) -> list[str]:
    assert answer.status == 200
    return [row["id"] for row in answer.body["data"]]


def test_a_video_shows_every_field(ask: Any, admin: Any, creator: Any, make_video: Any) -> None:
    video = make_video(
        creator,
        post_id=7_301_234_567_890_123_457,
        title="First try #math",
        kind="photo",
        thumbnail_url="https://p16.tiktokcdn.example/cover.jpeg",
        duration_seconds=31,
        posted_at=WHEN,
        tracking_status="included",
        tracking_disabled=True,
        availability="unavailable",
        description="Ask *Ada*.",
        metadata=["a", 1],
        view_count=3_000_000_000,
        like_count=0,
        comment_count=2,
        share_count=3,
        save_count=4,
        counts_precision="rounded",
        stats_updated_at=WHEN,
    )
    stamp = "%Y-%m-%dT%H:%M:%S.%fZ"
    assert ask(f"/videos/{video.id}").body == {
        "data": {
            "id": str(video.id),
            "project_id": str(admin.project.id),
            "creator_id": str(creator.id),
            "tiktok_video_id": "7301234567890123457",
            "url": "https://www.tiktok.com/@ada/photo/7301234567890123457",
            "title": "First try #math",
            "kind": "photo",
            "thumbnail_url": "https://p16.tiktokcdn.example/cover.jpeg",
            "duration_seconds": 31,
            "posted_at": "2026-03-04T05:06:07Z",
            "tracking_status": "included",
            "tracking_disabled": True,
            "availability": "unavailable",
            "description": "Ask *Ada*.",
            "metadata": ["a", 1],
            "view_count": 3_000_000_000,
            "like_count": 0,
            "comment_count": 2,
            "share_count": 3,
            "save_count": 4,
            "counts_precision": "rounded",
            "stats_updated_at": "2026-03-04T05:06:07Z",
            "created_at": video.created_at.astimezone(UTC).strftime(stamp),
            "updated_at": video.updated_at.astimezone(UTC).strftime(stamp),
        },
        "error": None,
        "meta": None,
    }


def test_what_is_not_known_is_null_and_never_zero(ask: Any, admin: Any, make_video: Any) -> None:
    video = make_video(admin.project, author_handle="", post_id=7_301)
    data = ask(f"/videos/{video.id}").body["data"]
    unknown = [
        *("creator_id", "thumbnail_url", "duration_seconds", "counts_precision", "stats_updated_at"),
        *("view_count", "like_count", "comment_count", "share_count", "save_count"),
    ]
    assert {name: data[name] for name in unknown} == dict.fromkeys(unknown)
    assert data["url"] == "https://www.tiktok.com/@_/video/7301"


def test_a_list_shows_the_same_object_as_the_detail(ask: Any, creator: Any, make_video: Any) -> None:
    video = make_video(creator)
    answer = ask("/videos").body
    assert answer["data"] == [ask(f"/videos/{video.id}").body["data"]]
    assert list(answer["meta"]) == ["nextCursor", "syncedUntil"]


def test_every_status_but_excluded_is_listed_newest_id_first(ask: Any, creator: Any, make_video: Any) -> None:
    statuses = ["auto_tracked", "pending_review", "included", "excluded", "direct_add"]
    videos = {status: make_video(creator, tracking_status=status, posted_at=WHEN) for status in statuses}
    shown = ["direct_add", "included", "pending_review", "auto_tracked"]
    assert ids(ask("/videos")) == [str(videos[status].id) for status in shown]
    assert ask(f"/videos/{videos['excluded'].id}").status == 404
    for status in shown:
        assert ids(ask(f"/videos?tracking_status={status}")) == [str(videos[status].id)]


def test_filters_by_project_and_creator_narrow_the_list(
    ask: Any, admin: Any, creator: Any, make_creator: Any, make_video: Any, in_scope: Scope
) -> None:
    from projects.services import project_create

    with in_scope(admin.org):
        other = project_create(name="Other")
    bob = make_creator(other, "bob")
    first, second, third = make_video(creator), make_video(bob), make_video(other)
    assert ids(ask("/videos")) == [str(third.id), str(second.id), str(first.id)]
    assert ids(ask(f"/videos?project_id={other.id}")) == [str(third.id), str(second.id)]
    assert ids(ask(f"/videos?creator_id={bob.id}")) == [str(second.id)]
    assert ids(ask(f"/videos?creator_id={bob.id}&project_id={admin.project.id}")) == []


def test_the_videos_of_a_removed_creator_are_absent_but_for_those_added_directly(
    ask: Any, admin: Any, creator: Any, make_video: Any, in_scope: Scope
) -> None:
    discovered, added = make_video(creator), make_video(creator, tracking_status="direct_add")
    with in_scope(admin.org):
        type(creator).objects.filter(id=creator.id).update(removed_at=WHEN)
    assert ids(ask("/videos")) == [str(added.id)]
    assert ask(f"/videos/{discovered.id}").status == 404
    assert ask(f"/videos/{added.id}").status == 200


def test_the_videos_of_a_project_in_deletion_are_absent(
    ask: Any, admin: Any, creator: Any, make_video: Any, in_scope: Scope
) -> None:
    videos = [make_video(creator), make_video(admin.project)]
    with in_scope(admin.org):
        type(admin.project).objects.filter(id=admin.project.id).update(deleted_at=WHEN)
    assert ids(ask("/videos")) == []
    assert [ask(f"/videos/{video.id}").status for video in videos] == [404, 404]
    assert ask(f"/videos?project_id={admin.project.id}").status == 404


@pytest.fixture
def around_midnight(admin: Any, creator: Any, make_video: Any, in_scope: Scope) -> dict[str, str]:
    """Videos at the edges of 29 March 2026 in Berlin, the day on which clocks go forward: it has 23 hours."""
    with in_scope(admin.org):
        type(admin.org).objects.filter(id=admin.org.id).update(timezone="Europe/Berlin")
    instants = {
        "last second before": datetime(2026, 3, 28, 22, 59, 59, tzinfo=UTC),
        "first second": datetime(2026, 3, 28, 23, 0, 0, tzinfo=UTC),
        "last second": datetime(2026, 3, 29, 21, 59, 59, tzinfo=UTC),
        "first second after": datetime(2026, 3, 29, 22, 0, 0, tzinfo=UTC),
    }
    return {str(make_video(creator, posted_at=instant).id): name for name, instant in instants.items()}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("posted_from=2026-03-29&posted_to=2026-03-29", ["first second", "last second"]),
        ("posted_from=2026-03-29", ["first second", "last second", "first second after"]),
        ("posted_to=2026-03-29", ["last second before", "first second", "last second"]),
        ("posted_from=2026-03-30", ["first second after"]),
        ("posted_to=2026-03-28", ["last second before"]),
        ("posted_from=1970-01-01&posted_to=1970-01-01", []),
        ("posted_from=2999-12-31&posted_to=2999-12-31", []),
    ],
)
def test_days_are_the_organizations_and_inclusive(
    ask: Any, around_midnight: dict[str, str], query: str, expected: list[str]
) -> None:
    found = [around_midnight[id] for id in reversed(ids(ask(f"/videos?{query}")))]
    assert found == expected
