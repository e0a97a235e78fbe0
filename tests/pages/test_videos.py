"""The list of a project's videos."""

import html
import re
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


def test_filters_narrow_the_list_its_sums_and_its_download(
    admin: Any, make_creator: Any, make_video: Any, page: Any
) -> None:
    mara, leo = make_creator(admin.project, "mara"), make_creator(admin.project, "leo")
    make_video(mara, title="wanted", view_count=900, hashtags=["Glow"], kind="photo", like_count=7)
    make_video(mara, title="=few views", view_count=3, hashtags=["Glow"])
    make_video(leo, title="of leo", view_count=900, hashtags=["Glow"])
    make_video(mara, title="excluded one", view_count=900, hashtags=["Glow"], tracking_status="excluded")
    query = f"?creator={mara.id}&views_min=100&hashtag=%23glow&kind=photo"

    words = _words(admin.client.get(page(admin, "videos") + query))
    sums = _words(admin.client.get(page(admin, "videos") + query + "&part=totals"))
    lines = (
        b"".join(admin.client.get(page(admin, "videos") + "?q=few&part=csv").streaming_content).decode().splitlines()
    )
    excluded = _words(admin.client.get(page(admin, "videos") + "?status=excluded"))

    assert "wanted" in words
    assert not [title for title in ("few views", "of leo", "excluded one") if title in words]
    assert "1 video together" in sums
    assert ">900<" in sums
    assert len(lines) == 2
    assert "'=few views" in lines[1]
    assert "excluded one" in excluded


def test_all_that_match_are_switched_off_and_the_toast_switches_them_on_again(
    admin: Any, make_creator: Any, make_video: Any, page: Any, stored: Any
) -> None:
    creator = make_creator(admin.project)
    matching = [make_video(creator, title="summer", view_count=5) for _ in range(3)]
    other = make_video(creator, title="winter")
    off_before = make_video(creator, title="summer", tracking_disabled=True)

    done = admin.client.post(page(admin, "videos_off") + "?q=summer", {"all_matching": "1"}, follow=True)

    assert done.request["QUERY_STRING"] == "q=summer"
    assert "Tracking of 3 videos is switched off" in _words(done)
    assert [stored(video).tracking_disabled for video in (*matching, other)] == [True, True, True, False]
    at = re.search(r'name="at" value="([^"]+)"', done.content.decode())
    assert at is not None
    admin.client.post(page(admin, "videos_undo_off"), {"at": html.unescape(at[1])})
    assert [stored(video).tracking_disabled for video in (*matching, off_before)] == [False, False, False, True]


def test_chosen_ones_are_excluded_included_and_put_into_a_campaign(
    admin: Any, make_creator: Any, make_video: Any, make_campaign: Any, page: Any, stored: Any
) -> None:
    video, direct = make_video(make_creator(admin.project)), make_video(admin.project)
    campaign = make_campaign(admin.project)
    ids = [str(video.id), str(direct.id)]

    excluded = admin.client.post(page(admin, "videos_decided"), {"ids": ids, "status": "excluded"}, follow=True)
    assert "1 video is excluded now." in _words(excluded)
    assert (stored(video).tracking_status, stored(direct).tracking_status) == ("excluded", "direct_add")
    admin.client.post(page(admin, "videos_decided") + "?status=excluded", {"ids": ids[:1], "status": "included"})
    assert stored(video).tracking_status == "included"
    put = admin.client.post(page(admin, "videos_to_campaign"), {"ids": ids, "campaign": campaign.id}, follow=True)
    assert "2 videos put into Launch." in _words(put)


def test_links_are_added_line_by_line_and_what_is_there_is_linked(
    admin: Any, make_creator: Any, make_video: Any, page: Any
) -> None:
    known = make_video(make_creator(admin.project), post_id=7_452_000_000_000_000_009, title="known one")
    lines = ["https://www.tiktok.com/@a.b/video/7452000000000000001", "nonsense"]
    lines.append("https://www.tiktok.com/@x.y/video/7452000000000000009?utm_source=mail")

    answer = admin.client.post(page(admin, "video_add"), {"entries": "\n".join(lines)})

    words = _words(answer)
    assert "Added:" in words
    assert "This is not a link to TikTok." in words
    assert page(admin, "video", video_id=known.id) in words
    assert answer.context["form"]["entries"].initial == "nonsense"


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
