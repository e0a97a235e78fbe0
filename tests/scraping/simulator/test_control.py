from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from scraping.simulator.process import SimulatorError, SimulatorProcess


def test_an_account_made_private_is_so_from_then_on_and_not_before(
    simulator: SimulatorProcess, site: Any, noon: datetime
) -> None:
    simulator.change("sim.000101", private=True)
    assert site.profile("sim.000101")["statusCode"] == 10222
    simulator.set_clock(noon - timedelta(seconds=1))
    assert site.profile("sim.000101")["statusCode"] == 0
    simulator.set_clock(noon + timedelta(days=1))
    simulator.change("sim.000101", private=None)
    assert site.profile("sim.000101")["statusCode"] == 0


def test_an_account_can_be_banned_and_a_banned_one_let_back(simulator: SimulatorProcess, site: Any) -> None:
    simulator.change("sim.000102", banned=True)
    assert site.profile("sim.000102")["statusCode"] == 10221
    simulator.change("gone.viral", banned=False)
    assert site.profile("gone.viral")["statusCode"] == 0


def test_a_renamed_account_leaves_its_handle_free_for_another(
    simulator: SimulatorProcess, site: Any, noon: datetime
) -> None:
    first = simulator.account("sim.000103")["account_id"]
    second = simulator.account("sim.000104")["account_id"]
    simulator.change("sim.000103", rename="fresh.start")
    assert site.profile("sim.000103")["statusCode"] == 10202
    renamed = site.profile("fresh.start")["userInfo"]["user"]
    assert (renamed["id"], renamed["uniqueIdModifyTime"]) == (first, int(noon.timestamp()))
    simulator.set_clock(noon + timedelta(hours=1))
    simulator.change("sim.000104", rename="sim.000103")
    assert site.profile("sim.000103")["userInfo"]["user"]["id"] == second
    simulator.set_clock(noon - timedelta(hours=1))
    assert site.profile("sim.000103")["userInfo"]["user"]["id"] == first


def test_a_handle_that_somebody_bears_cannot_be_taken(simulator: SimulatorProcess, site: Any) -> None:
    with pytest.raises(SimulatorError, match=r"@dailydesk is taken"):
        simulator.change("sim.000105", rename="dailydesk", private=True)
    assert site.profile("sim.000105")["statusCode"] == 0


def test_a_truncated_listing_ends_early_and_claims_to_be_whole(simulator: SimulatorProcess, site: Any) -> None:
    simulator.change("holahazel", truncate=4)
    page = site.listing("holahazel")
    assert (len(page["itemList"]), page["hasMorePrevious"]) == (4, False)
    assert (
        site.listing("holahazel", cursor=page["itemList"][1]["createTime"] * 1000)["itemList"] == page["itemList"][2:]
    )
    simulator.change("holahazel", truncate=None)
    assert len(site.listing("holahazel")["itemList"]) == 15


def test_a_listing_may_repeat_its_first_page(simulator: SimulatorProcess, site: Any) -> None:
    simulator.change("oddball.audio", repeat=True)
    first = site.listing("oddball.audio")
    cursor = first["itemList"][-1]["createTime"] * 1000
    assert site.listing("oddball.audio", cursor)["itemList"] == first["itemList"]


def test_pins_can_be_chosen_and_taken_away(simulator: SimulatorProcess, site: Any) -> None:
    chosen = [post["id"] for post in simulator.posts("lina.lifts")[20:22]]
    simulator.change("lina.lifts", pinned=chosen)
    items = site.listing("lina.lifts")["itemList"]
    assert [item["id"] for item in items if item.get("isPinnedItem")] == chosen
    assert [item["id"] for item in items[:2]] == chosen
    simulator.change("lina.lifts", pinned=[])
    assert not any("isPinnedItem" in item for item in site.listing("lina.lifts")["itemList"])


@pytest.mark.parametrize(
    ("state", "code"), [("deleted", 10204), ("private", 10216), ("in_review", 10217), ("region", 10231), ("age", 10213)]
)
def test_a_post_can_be_withdrawn_and_come_back(simulator: SimulatorProcess, site: Any, state: str, code: int) -> None:
    post = simulator.posts("thegoodgrout")[1]["id"]
    url = f"https://www.tiktok.com/@thegoodgrout/video/{post}"
    count = simulator.account("thegoodgrout")["video_count"]
    simulator.change("thegoodgrout", posts={post: state})
    assert site.post(post)["statusCode"] == code
    assert site.post(post)["itemInfo"] == {}
    assert post not in [item["id"] for item in site.listing("thegoodgrout")["itemList"]]
    assert site.get("/oembed", url=url).status_code == 400
    assert simulator.account("thegoodgrout")["video_count"] == count - 1
    simulator.change("thegoodgrout", posts={post: None})
    assert site.post(post)["statusCode"] == 0
    assert site.get("/oembed", url=url).json()["author_unique_id"] == "thegoodgrout"
    assert simulator.account("thegoodgrout")["video_count"] == count


