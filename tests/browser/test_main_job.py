"""The main job, as a brand manager does it: from signing up to numbers, a chart and an API key."""

import re
from uuid import uuid4

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.browser.entrance import sign_up
from tests.browser.looks import fits
from tests.browser.product import Product

pytestmark = pytest.mark.browser

READ_WITHIN_MS = 90_000


@pytest.fixture
def handle(product: Product) -> str:
    """A public account of the simulator that is neither private nor banned."""
    accounts = httpx.get(f"{product.simulator_url}/_sim/accounts").json()
    return next(account["handle"] for account in accounts if account["state"] == "ok")


def _add(page: Page, entries: str) -> None:
    page.get_by_label("Handles or profile links").fill(entries)
    page.get_by_role("button", name="Add creators").click()


def test_from_signing_up_to_numbers_and_an_api_key(page: Page, product: Product, base_url: str, handle: str) -> None:
    sign_up(page, product)
    _add(page, f"https://www.tiktok.com/@{handle}")
    row = page.get_by_role("row").filter(has_text=f"@{handle}")
    expect(row).to_be_visible()
    address = page.url

    # The row turns to "Tracked" by itself: the page is not loaded again, and what was chosen stays.
    row.get_by_role("checkbox").check()
    page.evaluate("window.stayed = true")
    expect(row.get_by_text("Tracked", exact=True)).to_be_visible(timeout=READ_WITHIN_MS)
    expect(row.get_by_role("checkbox")).to_be_checked()
    assert page.evaluate("window.stayed") is True
    assert page.url == address

    row.get_by_role("link").first.click()
    expect(page.get_by_text("updated")).to_be_visible()
    expect(page.locator(".kpi").filter(has_text="Followers").locator(".num")).to_have_text(re.compile(r"\d"))
    expect(page.locator(".chart-canvas canvas")).to_be_visible()
    page.get_by_role("link", name="Views gained").click()
    expect(page.get_by_role("heading", name="Views gained")).to_be_visible()
    assert "show=views" in page.url

    page.get_by_role("link", name="Settings").first.click()
    page.get_by_role("link", name="API keys").click()
    page.get_by_label("Name").fill("Browser test")
    page.get_by_role("button", name="Create key").click()
    secret = page.locator("#secret").inner_text()
    answer = httpx.get(f"{base_url}/api/v1/creators", headers={"Authorization": f"Bearer {secret}"}).json()
    assert [creator["tiktok_handle"] for creator in answer["data"]] == [handle]
    page.reload()
    expect(page.get_by_text(secret)).to_have_count(0)


def test_an_unknown_account_says_so_and_is_corrected_in_its_row(page: Page, product: Product, handle: str) -> None:
    sign_up(page, product)
    _add(page, f"nobody{uuid4().hex[:12]}")
    row = page.locator("tbody tr")
    expect(row.locator(".tag", has_text="Not found on TikTok")).to_be_visible(timeout=READ_WITHIN_MS)

    row.get_by_role("link", name="Correct handle").click()
    page.get_by_label("Correct handle").fill("not a handle!")
    page.get_by_role("button", name="Save handle").click()
    expect(row.get_by_text("A TikTok handle has up to 24 letters")).to_be_visible()
    page.get_by_label("Correct handle").fill(handle)
    page.get_by_role("button", name="Save handle").click()

    expect(row.get_by_text("Tracked", exact=True)).to_be_visible(timeout=READ_WITHIN_MS)


def test_nonsense_is_answered_beside_the_box(page: Page, product: Product) -> None:
    sign_up(page, product)

    _add(page, "https://www.example.com/@somebody")

    expect(page.get_by_text("This is not a link to TikTok.")).to_be_visible()
    expect(page.get_by_label("Handles or profile links")).to_have_value("https://www.example.com/@somebody")


@pytest.mark.parametrize("width", [360, 768, 1440])
def test_no_page_scrolls_sideways(page: Page, product: Product, width: int) -> None:
    sign_up(page, product)
    _add(page, f"nobody{uuid4().hex[:12]}")
    expect(page.locator("tbody tr")).to_have_count(1)
    page.set_viewport_size({"width": width, "height": 800})

    page.reload()

    assert fits(page)
