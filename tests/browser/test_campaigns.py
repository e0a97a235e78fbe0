"""Campaigns as a brand manager makes them: named, filled from the keyboard alone, nested, and showing numbers."""

import re

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.browser.entrance import sign_up
from tests.browser.product import Product
from tests.browser.test_main_job import READ_WITHIN_MS, _add

pytestmark = pytest.mark.browser


def _make(page: Page, list_url: str, name: str) -> str:
    """Make a campaign; the address of its items."""
    page.goto(f"{list_url}new")
    page.get_by_label("Name").fill(name)
    page.get_by_label("Target views").fill("1000")
    page.get_by_role("button", name="Make campaign").click()
    expect(page.get_by_role("heading", name=name)).to_be_visible()
    return page.url


def _type_and_add(page: Page, text: str) -> None:
    """Find something in the box and add what the keyboard has chosen."""
    box = page.get_by_role("combobox")
    # What is typed before the page listens finds nothing.
    page.wait_for_load_state()
    box.press_sequentially(text, delay=40)
    expect(box).to_have_attribute("aria-expanded", "true")
    expect(page.get_by_role("option", selected=True)).to_contain_text(text)
    box.press("Enter")


def test_a_campaign_is_made_filled_from_the_keyboard_nested_and_shows_numbers(page: Page, product: Product) -> None:
    accounts = httpx.get(f"{product.simulator_url}/_sim/accounts").json()
    handle = next(account["handle"] for account in accounts if account["state"] == "ok")
    sign_up(page, product)
    _add(page, handle)
    row = page.get_by_role("row").filter(has_text=f"@{handle}")
    expect(row.get_by_text("Tracked", exact=True)).to_be_visible(timeout=READ_WITHIN_MS)
    campaigns = page.url.replace("/creators/", "/campaigns/")

    inner = _make(page, campaigns, "Inner push")
    _type_and_add(page, handle)
    expect(page.locator("#items").get_by_role("row").filter(has_text=f"@{handle}")).to_be_visible()
    expect(page.locator("#item-total")).to_have_text("1")
    expect(page.get_by_role("option").filter(has_text=f"@{handle}")).to_contain_text("Added")
    page.get_by_role("combobox").press("Escape")
    expect(page.get_by_role("option")).to_have_count(0)

    _make(page, campaigns, "Outer push")
    _type_and_add(page, "Inner push")
    expect(page.locator("#items").get_by_role("link", name="Inner push")).to_be_visible()

    page.goto(inner)
    expect(page.get_by_role("navigation", name="Breadcrumb")).to_contain_text("Outer push")
    box = page.get_by_role("combobox")
    box.fill("Outer push")
    # What contains the campaign would close a circle: it is not offered.
    expect(page.get_by_text("Nothing in this project matches")).to_be_visible()

    page.goto(campaigns)
    page.get_by_role("link", name="Outer push").click()
    expect(page.locator(".kpi").filter(has_text="Creators").locator(".num")).to_have_text("1")
    expect(page.get_by_role("heading", name="Target", exact=True)).to_be_visible()
    page.get_by_role("link", name="Posts", exact=True).click()
    expect(page).to_have_url(re.compile("show=posts"))
    expect(page.get_by_role("heading", name="Posts")).to_be_visible()


def test_a_removed_item_comes_back_with_undo(page: Page, product: Product) -> None:
    sign_up(page, product)
    campaigns = page.url.replace("/creators/", "/campaigns/")
    _make(page, campaigns, "First")
    _make(page, campaigns, "Second")
    _type_and_add(page, "First")
    item = page.locator("#items").get_by_role("link", name="First")
    expect(item).to_be_visible()
    page.get_by_role("button", name="Remove First").click()
    expect(item).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(item).to_be_visible()
