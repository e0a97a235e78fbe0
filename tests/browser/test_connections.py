"""A creator connects their TikTok account on their phone, in a real browser under the content security policy."""

import re
from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.entrance import sign_up
from tests.browser.product import Product
from tests.browser.test_main_job import READ_WITHIN_MS, _add

pytestmark = pytest.mark.browser


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    """The creator's own."""
    context = browser.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    yield page
    context.close()


def _answer(phone: Page, link: str, handle: str, button: str) -> None:
    phone.goto(link)
    expect(phone.get_by_text("nothing is posted, changed or sent in your name")).to_be_visible()
    phone.get_by_role("button", name="Go on at TikTok").click()
    expect(phone.get_by_role("heading", name="Simulated TikTok")).to_be_visible()
    phone.get_by_label("Signed in as").fill(handle)
    phone.get_by_role("button", name=button).click()


def test_a_creator_connects_their_account_and_a_member_ends_it(page: Page, phone: Page, product: Product) -> None:
    accounts = httpx.get(f"{product.simulator_url}/_sim/accounts").json()
    handle, other = [account["handle"] for account in accounts if account["state"] == "ok"][:2]
    sign_up(page, product)
    _add(page, handle)
    row = page.get_by_role("row").filter(has_text=f"@{handle}")
    expect(row.get_by_text("Tracked", exact=True)).to_be_visible(timeout=READ_WITHIN_MS)
    row.get_by_role("link").first.click()
    expect(page).to_have_url(re.compile(r"/creators/[0-9a-f-]{36}/"))
    overview = page.url.split("?")[0]

    page.goto(f"{overview}settings#connection")
    page.get_by_role("button", name="Connect this creator's TikTok").click()
    link = page.get_by_label(f"Link for @{handle}").input_value()

    _answer(phone, link, handle, "Cancel")
    expect(phone.get_by_text("You did not allow it, so nothing is read.")).to_be_visible()
    phone.get_by_role("link", name="Open the link again").click()
    expect(phone.get_by_role("button", name="Go on at TikTok")).to_be_visible()
    _answer(phone, phone.url, other, "Allow")
    expect(phone.get_by_text(f"TikTok answered for @{other}, but this link is for @{handle}.")).to_be_visible()
    _answer(phone, link, handle, "Allow")
    expect(phone.get_by_role("heading", name=f"@{handle} is connected")).to_be_visible()
    phone.goto(link)
    expect(phone.get_by_text("This link was used already")).to_be_visible()

    page.goto(overview)
    expect(page.get_by_role("heading", name="From TikTok itself")).to_be_visible()
    page.goto(f"{overview}settings#connection")
    page.get_by_role("button", name="Disconnect").click()
    expect(page.get_by_text("is disconnected. The readings made before are kept.")).to_be_visible()
    expect(page.get_by_role("button", name="Connect again")).to_be_visible()
