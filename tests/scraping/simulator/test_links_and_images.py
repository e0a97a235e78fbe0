from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from scraping.simulator.process import SimulatorProcess


@pytest.mark.parametrize("slash", ["", "/"])
def test_short_links_lead_to_the_post_and_to_the_account(simulator: SimulatorProcess, site: Any, slash: str) -> None:
    post, account = simulator.posts("mara.cooks")[0], simulator.account("mara.cooks")
    links = [found["short_url"].removeprefix(simulator.url) + slash for found in (post, account)]
    to_post, to_account = map(site.get, links)
    assert (to_post.status_code, to_account.status_code) == (301, 301)
    assert to_post.headers["location"] == f"{simulator.url}/@mara.cooks/video/{post['id']}?_r=1"
    assert to_account.headers["location"] == f"{simulator.url}/@mara.cooks?_r=1"


def test_a_dead_short_link_leads_to_the_home_page(simulator: SimulatorProcess, site: Any) -> None:
    for code in ("ZMabc", "ZT9999999999", "XX1", "ZM", "ZM-_-"):
        response = site.get(f"/t/{code}")
        assert (response.status_code, response.headers["location"]) == (302, f"{simulator.url}/")
    assert "__UNIVERSAL_DATA" not in site.get("/").text


def test_oembed_names_the_author_and_refuses_what_is_not_shown(simulator: SimulatorProcess, site: Any) -> None:
    post = simulator.posts("mara.cooks")[0]
    answer = site.get("/oembed", url=f"https://www.tiktok.com/@mara.cooks/video/{post['id']}").json()
    assert answer["title"] == post["caption"]
    assert (answer["author_unique_id"], answer["author_name"]) == ("mara.cooks", "Mara Lindqvist")
    assert answer["embed_product_id"] == post["id"]
    profile = site.get("/oembed", url="https://www.tiktok.com/@mara.cooks").json()
    assert (profile["author_unique_id"], profile["embed_type"]) == ("mara.cooks", "user")
    hidden = ("https://www.tiktok.com/@locked.diary", "https://www.tiktok.com/@nobody.here")
    for url in (*hidden, "https://www.tiktok.com/@x/video/7100000000000000001", ""):
        refusal = site.get("/oembed", url=url)
        assert (refusal.status_code, refusal.json()) == (400, {"message": "Something went wrong", "code": 400})


def test_payloads_name_pictures_of_the_simulator_itself_and_each_id_has_its_own(
    simulator: SimulatorProcess, site: Any
) -> None:
    user = site.profile("mara.cooks")["userInfo"]["user"]
    items = site.listing("swipe.sofia")["itemList"][:5]
    urls = [user["avatarLarger"], *(item["video"]["cover"] for item in items)]
    urls += items[0]["imagePost"]["images"][1]["imageURL"]["urlList"]
    assert all(url.startswith(simulator.url + "/img/") for url in urls)
    pictures = [site.get(url.removeprefix(simulator.url)) for url in urls]
    assert {picture.headers["content-type"] for picture in pictures} == {"image/jpeg"}
    assert len({picture.content for picture in pictures}) == len(urls)
    opened = [Image.open(BytesIO(picture.content), formats=["JPEG"]) for picture in pictures]
    assert {picture.size for picture in opened} == {(360, 360), (324, 576)}
    assert site.get(urls[0].removeprefix(simulator.url)).content == pictures[0].content


def test_a_picture_of_an_unknown_id_is_a_picture_too(site: Any) -> None:
    assert site.get("/img/avatar/7.jpeg").status_code == site.get("/img/cover/7.jpeg").status_code == 200
