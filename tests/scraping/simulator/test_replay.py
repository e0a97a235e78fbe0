import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from scraping.simulator.process import SimulatorProcess

SAMPLES = Path(__file__).resolve().parents[4] / "shared" / "samples"
SCRIPT = '<html><script id="{}" type="application/json">{}</script></html>'

USER = {
    "id": "7100000000000000001",
    "uniqueId": "Recorded.One",
    "nickname": "Recorded </script> One",
    "secUid": "MS4wLjABAAAArecorded-one",
    "signature": "",
    "privateAccount": False,
}
PROFILE = {
    "userInfo": {
        "user": USER,
        "stats": {"followerCount": 38_500, "heartCount": -1_614_092_016, "videoCount": 3},
        "statsV2": {"followerCount": "38490", "heartCount": "2680875280", "videoCount": "3"},
    },
    "statusCode": 0,
    "statusMsg": "",
}


NOTHING_STATED = dict.fromkeys(
    ("followerCount", "followingCount", "heart", "heartCount", "videoCount", "diggCount", "friendCount"), -1
)


def item(number: int, author: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "id": f"71000000000000001{number:02d}",
        "desc": f"post {number}",
        "createTime": 1_700_000_000 + number * 1_000,
        "author": author,
        "stats": {"playCount": 1_400_000 + number, "collectCount": str(number)},
        **more,
    }


def listed_author(name: str) -> dict[str, Any]:
    return {"id": "7100000000000000002", "uniqueId": name, "nickname": name, "secUid": f"MS4wLjABAAAA{name}"}


@pytest.fixture
def replayed(tmp_path: Path, open_site: Any) -> Iterator[Callable[[dict[str, object]], Any]]:
    """Writes files (text, or anything as JSON), starts a simulator on them and gives its site."""
    running: list[SimulatorProcess] = []

    def start(files: dict[str, object]) -> Any:
        for name, content in files.items():
            text = content if isinstance(content, str) else json.dumps(content)
            (tmp_path / name).write_text(text, encoding="utf-8")
        running.append(SimulatorProcess(replay=tmp_path))
        running[0].start()
        return open_site(running[0].url)

    yield start
    for process in running:
        process.stop()


def test_a_recorded_profile_answers_as_recorded_from_a_page_and_from_a_scope(replayed: Any) -> None:
    page = SCRIPT.format(
        "__UNIVERSAL_DATA_FOR_REHYDRATION__",
        json.dumps({"__DEFAULT_SCOPE__": {"webapp.user-detail": PROFILE}}).replace("</", "<\\/"),
    )
    bare = {"userInfo": {"user": {**USER, "uniqueId": "two", "id": "7100000000000000003"}, "stats": {}}}
    site = replayed({"profile_page_1.html": page, "user_detail_1.json": {"webapp.user-detail": bare}})
    assert site.profile("recorded.one") == site.profile("Recorded.One") == PROFILE
    assert site.profile("two") == {**bare, "statusCode": 0, "statusMsg": ""}


def test_a_recorded_list_is_paged_by_cursor_with_pins_first(replayed: Any) -> None:
    author = listed_author("lister")
    items = [item(number, author) for number in range(1, 6)] + [item(0, author, isPinnedItem=True)]
    site = replayed({"item_list_1.json": {"data": {"itemList": items[:3]}}, "item_list_2.json": items[3:]})
    first = site.listing("lister", count=3)
    assert [found["desc"] for found in first["itemList"]] == ["post 0", "post 5", "post 4"]
    assert first["hasMorePrevious"] is True
    second = site.listing("lister", cursor=first["itemList"][-1]["createTime"] * 1000, count=3)
    assert second["itemList"] == [items[2], items[1], items[0]]
    assert second["hasMorePrevious"] is False
    assert site.listing("lister", cursor=1_700_001_000_000)["itemList"] == []


def test_an_author_without_a_recorded_profile_gets_only_the_numbers_that_were_recorded(replayed: Any) -> None:
    stated = {"followerCount": 427_700, "videoCount": 1_605, "friendCount": 0}
    site = replayed(
        {
            "item_list_1.json": [item(1, listed_author("with.stats"), authorStats=stated)],
            "item_list_2.json": [item(2, listed_author("without"))],
        }
    )
    info = site.profile("with.stats")["userInfo"]
    assert info["user"] == listed_author("with.stats")
    assert info["stats"] == {**NOTHING_STATED, "followerCount": 427_700, "videoCount": 1_605}
    assert "statsV2" not in info
    assert site.profile("without")["userInfo"]["stats"] == NOTHING_STATED


def test_a_recorded_profile_is_preferred_to_an_author_object(replayed: Any) -> None:
    site = replayed(
        {
            "item_list_1.json": [item(1, {**USER, "nickname": "older"}, authorStats={"followerCount": 1})],
            "user_detail_1.json": {"__DEFAULT_SCOPE__": {"webapp.user-detail": PROFILE}},
        }
    )
    assert site.profile("recorded.one") == PROFILE
    assert [found["desc"] for found in site.listing("recorded.one")["itemList"]] == ["post 1"]


