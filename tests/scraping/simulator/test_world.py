from datetime import datetime, timedelta
from typing import Any

import pytest

from scraping.counts import tiktok_round
from scraping.simulator.cast import DEMO_HANDLES
from scraping.simulator.process import SimulatorProcess


def test_two_processes_with_one_seed_answer_the_same_and_another_seed_is_another_world(
    simulator: SimulatorProcess, site: Any, noon: datetime, open_site: Any
) -> None:
    with SimulatorProcess() as same, SimulatorProcess(seed=8) as other:
        for process in (same, other):
            process.set_clock(noon)
        here, there, elsewhere = (process.posts("mara.cooks") for process in (simulator, same, other))
        assert [post | {"short_url": ""} for post in here] == [post | {"short_url": ""} for post in there]
        assert {post["id"] for post in here}.isdisjoint(post["id"] for post in elsewhere)
        page = site.get("/@mara.cooks").text.replace(simulator.url, same.url)
        assert open_site(same.url).get("/@mara.cooks").text == page


def test_the_demo_creators_publish_about_1500_posts_in_any_90_days(simulator: SimulatorProcess, noon: datetime) -> None:
    for days in (0, 37, 180, 400):
        until = noon + timedelta(days=days)
        simulator.set_clock(until)
        published = sum(len(simulator.posts(handle)) for handle in DEMO_HANDLES)
        assert 1_350 <= published <= 1_650


def test_ids_are_19_digits_beginning_with_7_and_a_posts_id_holds_its_second(site: Any) -> None:
    user = site.profile("dailydesk")["userInfo"]["user"]
    items = site.listing("dailydesk")["itemList"]
    assert len(items) == 15
    for found in (user, *items):
        assert len(found["id"]) == 19
        assert found["id"][0] == "7"
        assert int(found["id"]) >> 32 == found["createTime"]


def test_numbered_accounts_exist_up_to_the_last_and_nobody_beyond(open_site: Any) -> None:
    with SimulatorProcess(accounts=1_200) as small:
        site = open_site(small.url)
        assert site.profile("sim.000001")["userInfo"]["user"]["uniqueId"] == "sim.000001"
        assert site.profile("sim.001200")["userInfo"]["user"]["uniqueId"] == "sim.001200"
        for unknown in ("sim.001201", "sim.000000", "sim.1", "sim.0000001", "nobody.at.all", "ella.brandt.two"):
            assert site.profile(unknown) == {
                "needFix": False,
                "statusCode": 10202,
                "statusMsg": "user doesn't exist",
            }


def test_handles_are_found_in_any_case(site: Any) -> None:
    assert site.profile("Mara.Cooks")["userInfo"]["user"]["uniqueId"] == "mara.cooks"


def test_a_listing_without_a_sec_uid_is_bad_and_one_of_nobody_is_unknown(site: Any) -> None:
    known = site.profile("mara.cooks")["userInfo"]["user"]["secUid"]
    assert site.listing_of("")["statusCode"] == 10201
    for unknown in ("nonsense", known[:-1] + "A", "MS4wLjABAAAA" + "A" * 64):
        assert site.listing_of(unknown)["statusCode"] == 10202


def test_a_post_appears_at_its_second_with_nothing_and_grows(
    simulator: SimulatorProcess, site: Any, noon: datetime
) -> None:
    simulator.set_clock(noon + timedelta(days=3))
    newest = simulator.posts("byte.sized.ben")[0]
    posted_at = datetime.fromisoformat(newest["posted_at"])
    simulator.set_clock(posted_at - timedelta(seconds=1))
    assert newest["id"] not in [item["id"] for item in site.listing("byte.sized.ben")["itemList"]]
    assert site.post(newest["id"]) == {"itemInfo": {}, "statusCode": 10204, "statusMsg": "item doesn't exist"}
    before = simulator.account("byte.sized.ben")["video_count"]
    simulator.set_clock(posted_at)
    assert simulator.account("byte.sized.ben")["video_count"] == before + 1
    item = next(item for item in site.listing("byte.sized.ben")["itemList"] if item["id"] == newest["id"])
    assert item["stats"] == dict.fromkeys(("diggCount", "shareCount", "commentCount", "playCount", "collectCount"), 0)
    simulator.set_clock(posted_at + timedelta(hours=6))
    assert site.post(newest["id"])["itemInfo"]["itemStruct"]["stats"]["playCount"] > 0


