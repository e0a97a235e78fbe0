"""Pages of lists."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest

Scope = Callable[[Any], AbstractContextManager[None]]


@pytest.fixture
def videos(admin: Any, make_creator: Any, make_video: Any) -> list[Any]:
    """Seven videos, newest id first."""
    creator = make_creator(admin.project)
    return sorted((make_video(creator) for _ in range(7)), key=lambda video: video.id.bytes, reverse=True)


def walk(ask: Any, path: str, limit: int) -> list[list[str]]:
    """The ids of every page from the first to the last."""
    pages, cursor = [], ""
    for _ in range(20):
        answer = ask(f"{path}limit={limit}{cursor}")
        assert answer.status == 200
        pages.append([row["id"] for row in answer.body["data"]])
        if answer.body["meta"]["nextCursor"] is None:
            return pages
        cursor = f"&cursor={answer.body['meta']['nextCursor']}"
    raise AssertionError("the list never ends")


def bad_cursor(answer: Any) -> bool:
    return answer.problem == (400, {"code": "invalid_params", "params": ["cursor"]})


@pytest.mark.parametrize("limit", [1, 2, 3, 6, 7, 8, 100])
def test_pages_hold_every_row_once_and_the_last_one_says_so(ask: Any, videos: list[Any], limit: int) -> None:
    everything = [str(video.id) for video in videos]
    assert walk(ask, "/videos?", limit) == [everything[start : start + limit] for start in range(0, 7, limit)]


def test_an_empty_list_is_one_page(ask: Any) -> None:
    assert ask("/projects?limit=100").body["meta"] == {"nextCursor": None}
    answer = ask("/videos").body
    assert (answer["data"], answer["meta"]["nextCursor"]) == ([], None)


def test_a_page_has_50_rows_unless_told_otherwise(ask: Any, admin: Any, make_video: Any) -> None:
    for _ in range(51):
        make_video(admin.project)
    assert [len(ask(path).body["data"]) for path in ("/videos", "/videos?limit=51")] == [50, 51]


def test_what_arrives_between_two_pages_moves_nothing(ask: Any, videos: list[Any], admin: Any, make_video: Any) -> None:
    first = ask("/videos?limit=3").body
    make_video(admin.project)
    second = ask(f"/videos?limit=100&cursor={first['meta']['nextCursor']}").body
    assert [row["id"] for row in first["data"] + second["data"]] == [str(video.id) for video in videos]


def test_what_leaves_between_two_pages_moves_nothing(ask: Any, videos: list[Any], admin: Any, in_scope: Scope) -> None:
    first = ask("/videos?limit=3").body
    with in_scope(admin.org):
        videos[2].delete()
    second = ask(f"/videos?limit=100&cursor={first['meta']['nextCursor']}").body
    assert [row["id"] for row in second["data"]] == [str(video.id) for video in videos[3:]]


def test_a_cursor_goes_on_with_the_filters_it_was_made_with(ask: Any, videos: list[Any], admin: Any) -> None:
    filters = f"project_id={admin.project.id}&tracking_status=auto_tracked&posted_from=2000-01-01"
    assert sum(walk(ask, f"/videos?{filters}&", 3), []) == [str(video.id) for video in videos]  # noqa: RUF017
    cursor = ask(f"/videos?{filters}&limit=3").body["meta"]["nextCursor"]
    shuffled = "&".join(reversed(filters.split("&")))
    assert ask(f"/videos?cursor={cursor}&{shuffled}&limit=1").status == 200


@pytest.mark.parametrize(
    "other",
    ["tracking_status=auto_tracked", "posted_from=2000-01-01", "posted_to=2000-01-01", "project_id={project}"],
)
def test_a_cursor_of_other_filters_is_a_bad_one(ask: Any, videos: list[Any], admin: Any, other: str) -> None:
    cursor = ask("/videos?limit=3").body["meta"]["nextCursor"]
    assert bad_cursor(ask(f"/videos?cursor={cursor}&{other.format(project=admin.project.id)}"))


def test_a_cursor_of_another_list_is_a_bad_one(ask: Any, videos: list[Any]) -> None:
    cursor = ask("/videos?limit=3").body["meta"]["nextCursor"]
    assert bad_cursor(ask(f"/creators?cursor={cursor}"))
    assert bad_cursor(ask(f"/projects?cursor={cursor}"))


def test_a_cursor_of_another_organization_is_a_bad_one(ask: Any, videos: list[Any], outsider_key: str) -> None:
    cursor = ask("/videos?limit=3").body["meta"]["nextCursor"]
    assert bad_cursor(ask(f"/videos?cursor={cursor}", key=outsider_key))


def test_a_cursor_that_was_touched_anywhere_is_a_bad_one(ask: Any, videos: list[Any]) -> None:
    cursor = ask("/videos?limit=3").body["meta"]["nextCursor"]
    for position in range(0, len(cursor), 12):
        touched = cursor[:position] + ("A" if cursor[position] != "A" else "B") + cursor[position + 1 :]
        assert bad_cursor(ask(f"/videos?cursor={touched}")), position
    assert bad_cursor(ask(f"/videos?cursor={cursor[:-1]}"))
    assert bad_cursor(ask(f"/videos?cursor={cursor}A"))
