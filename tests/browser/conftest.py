"""A page of the system's Chromium on a running product."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright

from tests.browser.product import Product, running_product

# Containers run as root, where Chromium's own sandbox cannot start; the rest keeps it from asking the internet.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
NOT_LOADED = "Failed to load resource: the server responded with a status of"
# A whole suite runs beside it: what is expected is waited for as long as Playwright waits for what is clicked.
expect.set_options(timeout=30_000)
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


@pytest.fixture(scope="module", autouse=True)
def today() -> None:
    """The real day, in which the running product lives."""


@pytest.fixture(scope="session")
def chromium() -> str:
    """The system's Chromium."""
    program = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if program is None:
        pytest.skip("no Chromium found: install the package `chromium` to run the browser tests")
    return program


@pytest.fixture(scope="session")
def product(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """A running product, one for all tests of a process: the one that BROWSER_BASE_URL, BROWSER_SIMULATOR_URL and
    BROWSER_MAILS (the folder of its EMAIL_URL=filemail://…) name, else one of our own. Every test signs up anew."""
    given = os.environ.get("BROWSER_BASE_URL")
    if given:
        simulator, mails = os.environ["BROWSER_SIMULATOR_URL"], Path(os.environ["BROWSER_MAILS"])
        yield Product(given.rstrip("/"), simulator.rstrip("/"), mails)
        return
    with running_product(tmp_path_factory.mktemp("product")) as product:
        yield product


@pytest.fixture(scope="session")
def base_url(product: Product) -> str:
    """The address of the running product."""
    return product.base_url


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    """Chromium without a window.

    Closed with the module, because Playwright's event loop keeps Django from its databases in the same thread.
    """
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield started
        started.close()


def is_failure(message: ConsoleMessage) -> bool:
    """Whether a line of the console tells of a failure: leaving a page ends what htmx was asking for, which is none,
    and neither is a form that comes back with what stands in its way (409).
    What the product refuses or fails to answer is logged as htmx:responseError and htmx:sendError too."""
    expected = ("htmx:sendAbort", "htmx:afterRequest", f"{NOT_LOADED} 409")
    return message.type == "error" and not message.text.startswith(expected)


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A fresh window; the test fails if a script on a page did."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: errors.append(message.text) if is_failure(message) else None)
    yield page
    context.close()
    assert not errors, errors
