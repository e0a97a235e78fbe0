"""Videos in a browser: added by link, filtered, switched off and on, and one's own page, at desktop and phone width."""

import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import is_failure
from tests.browser.entrance import sign_up
from tests.browser.looks import fits
from tests.browser.product import Product

pytestmark = pytest.mark.browser

READ_WITHIN_MS = 90_000
SERIOUS = {"serious", "critical"}
Section = tuple[BrowserContext, str, list[dict[str, Any]]]


@pytest.fixture(scope="module")
def section(browser: Browser, product: Product) -> Iterator[Section]:
    """Somebody signed in, the address of their videos, and the posts of a stranger, two of them added by link."""
    handle, posts = _stranger(product)
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    sign_up(page, product)
    address = page.url.replace("/creators/", "/videos/")
    page.goto(f"{address}add")
    code = posts[1]["short_url"].rpartition("/")[2]
    first = f"https://www.tiktok.com/@{handle}/video/{posts[0]['id']}?is_from_webapp=1"
    page.get_by_label("Links to TikTok posts").fill(f"{first}\nhttps://vm.tiktok.com/{code}/")
    page.get_by_role("button", name="Add videos").click()
    expect(page.get_by_text("1 video added; TikTok is asked for the numbers.")).to_be_visible()
    expect(page.locator("tbody tr")).to_have_count(2, timeout=READ_WITHIN_MS)
    for post in posts[:2]:
        row = page.locator("tbody tr", has_text=post["caption"].split()[0] if post["caption"] else "No caption").first
        expect(row).to_be_visible(timeout=READ_WITHIN_MS)
    expect(page.locator("tbody").get_by_text("Queued")).to_have_count(0, timeout=READ_WITHIN_MS)
    yield context, address, posts
    context.close()


def _stranger(product: Product) -> tuple[str, list[dict[str, Any]]]:
    """An account that the product does not know, and its newest posts."""
    for account in httpx.get(f"{product.simulator_url}/_sim/accounts").json():
        posts = httpx.get(f"{product.simulator_url}/_sim/accounts/{account['handle']}/posts").json()
        if account["state"] == "ok" and len(posts) > 1:
            return account["handle"], posts
    raise AssertionError("nobody in this world posts")


@pytest.fixture
def page(section: Section) -> Iterator[Page]:
    """A page of that person; the test fails if a script on it did, or if the policy refused something."""
    page = section[0].new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: errors.append(message.text) if is_failure(message) else None)
    yield page
    page.close()
    assert not errors, errors


def obstacles(page: Page) -> list[str]:
    violations = Axe().run(page).response["violations"]
    return [violation["id"] for violation in violations if violation["impact"] in SERIOUS]


def test_a_line_that_is_there_is_linked_and_a_bad_one_stays_to_be_put_right(page: Page, section: Section) -> None:
    _, address, posts = section
    page.goto(f"{address}add")
    again = f"https://m.tiktok.com/v/{posts[0]['id']}.html"
    page.get_by_label("Links to TikTok posts").fill(f"{again}\nhttps://example.com/video/1")
    page.get_by_role("button", name="Add videos").click()
    expect(page.get_by_text("This is not a link to TikTok.")).to_be_visible()
    expect(page.get_by_label("Links to TikTok posts")).to_have_value("https://example.com/video/1")
    assert obstacles(page) == []
    page.locator(".results a").click()
    expect(page.get_by_role("heading", name="Views since posting")).to_be_visible()


def test_videos_are_chosen_switched_off_and_the_toast_takes_it_back(page: Page, section: Section) -> None:
    page.goto(section[1])
    page.get_by_label("Choose all on this page").check()
    expect(page.get_by_text("2 chosen")).to_be_visible()
    page.get_by_role("button", name="Switch tracking off").click()
    expect(page.get_by_text("Tracking of 2 videos is switched off")).to_be_visible()
    expect(page.locator("tbody").get_by_text("Tracking off")).to_have_count(2)
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("tbody").get_by_text("Direct add")).to_have_count(2)
    page.wait_for_load_state()
    page.get_by_text("Filters").first.click()
    page.get_by_label("Tracking", exact=True).select_option("off")
    expect(page).to_have_url(re.compile("tracking=off"))
    expect(page.get_by_role("heading", name="No video matches these filters")).to_be_visible()
    assert obstacles(page) == []


def test_a_video_is_updated_now_and_noted_on_its_page(page: Page, section: Section) -> None:
    page.goto(section[1])
    page.locator("tbody a.row-link").first.click()
    expect(page.locator("#growth")).to_be_visible()
    page.get_by_role("button", name="Update now").click()
    expect(page.get_by_text("Updated: the numbers are as of")).to_be_visible(timeout=READ_WITHIN_MS)
    page.get_by_role("textbox", name="Notes").fill("Ask for **usage rights**")
    page.get_by_role("button", name="Save notes").click()
    expect(page.locator(".notes strong")).to_have_text("usage rights")
    expect(page.locator(".history").get_by_text("Added by link")).to_be_visible()
    assert obstacles(page) == []


def test_nothing_scrolls_sideways_on_a_phone_and_cards_lead_to_the_video(page: Page, section: Section) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    for place in ("", "?show=cards", "add"):
        page.goto(section[1] + place)
        assert fits(page), place
    page.goto(f"{section[1]}?show=cards")
    words = page.locator(".video-card .video-words")
    assert words.evaluate_all("cards => cards.filter(card => card.scrollWidth > card.clientWidth).length") == 0
    page.locator(".video-card a").first.click()
    expect(page.get_by_role("heading", name="Readings")).to_be_visible()
    page.wait_for_load_state()
    assert fits(page)
