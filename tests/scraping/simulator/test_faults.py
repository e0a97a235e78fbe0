import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from scraping.simulator.process import SimulatorProcess


@pytest.fixture
def addresses(simulator: SimulatorProcess) -> dict[str, str]:
    sec_uid = simulator.account("dailydesk")["sec_uid"]
    post = simulator.posts("dailydesk")[0]["id"]
    return {
        "profile": "/@dailydesk",
        "listing": f"/api/creator/item_list/?secUid={sec_uid}&cursor=0",
        "video": f"/@_/video/{post}",
    }


@pytest.fixture(params=["profile", "listing", "video"])
def kind(request: pytest.FixtureRequest) -> str:
    found: str = request.param
    return found


def test_429_names_how_long_to_wait(
    simulator: SimulatorProcess, site: Any, addresses: dict[str, str], kind: str
) -> None:
    simulator.fault("http_429", on=kind, retry_after=17)
    response = site.get(addresses[kind])
    assert (response.status_code, response.headers["retry-after"], response.text) == (429, "17", "")


def test_an_internal_error_is_a_500(
    simulator: SimulatorProcess, site: Any, addresses: dict[str, str], kind: str
) -> None:
    simulator.fault("http_500", on=kind)
    assert site.get(addresses[kind]).status_code == 500


def test_an_empty_200(simulator: SimulatorProcess, site: Any, addresses: dict[str, str], kind: str) -> None:
    simulator.fault("empty", on=kind)
    response = site.get(addresses[kind])
    assert (response.status_code, response.content) == (200, b"")


def test_a_redirect_to_the_login(simulator: SimulatorProcess, site: Any, addresses: dict[str, str], kind: str) -> None:
    simulator.fault("login_redirect", on=kind)
    response = site.get(addresses[kind])
    assert response.status_code == 302
    assert response.headers["location"].startswith("/login?")
    assert "__UNIVERSAL_DATA" not in site.get(response.headers["location"]).text


@pytest.mark.parametrize("kind", ["profile", "video"])
def test_a_challenge_page(simulator: SimulatorProcess, site: Any, addresses: dict[str, str], kind: str) -> None:
    simulator.fault("challenge", on=kind)
    response = site.get(addresses[kind])
    assert response.status_code == 200
    assert "Please wait..." in response.text
    assert "__UNIVERSAL_DATA" not in response.text


def test_a_listing_is_challenged_by_status_code(
    simulator: SimulatorProcess, site: Any, addresses: dict[str, str]
) -> None:
    simulator.fault("challenge", on="listing")
    assert site.get(addresses["listing"]).json() == {"statusCode": 10000, "statusMsg": "captcha"}


def test_a_slow_answer_comes_late_and_whole_and_holds_nobody_else_up(
    simulator: SimulatorProcess, site: Any, addresses: dict[str, str], kind: str
) -> None:
    whole = site.get(addresses[kind]).content
    simulator.fault("slow", on=kind, times=1, seconds=0.4)
    started = time.monotonic()
    with ThreadPoolExecutor(max_workers=1) as pool:
        late = pool.submit(site.get, addresses[kind])
        time.sleep(0.1)
        assert site.get("/@mara.cooks").status_code == 200
        assert not late.done()
        assert late.result().content == whole
    assert time.monotonic() - started >= 0.4


def test_schema_drift_renames_a_key_that_everybody_needs(simulator: SimulatorProcess, site: Any) -> None:
    post = simulator.posts("dailydesk")[0]["id"]
    whole = site.profile("dailydesk"), site.listing("dailydesk"), site.post(post)
    simulator.fault("schema_drift")
    profile, item = site.profile("dailydesk")["userInfo"], site.post(post)["itemInfo"]["itemStruct"]
    listing = site.listing("dailydesk")
    assert profile["statistics"] == whole[0]["userInfo"]["stats"]
    assert item["statistics"] == whole[2]["itemInfo"]["itemStruct"]["stats"]
    assert listing["items"] == whole[1]["itemList"]
    assert {"stats", "statsV2"}.isdisjoint([*profile, *item])
    assert "itemList" not in listing


def test_a_limited_fault_is_used_up(simulator: SimulatorProcess, site: Any) -> None:
    simulator.fault("http_500", on="profile", times=2)
    assert [site.get("/@dailydesk").status_code for _ in range(4)] == [500, 500, 200, 200]


def test_a_fault_strikes_only_its_kind_and_its_handle(
    simulator: SimulatorProcess, site: Any, addresses: dict[str, str], kind: str
) -> None:
    simulator.fault("http_500", on=kind, handle="dailydesk")
    answers = {other: site.get(address).status_code for other, address in addresses.items()}
    assert answers == dict.fromkeys(addresses, 200) | {kind: 500}
    simulator.clear_faults()
    simulator.fault("http_500", handle="DailyDesk")
    assert {site.get(address).status_code for address in addresses.values()} == {500}
    assert site.get("/@mara.cooks").status_code == 200


def test_cleared_faults_strike_no_more(simulator: SimulatorProcess, site: Any) -> None:
    simulator.fault("http_500")
    simulator.fault("empty")
    simulator.clear_faults()
    assert site.get("/@dailydesk").status_code == 200


def test_faults_leave_the_control_api_alone(simulator: SimulatorProcess) -> None:
    simulator.fault("http_500")
    assert simulator.account("dailydesk")["handle"] == "dailydesk"


def test_a_share_of_the_requests_is_struck() -> None:
    from scraping.simulator.faults import Fault, Faults, PlannedFault, Source, Target

    faults = Faults()
    faults.plan(PlannedFault(Fault.HTTP_500, share=0.25))
    faults.plan(PlannedFault(Fault.EMPTY, Target.LISTING, share=0.1))
    struck = [faults.strike(Source.WEB, Target.LISTING, set()) for _ in range(4_000)]
    assert 900 < sum(one is not None and one.fault is Fault.HTTP_500 for one in struck) < 1_100
    assert 240 < sum(one is not None and one.fault is Fault.EMPTY for one in struck) < 360
