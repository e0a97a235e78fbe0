"""What holds for the looks of every page."""

from playwright.sync_api import Page

_NO_SIDEWAYS = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"


def fits(page: Page) -> bool:
    """Whether nothing is wider than the window, once the page has its looks."""
    page.wait_for_load_state()
    return bool(page.evaluate(_NO_SIDEWAYS))
