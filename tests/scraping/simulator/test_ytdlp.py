"""yt-dlp as it is installed, with nothing of it changed, reads the simulator."""

from collections.abc import Iterator
from typing import Any

import pytest
from yt_dlp.networking import Request
from yt_dlp.networking.exceptions import NoSupportingHandlers
from yt_dlp.utils import DownloadError

from scraping.simulator.process import SimulatorProcess
from scraping.simulator.ytdlp import SimulatorYoutubeDL


@pytest.fixture
def ytdlp(simulator: SimulatorProcess) -> Iterator[SimulatorYoutubeDL]:
    with SimulatorYoutubeDL(simulator.url, {"extract_flat": True, "playlistend": 40}) as client:
        yield client


def numbers(found: dict[str, Any]) -> tuple[object, ...]:
    keys = ("id", "description", "timestamp", "view_count", "like_count", "comment_count", "repost_count", "save_count")
    return tuple(found[key] for key in keys)


def expected(item: dict[str, Any]) -> tuple[object, ...]:
    stats = item["stats"]
    counts = (stats[key] for key in ("playCount", "diggCount", "commentCount", "shareCount", "collectCount"))
    return (item["id"], item["desc"], item["createTime"], *counts)


def test_lists_an_account_over_several_pages(ytdlp: SimulatorYoutubeDL, site: Any) -> None:
    found = ytdlp.extract_info("https://www.tiktok.com/@mara.cooks", download=False)
    user = site.profile("mara.cooks")["userInfo"]["user"]
    assert (found["id"], found["title"]) == (user["secUid"], "mara.cooks")
    listed = site.whole_listing("mara.cooks")[:40]
    assert [numbers(entry) for entry in found["entries"]] == [expected(item) for item in listed]
    assert {entry["uploader_id"] for entry in found["entries"]} == {user["id"]}


def test_reads_a_video_with_the_same_numbers(ytdlp: SimulatorYoutubeDL, site: Any) -> None:
    item = next(item for item in site.listing("dogsof.elmstreet")["itemList"] if "imagePost" not in item)
    found = ytdlp.extract_info(f"https://www.tiktok.com/@dogsof.elmstreet/video/{item['id']}", download=False)
    assert numbers(found) == expected(item)
    assert (found["uploader"], found["channel"]) == ("dogsof.elmstreet", "Dogs of Elm Street")
    assert found["duration"] == item["video"]["duration"]


def test_understands_private_accounts_missing_posts_and_challenges(
    ytdlp: SimulatorYoutubeDL, simulator: SimulatorProcess
) -> None:
    with pytest.raises(DownloadError, match="This user's account is private"):
        ytdlp.extract_info("https://www.tiktok.com/@locked.diary", download=False)
    with pytest.raises(DownloadError, match="does not have any videos"):
        ytdlp.extract_info("https://www.tiktok.com/@not.yet.posting", download=False)
    with pytest.raises(DownloadError, match="blocked from accessing this post"):
        ytdlp.extract_info("https://www.tiktok.com/@x/video/7100000000000000001", download=False)
    simulator.fault("challenge", on="video", times=1)
    with pytest.raises(DownloadError, match="Unable to extract challenge data"):
        ytdlp.extract_info("https://www.tiktok.com/@x/video/7100000000000000001", download=False)
    simulator.fault("login_redirect", on="video", times=1)
    with pytest.raises(DownloadError, match="requiring login"):
        ytdlp.extract_info("https://www.tiktok.com/@x/video/7100000000000000001", download=False)


def test_no_other_address_is_contacted(ytdlp: SimulatorYoutubeDL) -> None:
    for url in ("https://example.com/", "https://api16-normal-c-useast1a.tiktokv.com/aweme/v1/", "http://127.0.0.1:9/"):
        with pytest.raises(NoSupportingHandlers, match="not TikTok"):
            ytdlp.urlopen(Request(url))