def test_a_post_that_was_taken_down_is_listed_with_zeros(simulator: SimulatorProcess, site: Any) -> None:
    post = simulator.posts("pixelpantry")[2]["id"]
    simulator.change("pixelpantry", posts={post: "taken_down"})
    item = next(item for item in site.listing("pixelpantry")["itemList"] if item["id"] == post)
    assert item["takeDown"] == 1
    assert set(item["stats"].values()) == {0}
    assert simulator.post(post)["view_count"] > 0


def test_exact_numbers_can_be_asked_for_at_any_instant(simulator: SimulatorProcess, noon: datetime) -> None:
    post = simulator.posts("studio.nine")[0]["id"]
    later = noon + timedelta(days=5)
    foretold = simulator.post(post, at=later), simulator.account("studio.nine", at=later)
    simulator.set_clock(later)
    assert (simulator.post(post), simulator.account("studio.nine")) == foretold


def test_posts_can_be_asked_for_by_time(simulator: SimulatorProcess, noon: datetime) -> None:
    week = simulator.posts("dailydesk", after=noon - timedelta(days=14), until=noon - timedelta(days=7))
    assert week
    for post in week:
        assert noon - timedelta(days=14) < datetime.fromisoformat(post["posted_at"]) <= noon - timedelta(days=7)


@pytest.mark.parametrize(
    ("asked", "refusal"),
    [
        (("POST", "/_sim/clock", {"now": "soon"}), (400, "not an ISO instant: soon")),
        (("POST", "/_sim/clock", {"live": False}), (400, 'expected {"now": "…"} or {"live": true}')),
        (("POST", "/_sim/faults", {"fault": "earthquake"}), (400, "'earthquake' is not a valid Fault")),
        (("POST", "/_sim/faults", {"fault": "empty", "on": "moon"}), (400, "'moon' is not a valid Target")),
        (("POST", "/_sim/faults", {"fault": "empty", "times": 0}), (400, "times: expected a number from 1")),
        (("POST", "/_sim/faults", {"fault": "empty", "tmies": 1}), (400, "unknown: tmies")),
        (("POST", "/_sim/faults", {"fault": "slow", "seconds": -1}), (400, "seconds: expected 0 to 600")),
        (("POST", "/_sim/accounts/dailydesk", {}), (400, "nothing to change")),
        (("POST", "/_sim/accounts/dailydesk", {"colour": "red"}), (400, "unknown: colour")),
        (("POST", "/_sim/accounts/dailydesk", {"private": "yes"}), (400, "private: expected true, false or null")),
        (("POST", "/_sim/accounts/dailydesk", {"rename": "not a handle"}), (400, "rename: not a handle")),
        (("POST", "/_sim/accounts/dailydesk", {"truncate": -1}), (400, "truncate: expected a number from 0")),
        (("POST", "/_sim/accounts/dailydesk", {"pinned": ["1", "2", "3", "4"]}), (400, "pinned: expected up to 3 ids")),
        (("POST", "/_sim/accounts/dailydesk", {"pinned": ["1"]}), (400, "1 is not a post of this account")),
        (("POST", "/_sim/accounts/dailydesk", {"posts": {"x": "deleted"}}), (400, "not an id: 'x'")),
        (("POST", "/_sim/accounts/dailydesk", ["private"]), (400, "expected an object")),
        (("POST", "/_sim/accounts/who.is.this", {"private": True}), (404, "no such account in this world")),
        (("GET", "/_sim/accounts/who.is.this", None), (404, "no such account in this world")),
        (("GET", "/_sim/posts/12345", None), (404, "no such post in this world")),
    ],
)
def test_what_makes_no_sense_is_refused_with_a_reason(
    simulator: SimulatorProcess, site: Any, asked: tuple[str, str, Any], refusal: tuple[int, str]
) -> None:
    method, path, body = asked
    before = site.profile("dailydesk"), site.listing("dailydesk")
    response = httpx.request(method, simulator.url + path, json=body)
    assert (response.status_code, response.json()) == (refusal[0], {"error": refusal[1]})
    assert (site.profile("dailydesk"), site.listing("dailydesk")) == before


def test_what_is_not_json_is_refused(simulator: SimulatorProcess) -> None:
    response = httpx.post(simulator.url + "/_sim/faults", content=b"{")
    assert response.status_code == 400
    assert response.json()["error"].startswith("not JSON")
