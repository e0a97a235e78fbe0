"""The list of a project's videos."""

from typing import Any

import pytest

pytestmark = pytest.mark.django_db


def _words(response: Any) -> str:
    return " ".join(response.content.decode().split())


def test_videos_of_all_creators_are_listed_newest_first(
    admin: Any, make_creator: Any, make_video: Any, page: Any
) -> None:
    make_video(make_creator(admin.project, nickname="Mara"), title="older post")
    make_video(make_creator(admin.project, nickname="Leo"), title="newer post")
    make_video(admin.project, title="added by link", author_handle="somebody.else")

    words = _words(admin.client.get(page(admin, "videos")))

    assert words.index("added by link") < words.index("newer post") < words.index("older post")
    assert "Mara" in words
    assert "@somebody.else" in words


def test_excluded_videos_and_those_of_removed_creators_are_absent(
    admin: Any, make_creator: Any, make_video: Any, page: Any
) -> None:
    creator = make_creator(admin.project)
    make_video(creator, title="was excluded", tracking_status="excluded")
    make_video(creator, title="of a removed one")
    admin.client.post(page(admin, "creator_remove", creator_id=creator.id))

    words = _words(admin.client.get(page(admin, "videos")))

    assert "was excluded" not in words
    assert "of a removed one" not in words
    assert "No videos yet" in words


def test_unknown_numbers_come_last_in_either_direction(
    admin: Any, make_creator: Any, make_video: Any, page: Any
) -> None:
    creator = make_creator(admin.project)
    make_video(creator, title="most seen", view_count=900)
    make_video(creator, title="least seen", view_count=3)
    make_video(creator, title="never read", view_count=None)

    down = _words(admin.client.get(page(admin, "videos") + "?sort=-view_count"))
    up = _words(admin.client.get(page(admin, "videos") + "?sort=view_count"))

    assert down.index("most seen") < down.index("least seen") < down.index("never read")
    assert up.index("least seen") < up.index("most seen") < up.index("never read")


def test_captions_and_handles_are_searched(admin: Any, make_creator: Any, make_video: Any, page: Any) -> None:
    creator = make_creator(admin.project, "mara.cooks")
    make_video(creator, title="One pan dinner")
    make_video(make_creator(admin.project, "leo"), title="10k run")

    assert "10k run" not in _words(admin.client.get(page(admin, "videos") + "?q=PAN"))
    assert "One pan dinner" in _words(admin.client.get(page(admin, "videos") + "?q=@mara"))


def test_a_creators_own_tab_holds_only_their_videos(admin: Any, make_creator: Any, make_video: Any, page: Any) -> None:
    creator = make_creator(admin.project)
    make_video(creator, title="theirs")
    make_video(make_creator(admin.project), title="of somebody else")

    words = _words(admin.client.get(page(admin, "creator_videos", creator_id=creator.id)))

    assert "theirs" in words
    assert "of somebody else" not in words
