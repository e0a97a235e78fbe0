"""The inbox and the calendar as people live in them: by keyboard, all at once, and on a phone."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.entrance import sign_up
from tests.browser.looks import fits
from tests.browser.product import Product
from tests.browser.test_lists import PHONE
from tests.browser.test_main_job import READ_WITHIN_MS

pytestmark = pytest.mark.browser


def _add_selective(page: Page, product: Product) -> int:
    """Add an account that posts often, from 60 days ago on, in selective mode; returns how many posts it has to show
    since then. Older ones come in page by page."""
    accounts = httpx.get(f"{product.simulator_url}/_sim/accounts").json()
    handle = next(account["handle"] for account in accounts if account["state"] == "ok")
    start = (datetime.now(UTC) - timedelta(days=60)).date()
    posts = httpx.get(f"{product.simulator_url}/_sim/accounts/{handle}/posts").json()
    page.get_by_role("link", name="Add from a CSV").click()
    text = f"handle,tracking_mode,tracking_start_date\n{handle},selective,{start}\n"
    page.get_by_label("CSV file").set_input_files(
        {"name": "creators.csv", "mimeType": "text/csv", "buffer": text.encode()}
    )
    page.get_by_role("button", name="Look at it").click()
    page.get_by_role("button", name="Add 1 creator").click()
    expect(page.get_by_text("Tracked", exact=True)).to_be_visible(timeout=READ_WITHIN_MS)
    return sum(post["posted_at"] >= start.isoformat() and not post["status_code"] for post in posts)


def _number(page: Page) -> int:
    return int(page.locator("#inbox-count").inner_text())


def _wait_for_posts(page: Page, number: int) -> None:
    """Look again and again until so many posts wait in the inbox."""
    expect(page.get_by_role("heading", name="Inbox", exact=True)).to_be_visible()
    for _ in range(READ_WITHIN_MS // 500):
        # With its scripts: a key pressed before they have run is nobody's.
        page.reload()
        if _number(page) >= number:
            return
        page.wait_for_timeout(500)
    raise AssertionError(f"{_number(page)} of {number} posts came in")


def _clear_by_keyboard(page: Page) -> int:
    """Approve and exclude in turn the post that is stood on until nothing waits, without the page being loaded again;
    returns how many keys."""
    page.evaluate("window.stayed = true")
    pressed = 0
    done = page.get_by_role("heading", name="Nothing waits")
    while True:
        expect(page.locator("#list .post:focus:not(.deciding)").or_(done)).to_be_visible()
        if done.is_visible():
            break
        page.keyboard.press("ax"[pressed % 2])
        pressed += 1
    assert page.evaluate("window.stayed") is True
    return pressed


def _one_comes_back_unseen(page: Page) -> None:
    """Have a post wait that the page's list does not hold: decided on when it was loaded, undone elsewhere since."""
    number = _number(page)
    other = page.context.new_page()
    other.goto(page.url)
    other.keyboard.press("j")
    other.keyboard.press("a")
    expect(other.locator("#inbox-count")).to_have_text(str(number - 1))
    page.reload()
    other.keyboard.press("u")
    expect(other.locator("#inbox-count")).to_have_text(str(number))
    other.close()
    page.keyboard.press("j")


def _decide_while_the_server_fails(page: Page) -> None:
    """A card whose decision could not be saved comes back, and why is said; then it can be decided again."""
    other = page.context.new_page()
    other.goto(page.url)
    first = other.locator("#list .post").first.get_attribute("id")
    failures: list[tuple[Callable[[Route], None], str]] = [
        (lambda route: route.fulfill(status=500), "a fault of ours"),
        (lambda route: route.abort(), "cannot be reached"),
    ]
    for answer, words in failures:
        other.route("**/inbox/decide*", answer)
        other.locator(f"#{first}").focus()
        other.keyboard.press("a")
        expect(other.locator("#toasts")).to_contain_text(words)
        expect(other.locator(f"#{first}:focus:not(.deciding)")).to_be_visible()
        other.unroute("**/inbox/decide*")
    other.close()


def test_the_inbox_is_cleared_by_keyboard_and_at_once_and_its_posts_stand_in_the_calendar(
    page: Page, product: Product
) -> None:
    sign_up(page, product)
    shown_by_tiktok = _add_selective(page, product)
    page.get_by_role("link", name="Inbox").first.click()
    _wait_for_posts(page, shown_by_tiktok)
    number = _number(page)
    first, second = (page.locator("#list .post").nth(place).get_attribute("id") for place in (0, 1))

    page.keyboard.press("j")
    expect(page.locator(f"#{first}")).to_be_focused()
    page.keyboard.press("a")
    expect(page.locator(f"#{first}")).to_have_count(0)
    expect(page.locator(f"#{second}")).to_be_focused()
    expect(page.locator("#inbox-count")).to_have_text(str(number - 1))
    page.keyboard.press("u")
    expect(page.locator("#list .post").first).to_have_attribute("id", str(first))
    expect(page.locator(f"#{first}")).to_be_focused()
    page.keyboard.press("Space")
    expect(page.locator("[data-chosen]")).to_have_text("1 chosen")
    page.keyboard.press("Space")

    _decide_while_the_server_fails(page)
    _one_comes_back_unseen(page)
    assert _clear_by_keyboard(page) == number
    page.keyboard.press("u")
    expect(page.locator("#inbox-count")).to_have_text("1")
    page.set_viewport_size(PHONE)
    assert fits(page)
    page.get_by_role("button", name="Approve all 1").click()
    expect(page.get_by_text("Nothing waits").first).to_be_visible()
    page.keyboard.press("u")
    expect(page.locator("#list .post")).to_have_count(1)

    _look_at_the_calendar(page)


def _look_at_the_calendar(page: Page) -> None:
    page.get_by_label("Menu").click()
    page.get_by_role("link", name="Calendar").click()
    expect(page.get_by_role("heading", name="Calendar")).to_be_visible()
    page.wait_for_load_state()
    assert fits(page)
    page.set_viewport_size({"width": 1280, "height": 900})
    month = page.locator(".months h2").inner_text()
    page.keyboard.press("ArrowLeft")
    expect(page.locator(".months h2")).not_to_have_text(month)
    page.locator(".month td:not(.other) a.day:has(.day-posts)").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#day .day-group")).not_to_have_count(0)
    page.keyboard.press("Escape")
    expect(page.locator("#day")).to_have_count(0)