def test_the_clock_runs_with_real_time_until_it_is_fixed_and_again_when_it_is_let_go(
    simulator: SimulatorProcess,
) -> None:
    simulator.follow_real_time()
    real = datetime.now().astimezone()
    assert abs(simulator.now() - real) < timedelta(seconds=5)
    simulator.set_clock(datetime(2027, 1, 1))
    assert simulator.now().isoformat() == "2027-01-01T00:00:00+00:00"


def test_an_instant_shows_the_same_numbers_however_it_was_reached(
    simulator: SimulatorProcess, site: Any, noon: datetime
) -> None:
    first = site.profile("kiki.thrift"), site.listing("kiki.thrift")
    simulator.set_clock(noon + timedelta(days=30))
    assert site.listing("kiki.thrift") != first[1]
    simulator.set_clock(noon)
    assert (site.profile("kiki.thrift"), site.listing("kiki.thrift")) == first


def test_every_page_of_a_listing_together_holds_every_post_once(simulator: SimulatorProcess, site: Any) -> None:
    items = site.whole_listing("night.sky.nils")
    ids = [item["id"] for item in items]
    assert len(ids) == len(set(ids)) == simulator.account("night.sky.nils")["video_count"]
    unpinned = [item["createTime"] for item in items if not item.get("isPinnedItem")]
    assert unpinned == sorted(unpinned, reverse=True)


def test_a_pages_size_is_15_unless_asked_for_and_35_at_most(site: Any) -> None:
    assert [len(site.listing("dailydesk", count=count)["itemList"]) for count in (4, 15, 100)] == [4, 15, 35]


def test_total_likes_are_the_likes_of_all_posts(simulator: SimulatorProcess, noon: datetime) -> None:
    posts = simulator.posts("wheels.by.wren", after=datetime(2020, 1, 1), until=noon)
    account = simulator.account("wheels.by.wren")
    assert sum(post["like_count"] for post in posts) == account["total_likes"] > 0
    assert len(posts) == account["video_count"]


@pytest.mark.parametrize("handle", ["dogsof.elmstreet", "sofa.to.summit", "giga.moment"])
def test_video_counts_are_rounded_on_pages_and_in_lists(simulator: SimulatorProcess, site: Any, handle: str) -> None:
    for item in site.listing(handle)["itemList"]:
        exact = simulator.post(item["id"])
        shown = {
            "playCount": tiktok_round(exact["view_count"]),
            "diggCount": tiktok_round(exact["like_count"]),
            "commentCount": tiktok_round(exact["comment_count"]),
            "shareCount": tiktok_round(exact["share_count"]),
            "collectCount": tiktok_round(exact["save_count"]),
        }
        assert item["stats"] == shown
        assert item["statsV2"] == {key: str(count) for key, count in shown.items()} | {"repostCount": "0"}
        page = site.post(item["id"], handle, "photo" if "imagePost" in item else "video")["itemInfo"]["itemStruct"]
        assert page["stats"] == shown | {"collectCount": str(shown["collectCount"])}
        assert page["statsV2"] == item["statsV2"]
        assert page["createTime"] == str(item["createTime"])


def test_profile_counts_are_exact_in_stats_v2_and_rounded_in_stats(simulator: SimulatorProcess, site: Any) -> None:
    exact = simulator.account("dogsof.elmstreet")
    info = site.profile("dogsof.elmstreet")["userInfo"]
    assert info["statsV2"] == {
        "followerCount": str(exact["follower_count"]),
        "followingCount": str(exact["following_count"]),
        "heart": str(exact["total_likes"]),
        "heartCount": str(exact["total_likes"]),
        "videoCount": str(exact["video_count"]),
        "diggCount": "0",
        "friendCount": str(exact["following_count"] // 9),
    }
    assert info["stats"]["followerCount"] == tiktok_round(exact["follower_count"]) != exact["follower_count"]
    assert info["stats"]["heart"] == info["stats"]["heartCount"] == tiktok_round(exact["total_likes"])
    assert info["stats"]["videoCount"] == exact["video_count"]


def test_captions_are_varied_and_hold_newlines_right_to_left_text_and_their_hashtags(site: Any) -> None:
    items = [item for handle in DEMO_HANDLES for item in site.listing(handle, count=35)["itemList"]]
    captions = [item["desc"] for item in items]
    assert len(set(captions)) > 0.9 * len(captions)
    assert any("\n" in caption for caption in captions)
    assert any("وصفات" in caption for caption in captions)
    assert max(map(len, captions)) <= 2_200
    for item in items:
        for tag in item["textExtra"]:
            assert item["desc"][tag["start"] : tag["end"]] == f"#{tag['hashtagName']}"
