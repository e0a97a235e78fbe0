"""Goals in a browser: a goal is set and taken back, and 300 creators stay usable on a laptop and a phone."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.entrance import sign_up
from tests.browser.looks import fits
from tests.browser.product import Product

pytestmark = pytest.mark.browser

SERIOUS = {"serious", "critical"}


def barriers(page: Page) -> list[tuple[str, str]]:
    """What axe finds serious on a page, with where."""
    found = Axe().run(page).response["violations"]
    return [(one["id"], one["nodes"][0]["html"][:200]) for one in found if one["impact"] in SERIOUS]


def test_goals_of_300_creators_are_read_changed_and_taken_back(page: Page, product: Product) -> None:
    if not product.environment:
        pytest.skip("needs a product of its own to put 300 creators into")
    sign_up(page, product)
    org_id, project_id = re.findall(r"[0-9a-f-]{36}", page.url)
    product.run(f"from tests.browser.many_goals import populate; populate({org_id!r}, {project_id!r})")
    goals = page.url.replace("/creators/", "/goals/")

    page.goto(goals)
    rows = page.locator(".matrix tbody tr")
    expect(rows).to_have_count(50)
    expect(page.locator(".standings")).to_contain_text("300 creators with goals")
    expect(rows.first.get_by_text("Non-compliant")).to_be_visible()
    expect(rows.first.locator(".goal")).to_have_count(4)
    assert fits(page)
    assert barriers(page) == []

    page.get_by_role("link", name="Next").click()
    expect(page).to_have_url(re.compile("page=2"))
    page.get_by_role("searchbox", name="Search creators").fill("many.007")
    expect(rows).to_have_count(1)
    rows.first.get_by_role("checkbox").check()
    bar = page.get_by_role("form", name="What is done to the chosen rows")
    expect(bar).to_contain_text("1 chosen")
    bar.get_by_role("button", name="Pause").click()
    expect(page.get_by_role("status").filter(has_text="4 goals are paused.")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("status").filter(has_text="4 goals are resumed.")).to_be_visible()

    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{goals}?compliance=no_data")
    expect(rows).to_have_count(50)
    first = rows.first
    expect(first.get_by_text("50,000 views a week")).to_be_visible()
    expect(first.get_by_text("No data").first).to_be_visible()
    assert fits(page)
    box = first.bounding_box()
    assert box is not None
    assert box["width"] <= 390

    page.goto(f"{goals}new")
    assert barriers(page) == []
    page.get_by_role("searchbox", name="Find creators to choose").fill("many.29")
    page.get_by_role("button", name="All", exact=True).click()
    expect(page.locator("[data-picked]")).to_have_text("· 10 chosen")
    page.get_by_role("radio", name="Followers gained").check()
    page.get_by_role("spinbutton", name="Target").fill("250")
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_role("heading", name="250 new followers a week")).to_be_visible()
    assert fits(page)
    page.get_by_role("button", name="Set 10 goals").click()
    expect(page.get_by_role("status").filter(has_text="The goal is set for 10 creators.")).to_be_visible()
