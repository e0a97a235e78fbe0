"""One creator's pages as people work on them: the start is moved, notes are previewed, the log and pictures appear."""

import re
from datetime import date, timedelta

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.browser.entrance import sign_up
from tests.browser.looks import fits
from tests.browser.product import Product
from tests.browser.test_main_job import READ_WITHIN_MS, _add

pytestmark = pytest.mark.browser
OWN_COPY = re.compile(r"^/pictures/[0-9a-f]{64}/\d+\.webp$")


def _own_picture(page: Page, place: str) -> None:
    """Wait until a place shows our own copy of a picture, which takes a beat or two, and see that it is one."""
    picture = page.locator(place).first
    for _ in range(30):
        page.reload()
        if picture.count() and OWN_COPY.match(picture.get_attribute("src") or ""):
            break
        page.wait_for_timeout(3_000)
    expect(picture).to_have_attribute("src", OWN_COPY)
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") > 0


def test_a_start_is_moved_notes_are_previewed_and_pictures_and_the_log_appear(page: Page, product: Product) -> None:
    accounts = httpx.get(f"{product.simulator_url}/_sim/accounts").json()
    handle = next(account["handle"] for account in accounts if account["state"] == "ok")
    sign_up(page, product)
    _add(page, handle)
    row = page.get_by_role("row").filter(has_text=f"@{handle}")
    expect(row.get_by_text("Tracked", exact=True)).to_be_visible(timeout=READ_WITHIN_MS)
    row.get_by_role("link").first.click()
    expect(page.get_by_role("heading", name="No posts yet")).to_be_visible()
    overview = page.url.split("?")[0]

    page.goto(f"{overview}settings")
    page.get_by_label("Notes").fill("Pays **late**")
    page.get_by_role("button", name="Preview").click()
    expect(page.locator("#notes-preview strong")).to_have_text("late")
    page.get_by_label("Take posts in from").fill((date.today() + timedelta(days=9)).isoformat())
    page.get_by_role("button", name="Move the start").click()
    expect(page.get_by_text("is still to come.")).to_be_visible(timeout=READ_WITHIN_MS)
    page.get_by_label("Take posts in from").fill((date.today() - timedelta(days=60)).isoformat())
    page.get_by_role("button", name="Move the start").click()
    expect(page.get_by_text("Older ones come in once TikTok was read")).to_be_visible(timeout=READ_WITHIN_MS)

    page.goto(overview)
    _own_picture(page, ".recent .cover img")
    _own_picture(page, ".title .avatar img")

    page.get_by_role("link", name="Change log").click()
    expect(page.get_by_text("Added to the project")).to_be_visible()
    page.goto(f"{page.url}?event=removed")
    expect(page.get_by_role("heading", name="Nothing like that happened")).to_be_visible()

    page.set_viewport_size({"width": 390, "height": 844})
    for address in (overview, f"{overview}changes", f"{overview}settings", f"{overview}../activity"):
        page.goto(address)
        expect(page.locator("#main")).to_be_visible()
        assert fits(page), address