def test_recorded_posts_answer_as_recorded_by_id(replayed: Any) -> None:
    author = listed_author("poster")
    scope = {"itemInfo": {"itemStruct": item(1, author, createTime="1700001000")}, "statusCode": 0, "extra": "kept"}
    site = replayed(
        {
            "video_detail_1.json": {"__DEFAULT_SCOPE__": {"webapp.video-detail": scope}},
            "item_list_1.json": [item(2, author)],
        }
    )
    assert site.post("7100000000000000101") == scope
    assert site.post("7100000000000000102")["itemInfo"]["itemStruct"] == item(2, author)
    assert [found["desc"] for found in site.listing("poster")["itemList"]] == ["post 2", "post 1"]


def test_a_page_state_of_the_older_kind_gives_a_profile_a_list_and_pages_of_its_kind(replayed: Any) -> None:
    flat = {
        **item(1, {}),
        "author": "oldie",
        "createTime": "1700000000",
        "authorId": "7100000000000000009",
        "authorSecId": "MS4wLjABAAAAoldie",
        "nickname": "Old Timer",
    }
    user = {"id": "7100000000000000009", "uniqueId": "oldie", "secUid": "MS4wLjABAAAAoldie"}
    users = {"users": {"oldie": user}, "stats": {"oldie": {"followerCount": 11_200_000}}}
    site = replayed({"sigi_state_1.json": {"ItemModule": {flat["id"]: flat}, "UserModule": users}})
    info = site.profile("oldie")["userInfo"]
    assert (info["user"], info["stats"]) == (user, {"followerCount": 11_200_000})
    author = {"uniqueId": "oldie", "id": user["id"], "secUid": user["secUid"], "nickname": "Old Timer"}
    assert site.listing("oldie")["itemList"] == [{**flat, "author": author}]
    page = site.page(f"/@oldie/video/{flat['id']}", script="SIGI_STATE")
    assert page == {"ItemModule": {flat["id"]: flat}, "UserModule": users}


def test_unreadable_files_are_skipped_with_a_line_each_and_the_rest_is_served(replayed: Any, capfd: Any) -> None:
    site = replayed(
        {
            "profile_page_1.html": "<html>Please wait...</html>",
            "user_detail_1.json": {"webapp.user-detail": {"statusCode": 10221}},
            "user_detail_2.json": "{",
            "item_list_1.json": {"data": {}},
            "item_list_2.json": [{"author": None}],
            "video_detail_1.json": {"webapp.video-detail": {"itemInfo": {}}},
            "sigi_state_1.json": [],
            "waf_page_1.html": "<html></html>",
            "user_detail_3.json": {"webapp.user-detail": PROFILE},
        }
    )
    assert site.profile("recorded.one") == PROFILE
    skipped = re.findall(r"replay: skipped (\S+):", capfd.readouterr().err)
    assert skipped == [
        "item_list_1.json",
        "item_list_2.json",
        "profile_page_1.html",
        "sigi_state_1.json",
        "user_detail_1.json",
        "user_detail_2.json",
        "video_detail_1.json",
    ]


def test_everybody_else_stays_simulated_and_recorded_accounts_do_not_change(replayed: Any) -> None:
    site = replayed({"user_detail_1.json": {"webapp.user-detail": PROFILE}})
    assert site.profile("mara.cooks")["userInfo"]["user"]["nickname"] == "Mara Lindqvist"
    accounts = site.get("/_sim/accounts").json()
    assert accounts[0] == {
        "handle": "recorded.one",
        "account_id": "7100000000000000001",
        "state": "ok",
        "group": "recorded",
    }
    assert site.get("/_sim/accounts/recorded.one").status_code == 409


@pytest.fixture(scope="module")
def real(open_site: Any) -> Iterator[Any]:
    if not SAMPLES.is_dir():
        pytest.skip("the recorded samples are not beside the repository")
    with SimulatorProcess(replay=SAMPLES) as simulator:
        yield open_site(simulator.url)


def test_profiles_answer_with_the_recorded_numbers(real: Any) -> None:
    for path in sorted(SAMPLES.glob("user_detail_*.json")):
        data = json.loads(path.read_text())
        recorded = data.get("__DEFAULT_SCOPE__", data)["webapp.user-detail"]
        assert real.profile(recorded["userInfo"]["user"]["uniqueId"]) == recorded


def test_lists_are_served_whole_over_their_pages(real: Any) -> None:
    for path in sorted(SAMPLES.glob("item_list_*.json")):
        data = json.loads(path.read_text())
        recorded = data if isinstance(data, list) else data["data"]["itemList"]
        author = recorded[0]["author"]["uniqueId"]
        assert real.profile(author)["userInfo"]["stats"]["followerCount"] > 0
        served = real.whole_listing(author) if len(recorded) > 15 else real.listing(author)["itemList"]
        assert sorted(served, key=lambda found: found["id"]) == sorted(recorded, key=lambda found: found["id"])


def test_posts_answer_with_the_recorded_numbers(real: Any) -> None:
    for path in sorted(SAMPLES.glob("video_detail_*.json")):
        recorded = json.loads(path.read_text())["__DEFAULT_SCOPE__"]["webapp.video-detail"]
        assert real.post(recorded["itemInfo"]["itemStruct"]["id"]) == recorded


def test_pages_of_the_older_kind_are_served_by_id(real: Any) -> None:
    for path in sorted(SAMPLES.glob("sigi_state_*.json")):
        for post_id, recorded in json.loads(path.read_text())["ItemModule"].items():
            page = real.page(f"/@_/video/{post_id}", script="SIGI_STATE")
            assert page["ItemModule"] == {post_id: recorded}
