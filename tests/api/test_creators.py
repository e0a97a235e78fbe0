"""/api/v1/creators."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime
from typing import Any

import pytest

Scope = Callable[[Any], AbstractContextManager[None]]
WHEN = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)


@pytest.fixture
def ada(admin: Any, make_creator: Any) -> Any:
    """A creator of whom everything is known."""
    return make_creator(
        admin.project,
        "ada.lovelace",
        account_id=7_301_234_567_890_123_456,
        nickname="Ada",
        display_name_override="Ada L.",
        avatar_url="https://p16.tiktokcdn.example/ada.jpeg",
        description="Posts on *Tuesdays*.",
        metadata={"tier": "gold", "tags": ["math"]},
        tracking_mode="selective",
        tracking_start_date=date(2026, 1, 31),
        status="private",
        follower_count=3_000_000_000,
        following_count=12,
        total_likes=0,
        video_count=7,
        last_scraped_at=WHEN,
    )


def ids(answer: Any) -> list[str]:
    assert answer.status == 200
    return [row["id"] for row in answer.body["data"]]


def test_a_creator_shows_every_field(ask: Any, admin: Any, ada: Any) -> None:
    stamp = "%Y-%m-%dT%H:%M:%S.%fZ"
    assert ask(f"/creators/{ada.id}").body == {
        "data": {
            "id": str(ada.id),
            "project_id": str(admin.project.id),
            "tiktok_handle": "ada.lovelace",
            "tiktok_user_id": "7301234567890123456",
            "display_name": "Ada L.",
            "avatar_url": "https://p16.tiktokcdn.example/ada.jpeg",
            "profile_url": "https://www.tiktok.com/@ada.lovelace",
            "description": "Posts on *Tuesdays*.",
            "metadata": {"tier": "gold", "tags": ["math"]},
            "tracking_mode": "selective",
            "tracking_start_date": "2026-01-31",
            "status": "private",
            "follower_count": 3_000_000_000,
            "following_count": 12,
            "total_likes": 0,
            "video_count": 7,
            "last_scraped_at": "2026-03-04T05:06:07Z",
            "created_at": ada.created_at.astimezone(UTC).strftime(stamp),
            "updated_at": ada.updated_at.astimezone(UTC).strftime(stamp),
        },
        "error": None,
        "meta": None,
    }


def test_what_is_not_known_is_null_and_never_zero(ask: Any, admin: Any, make_creator: Any) -> None:
    fresh = make_creator(admin.project, "new.one", account_id=None, nickname="", last_scraped_at=None)
    data = ask(f"/creators/{fresh.id}").body["data"]
    names = ("follower_count", "following_count", "total_likes", "video_count", "last_scraped_at")
    assert {name: data[name] for name in (*names, "tiktok_user_id", "avatar_url")} == dict.fromkeys(
        (*names, "tiktok_user_id", "avatar_url")
    )
    assert data["display_name"] == "new.one"


def test_a_list_shows_the_same_object_as_the_detail(ask: Any, ada: Any) -> None:
    answer = ask("/creators").body
    assert answer["data"] == [ask(f"/creators/{ada.id}").body["data"]]
    assert list(answer["meta"]) == ["nextCursor", "syncedUntil"]


def test_creators_are_listed_newest_first_over_all_projects(
    ask: Any, admin: Any, ada: Any, make_creator: Any, in_scope: Scope
) -> None:
    from projects.services import project_create

    with in_scope(admin.org):
        other = project_create(name="Other")
    bob = make_creator(other, "bob")
    assert ids(ask("/creators")) == [str(bob.id), str(ada.id)]
    assert ids(ask(f"/creators?project_id={other.id}")) == [str(bob.id)]
    assert ids(ask(f"/creators?project_id={admin.project.id}")) == [str(ada.id)]


@pytest.mark.parametrize("text", ["lovelace", "LOVE", "@ada", "Ada L.", "ada+l."])
def test_search_finds_handles_and_names_in_any_case(
    ask: Any, admin: Any, ada: Any, make_creator: Any, text: str
) -> None:
    make_creator(admin.project, "bob", nickname="Bob")
    assert ids(ask(f"/creators?search={text}")) == [str(ada.id)]


def test_search_within_a_project_narrows_both_ways(ask: Any, admin: Any, ada: Any) -> None:
    assert ids(ask(f"/creators?search=ada&project_id={admin.project.id}")) == [str(ada.id)]
    assert ids(ask(f"/creators?search=nobody&project_id={admin.project.id}")) == []


def test_an_auto_disabled_creator_says_so(ask: Any, admin: Any, make_creator: Any) -> None:
    gone = make_creator(admin.project, "gone", status="auto_disabled")
    assert ask(f"/creators/{gone.id}").body["data"]["status"] == "auto_disabled"


def test_a_removed_creator_is_absent(ask: Any, admin: Any, ada: Any, in_scope: Scope) -> None:
    with in_scope(admin.org):
        type(ada).objects.filter(id=ada.id).update(removed_at=WHEN)
    assert ask(f"/creators/{ada.id}").status == 404
    assert ids(ask("/creators")) == []
    assert ask(f"/videos?creator_id={ada.id}").status == 404


def test_the_creators_of_a_project_in_deletion_are_absent(ask: Any, admin: Any, ada: Any, in_scope: Scope) -> None:
    with in_scope(admin.org):
        type(admin.project).objects.filter(id=admin.project.id).update(deleted_at=WHEN)
    assert ask(f"/creators/{ada.id}").status == 404
    assert ids(ask("/creators")) == []
    assert ask(f"/creators?project_id={admin.project.id}").status == 404
    assert ask(f"/videos?creator_id={ada.id}").status == 404
