"""The list of creators as people live in it: adding, narrowing, keeping a view, changing many, on a phone too."""

import re
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.browser.entrance import sign_up
from tests.browser.looks import fits
from tests.browser.product import Product
from tests.browser.test_main_job import READ_WITHIN_MS

pytestmark = pytest.mark.browser

PHONE = {"width": 390, "height": 844}


def _accounts(product: Product) -> list[dict[str, Any]]:
    accounts = httpx.get(f"{product.simulator_url}/_sim/accounts").json()
    return [account for account in accounts if account["state"] == "ok"][:4]


def _short_code(product: Product, handle: str) -> str:
    url = httpx.get(f"{product.simulator_url}/_sim/accounts/{handle}").json()["short_url"]
    return str(url).rsplit("/", maxsplit=1)[-1]


def _names(page: Page) -> Any:
    return page.locator("#list tbody tr .who small")


def _narrow_and_keep(page: Page, one: str) -> None:
    page.wait_for_load_state()
    # Whatever stands beside it, a name can be read.
    assert page.locator("#list tbody td.lead").first.evaluate("cell => cell.clientWidth") >= 160
    page.locator(".filters-menu summary").click()
    page.get_by_role("group", name="Followers").get_by_label("At least").fill("999999999")
    expect(page.get_by_text("No creator matches these filters")).to_be_visible()
    page.get_by_role("link", name="Remove the filter Followers at least 999,999,999").click()
    expect(_names(page)).to_have_count(3)
    page.get_by_role("searchbox").fill(one)
    expect(_names(page)).to_have_count(1)
    page.locator(".views-menu summary").click()
    page.get_by_label("Save this view as").fill("Only one")
    page.get_by_role("button", name="Save view").click()
    expect(page.get_by_text("“Only one” is saved.")).to_be_visible()
    expect(page).to_have_url(re.compile(rf"\?q={re.escape(one)}$"))
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV", exact=True).click()
    assert download.value.path().read_text().count("\n") == 2


def _import_on_a_phone(page: Page, known: str, new: str) -> None:
    page.get_by_role("link", name=re.compile("^Creators")).first.click()
    page.set_viewport_size(PHONE)
    page.get_by_role("link", name="Add from a CSV").click()
    text = f"handle,tracking_mode\n{new},selective\n{known},\nwhat is this?,\n"
    file = {"name": "more.csv", "mimeType": "text/csv", "buffer": text.encode()}
    page.get_by_label("CSV file").set_input_files(file)
    page.get_by_role("button", name="Look at it").click()
    expect(page.get_by_text("1 of 3 lines bring a creator.")).to_be_visible()
    assert fits(page)
    page.get_by_role("button", name="Add 1 creator").click()
    expect(page.get_by_text("1 of 3 lines were added.")).to_be_visible()
    page.get_by_role("link", name="Back to the creators").click()


def test_creators_are_added_narrowed_kept_changed_and_removed_together(page: Page, product: Product) -> None:
    one, two, three, four = (account["handle"] for account in _accounts(product))
    sign_up(page, product)
    link = f"https://www.tiktok.com/t/{_short_code(product, three)}/"
    page.get_by_label("Handles or profile links").fill(f"{one}\nhttps://www.tiktok.com/@{two}?utm_source=x\n{link}")
    page.get_by_role("button", name="Add creators").click()
    # The short link leads to the third by itself.
    expect(_names(page)).to_have_count(3, timeout=READ_WITHIN_MS)
    expect(page.get_by_text("Tracked", exact=True)).to_have_count(3, timeout=READ_WITHIN_MS)
    expect(page.locator("tr[data-count='3']")).to_be_visible()

    page.get_by_label("Choose all on this page").check()
    page.locator("#bulk").get_by_text("New posts", exact=True).click()
    page.get_by_label("How new posts are taken in").select_option("selective")
    page.get_by_role("button", name="Change").click()
    expect(page.get_by_text("3 creators are selective now.")).to_be_visible()
    page.wait_for_load_state()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Undone.")).to_be_visible()

    _narrow_and_keep(page, one)
    _import_on_a_phone(page, one, four)

    expect(_names(page)).to_have_count(4)
    assert fits(page)
    page.locator("#list input[name=ids]").nth(0).check()
    page.locator("#list input[name=ids]").nth(2).click(modifiers=["Shift"])
    expect(page.locator("[data-chosen]")).to_have_text("3 chosen")
    page.locator("#bulk").get_by_role("button", name="Remove").click()
    expect(page.get_by_text("3 creators are removed. The history is kept.")).to_be_visible()
    expect(_names(page)).to_have_count(1)
    page.get_by_role("button", name="Undo").click()
    expect(_names(page)).to_have_count(4)
    assert fits(page)
