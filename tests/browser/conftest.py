"""A page of the system's Chromium on a running product.

BROWSER_BASE_URL names the product, such as one that `make up DETACH=1` started; BROWSER_SIMULATOR_URL its simulator.
"""

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

BROWSERS = ("chromium", "chromium-browser", "google-chrome")


@pytest.fixture(scope="session")
def base_url() -> str:
    """The address of the running product."""
    url = os.environ.get("BROWSER_BASE_URL", "")
    if not url:
        pytest.skip("no running product: start one and set BROWSER_BASE_URL")
    return url.rstrip("/")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The system's Chromium, without a window."""
    program = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if program is None:
        pytest.skip("no Chromium found: install the package `chromium` to run the browser tests")
    with sync_playwright() as playwright:
        # Containers run as root, where Chromium's own sandbox cannot start.
        started = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A fresh window; the test fails if a script on a page did."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.set_default_timeout(15_000)
    yield page
    context.close()
    assert not errors, errors
