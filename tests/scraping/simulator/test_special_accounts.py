from datetime import datetime, timedelta
from typing import Any

from scraping.simulator.cast import RENAMED_AT, SPECIAL_HANDLES
from scraping.simulator.process import SimulatorProcess


def test_a_private_account_shows_its_name_and_followers_and_no_posts(simulator: SimulatorProcess, site: Any) -> None:
    scope = site.profile("locked.diary")
    assert scope["statusCode"] == 10222
    assert scope["userInfo"]["user"]["privateAccount"] is True
    assert scope["userInfo"]["statsV2"]["videoCount"] == "0"
    assert int(scope["userInfo"]["statsV2"]["followerCount"]) > 0
    listing = site.listing("locked.diary")
    assert (listing["statusCode"], listing["itemList"], listing["hasMorePrevious"]) == (10222, [], False)
    post = simulator.posts("locked.diary")[0]
    assert site.post(post["id"])["statusCode"] == 10222


def test_a_banned_account_shows_nothing(simulator: SimulatorProcess, site: Any) -> None:
    assert site.profile("gone.viral") == {"needFix": False, "statusCode": 10221, "statusMsg": "user banned"}
    sec_uid = simulator.account("gone.viral")["sec_uid"]
    assert site.listing_of(sec_uid)["statusCode"] == 10221
    assert site.post(simulator.posts("gone.viral")[0]["id"])["statusCode"] == 10204


def test_an_account_may_have_no_posts(site: Any) -> None:
    scope = site.profile("not.yet.posting")
    assert scope["statusCode"] == 0
    assert scope["userInfo"]["stats"]["videoCount"] == 0
    assert site.listing("not.yet.posting")["itemList"] == []


def test_an_account_renames_itself_and_keeps_its_id(simulator: SimulatorProcess, site: Any) -> None:
    renamed_at = datetime.fromtimestamp(RENAMED_AT).astimezone()
    simulator.set_clock(renamed_at - timedelta(seconds=1))
    before = site.profile("oldname.ella")["userInfo"]["user"]
    assert site.profile("ella.brandt")["statusCode"] == 10202
    simulator.set_clock(renamed_at)
    after = site.profile("ella.brandt")["userInfo"]["user"]
    assert site.profile("oldname.ella")["statusCode"] == 10202
    assert (after["id"], after["secUid"]) == (before["id"], before["secUid"])
    assert (before["uniqueIdModifyTime"], after["uniqueIdModifyTime"]) == (0, RENAMED_AT)
    assert site.listing_of(after["secUid"])["itemList"][0]["author"]["uniqueId"] == "ella.brandt"


def test_pins_stand_first_on_page_1_and_nowhere_else(site: Any) -> None:
    first = site.listing("pin.board.pia")
    pinned = [item for item in first["itemList"] if item.get("isPinnedItem")]
    assert first["itemList"][:3] == pinned
    assert len(first["itemList"]) == 15
    assert max(item["createTime"] for item in pinned) < min(item["createTime"] for item in first["itemList"][3:])
    pinned_ids = {item["id"] for item in pinned}
    whole = [item["id"] for item in site.whole_listing("pin.board.pia")]
    assert pinned_ids.isdisjoint(whole[15:])
    assert all("isPinnedItem" not in item for item in first["itemList"][3:])


def test_carousels_have_images_and_no_duration(site: Any) -> None:
    for item in site.listing("swipe.sofia")["itemList"]:
        assert len(item["imagePost"]["images"]) >= 2
        assert item["video"]["duration"] == 0
        page = site.post(item["id"], "swipe.sofia", "photo")
        assert page["itemInfo"]["itemStruct"]["imagePost"] == item["imagePost"]


def test_a_flaky_listing_changes_its_mind_and_is_complete_only_when_merged(
    simulator: SimulatorProcess, site: Any, noon: datetime
) -> None:
    seen, sizes, claims = set(), set(), set()
    for minutes in range(0, 400, 10):
        simulator.set_clock(noon + timedelta(minutes=minutes))
        page = site.listing("flaky.feed")
        assert site.listing("flaky.feed")["itemList"] == page["itemList"]
        seen |= {item["id"] for item in page["itemList"]}
        sizes.add(len(page["itemList"]))
        claims.add(page["hasMorePrevious"])
    assert {0, 15} <= sizes
    assert claims == {True, False}
    assert {post["id"] for post in simulator.posts("flaky.feed", until=noon)[:15]} <= seen


def test_a_giant_passes_a_billion_views_and_its_likes_overflow_32_bits(simulator: SimulatorProcess, site: Any) -> None:
    giant = site.listing("giga.moment")["itemList"][0]
    assert giant["isPinnedItem"] is True
    assert giant["stats"]["playCount"] == 1_100_000_000
    assert simulator.post(giant["id"])["view_count"] == 1_060_000_000
    info = site.profile("giga.moment")["userInfo"]
    likes = int(info["statsV2"]["heartCount"])
    assert likes > 2**31
    assert info["stats"]["heartCount"] == likes - 2**32 < 0


def test_some_posts_are_deleted_ten_days_after_posting(simulator: SimulatorProcess, site: Any, noon: datetime) -> None:
    gone = next(post for post in simulator.posts("vanish.line") if post["status_code"] == 10204)
    deleted_at = datetime.fromisoformat(gone["posted_at"]) + timedelta(days=10)
    simulator.set_clock(deleted_at - timedelta(seconds=1))
    shown, count = site.post(gone["id"]), simulator.account("vanish.line")["video_count"]
    assert gone["id"] in [item["id"] for item in site.whole_listing("vanish.line")]
    simulator.set_clock(deleted_at)
    assert (shown["statusCode"], site.post(gone["id"])["statusCode"]) == (0, 10204)
    assert gone["id"] not in [item["id"] for item in site.whole_listing("vanish.line")]
    assert simulator.account("vanish.line")["video_count"] == count - 1


def test_a_listing_may_hold_other_peoples_posts(site: Any) -> None:
    authors = [item["author"]["uniqueId"] for item in site.listing("repost.rey")["itemList"]]
    assert authors.count("repost.rey") == 15
    assert set(authors) != {"repost.rey"}


def test_everybody_known_by_name_is_listed_for_control(simulator: SimulatorProcess) -> None:
    listed = {entry["handle"]: entry for entry in simulator.accounts()}
    states = {handle: listed[handle]["state"] for handle in SPECIAL_HANDLES if handle != "oldname.ella"}
    assert states == dict.fromkeys(states, "ok") | {"locked.diary": "private", "gone.viral": "banned"}
    assert listed["ella.brandt"]["group"] == "special"
    assert sum(entry["group"] == "demo" for entry in listed.values()) == 24
