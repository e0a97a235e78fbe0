"""The section Analytics in a browser: every tab draws, says the same as its table, and can be shared and downloaded."""

import csv
import re
from collections.abc import Iterator
from io import StringIO
from typing import Any
from uuid import uuid4

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import is_failure
from tests.browser.entrance import sign_up
from tests.browser.looks import fits
from tests.browser.product import Product

pytestmark = pytest.mark.browser

TABS = ("", "creators", "campaigns", "explore")
READ_WITHIN_MS = 90_000
SERIOUS = {"serious", "critical"}


@pytest.fixture(scope="module")
def section(browser: Browser, product: Product) -> Iterator[tuple[BrowserContext, str]]:
    """Somebody signed in, whose project has a creator with numbers; and the section's address."""
    accounts = httpx.get(f"{product.simulator_url}/_sim/accounts").json()
    handle = next(account["handle"] for account in accounts if account["state"] == "ok")
    context = browser.new_context(viewport={"width": 1280, "height": 900}, accept_downloads=True)
    page = context.new_page()
    sign_up(page, product)
    page.get_by_label("Handles or profile links").fill(handle)
    page.get_by_role("button", name="Add creators").click()
    row = page.get_by_role("row").filter(has_text=f"@{handle}")
    expect(row.get_by_text("Tracked", exact=True)).to_be_visible(timeout=READ_WITHIN_MS)
    yield context, page.url.replace("/creators/", "/analytics/")
    context.close()


@pytest.fixture
def page(section: tuple[BrowserContext, str]) -> Iterator[Page]:
    """A page of that person; the test fails if a script on it did, or if the policy refused something."""
    page = section[0].new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: errors.append(message.text) if is_failure(message) else None)
    yield page
    page.close()
    assert not errors, errors


@pytest.fixture
def address(section: tuple[BrowserContext, str]) -> str:
    return section[1]


def drawn(page: Page) -> dict[str, Any]:
    """The data of the exploration's chart."""
    data: dict[str, Any] = page.evaluate("JSON.parse(document.getElementById('explore-data').textContent)")
    return data


@pytest.mark.parametrize("tab", TABS)
def test_a_tab_opens_and_has_no_serious_obstacle(page: Page, address: str, tab: str) -> None:
    page.goto(address + tab)
    expect(page.get_by_role("heading", name="Analytics")).to_be_visible()
    found = Axe().run(page).response["violations"]
    assert [violation["id"] for violation in found if violation["impact"] in SERIOUS] == []


@pytest.mark.parametrize("tab", TABS)
def test_a_tab_does_not_scroll_sideways_on_a_phone(page: Page, address: str, tab: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(address + tab)
    assert fits(page)


def test_the_table_says_what_the_chart_draws(page: Page, address: str) -> None:
    page.goto(f"{address}explore?metric=followers&days=7")
    expect(page.locator(".chart-canvas canvas")).to_be_visible()
    page.get_by_text("Show as table").click()
    cells = page.locator(".behind tbody td").all_inner_texts()
    values = [None if "–" in text else int(text.replace(",", "")) for text in cells]
    assert values[::-1] == drawn(page)["main"]["values"]
    assert values[0] is not None


def test_choosing_changes_the_address_and_the_address_brings_it_back(page: Page, address: str) -> None:
    page.goto(f"{address}explore")
    page.evaluate("window.stayed = true")
    page.get_by_label("Metric").select_option("posts")
    expect(page).to_have_url(re.compile("metric=posts"))
    page.get_by_label("Mode").select_option("cumulative")
    expect(page).to_have_url(re.compile("mode=cumulative"))
    page.get_by_role("link", name="90 days").click()
    expect(page).to_have_url(re.compile("days=90"))
    expect(page.get_by_role("heading", name="Posts")).to_be_visible()
    assert page.evaluate("window.stayed") is True
    data, shared = drawn(page), page.url
    page.goto("about:blank")
    page.goto(shared)
    assert drawn(page) == data
    assert (len(data["buckets"]), data["level"]) == (90, True)


def test_what_is_chosen_while_an_answer_is_on_its_way_counts_too(page: Page, address: str) -> None:
    page.goto(f"{address}explore")
    page.get_by_label("Metric").select_option("posts")
    page.get_by_label("Mode").select_option("cumulative")
    expect(page).to_have_url(re.compile("metric=posts.*mode=cumulative"))
    expect(page.get_by_role("heading", name="Posts")).to_be_visible()
    expect(page.get_by_label("Mode")).to_have_value("cumulative")


def test_something_else_is_found_by_its_name_and_laid_over(page: Page, address: str) -> None:
    page.goto(f"{address}explore")
    page.get_by_text("Choose what is shown").click()
    page.locator("#entities-found a", has_text="Add").nth(1).click()
    expect(page.locator(".chip")).to_have_count(2)
    assert [line["role"] for line in drawn(page)["lines"]] == ["main", "overlay"]


def test_a_note_is_written_drawn_and_taken_away(page: Page, address: str) -> None:
    text = f"Launch {uuid4().hex[:6]}"
    page.goto(f"{address}explore?days=7")
    page.get_by_label("What happened").fill(text)
    page.get_by_role("button", name="Add note").click()
    expect(page.locator(".notes").get_by_text(text)).to_be_visible()
    assert text in [flag["text"] for flag in drawn(page)["flags"]]
    page.get_by_role("link", name=f"Edit the note {text}").click()
    page.get_by_role("button", name="Delete note").click()
    expect(page.get_by_role("heading", name="Notes on these days")).to_be_visible()
    expect(page.locator(".notes").get_by_text(text)).to_have_count(0)


def test_the_series_is_downloaded_as_csv(page: Page, address: str) -> None:
    page.goto(f"{address}explore?metric=followers&days=7")
    values = drawn(page)["main"]["values"]
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").click()
    rows = list(csv.DictReader(StringIO(download.value.path().read_text(encoding="utf-8"))))
    assert [row["value"] for row in rows] == ["" if value is None else str(value) for value in values]


def test_the_chart_is_saved_as_a_picture(page: Page, address: str) -> None:
    page.goto(f"{address}explore?metric=followers&days=7")
    with page.expect_download() as download:
        page.get_by_role("button", name="PNG").click()
    assert download.value.path().read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"


def test_a_range_that_is_none_is_answered_in_words(page: Page, address: str) -> None:
    page.goto(f"{address}explore?from=2026-02-01&to=2026-01-01")
    expect(page.get_by_role("alert")).to_contain_text("The range must not begin after it ends.")
    page.goto(f"{address}explore?metric=nonsense")
    expect(page.get_by_role("alert")).to_contain_text("There is no metric 'nonsense'")
