"""The inbox cleared by keyboard in a browser: how long a person waits for each key, and for all of it.

INBOX_POSTS (default 2,000) posts wait in a running product of the bench's own. Each is decided on by one key, as fast
as the page moves on; while IN_FLIGHT decisions have no answer yet, the next key waits, as no person is that fast.
"""

import re
import shutil
import tempfile
import time
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from playwright.sync_api import Page, expect, sync_playwright

from bench.inbox import VIDEOS, WAITING
from tests.browser.conftest import ARGUMENTS, BROWSERS
from tests.browser.entrance import sign_up
from tests.browser.product import Product, running_product

IN_FLIGHT = 6
ALL_AT_ONCE_MS = 60_000
# Notes of each key how long it takes until it is done and until a frame shows that.
_WATCH = """() => {
    performance.setResourceTimingBufferSize(100000);
    window.keys = { moved: [], drawn: [], loaded: true };
    document.addEventListener("keydown", (event) => {
        const pressed = event.timeStamp;
        requestAnimationFrame(() => setTimeout(() => window.keys.drawn.push(performance.now() - pressed)));
    }, true);
    window.addEventListener("keydown", (event) => window.keys.moved.push(performance.now() - event.timeStamp));
}"""
_STATE = """() => ({
    deciding: document.querySelectorAll("#list .deciding").length,
    left: document.querySelectorAll("#list .post:not(.deciding)").length,
    more: document.querySelector("#cards > .more") !== null,
    focused: document.activeElement?.matches("#list .post:not(.deciding)") ?? false,
})"""
_ANSWERS = """() => performance.getEntriesByType("resource")
    .filter((one) => one.name.includes("/decide")).map((one) => one.duration)"""


def main() -> None:
    """Print milliseconds for one button and its undo, then for each key and answer, and seconds for all."""
    with tempfile.TemporaryDirectory() as home, running_product(Path(home)) as product, sync_playwright() as playwright:
        chromium = next(path for name in BROWSERS if (path := shutil.which(name)))
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.set_default_timeout(30_000)
        _fill(page, product)
        _at_once(page)
        _clear(page)
        browser.close()


def _fill(page: Page, product: Product) -> None:
    """Sign up, and let posts wait in the new project."""
    sign_up(page, product)
    org_id, project_id = re.findall(r"[0-9a-f-]{36}", page.url)
    product.run(f"from bench.inbox import fill; fill({org_id!r}, {project_id!r})")
    page.goto(page.url.replace("/creators/", "/inbox/"))
    expect(page.locator("#inbox-count")).to_have_text(f"{WAITING:,}")


def _clear(page: Page) -> None:
    page.evaluate(_WATCH)
    page.keyboard.press("j")
    started = time.perf_counter()
    pressed = waited = 0
    fewest = WAITING
    while True:
        state: dict[str, Any] = page.evaluate(_STATE)
        if not state["left"] and not state["more"] and not state["deciding"]:
            break
        if state["deciding"] >= IN_FLIGHT or not state["left"]:
            waited += not state["left"] and state["more"]
            page.wait_for_timeout(5)
            continue
        if state["more"]:
            fewest = min(fewest, state["left"])
        assert state["focused"], f"no post is stood on after {pressed} keys"
        page.keyboard.press("ax"[pressed % 2])
        pressed += 1
    seconds = time.perf_counter() - started
    expect(page.get_by_role("heading", name="Nothing waits")).to_be_visible()
    expect(page.locator("#inbox-count")).to_have_text("0")
    assert pressed == WAITING, f"{pressed} keys for {WAITING} posts"
    assert page.evaluate("window.keys?.loaded") is True, "the page was loaded anew"
    moved, drawn, answers = (page.evaluate(code) for code in ("window.keys.moved", "window.keys.drawn", _ANSWERS))
    print(
        f"inbox by keyboard: {pressed:,} of {VIDEOS:,} videos decided one by one in {seconds:.0f} s,"
        f" {seconds / pressed * 1_000:.0f} ms each;\n"
        f"  key until the next post is stood on {_spread(moved)}, until that is drawn {_spread(drawn)};\n"
        f"  until it is answered {_spread(answers)};\n"
        f"  never fewer than {fewest} posts ahead while more were to come; waited for posts {waited} times"
    )


def _spread(milliseconds: list[float]) -> str:
    return f"{median(milliseconds):.0f} ms (p95 {quantiles(milliseconds, n=20)[18]:.0f}, most {max(milliseconds):.0f})"


def _at_once(page: Page) -> None:
    """Everything by one button, and back by one key."""
    started = time.perf_counter()
    page.get_by_role("button", name=f"Approve all {WAITING:,}").click()
    expect(page.get_by_role("heading", name="Nothing waits")).to_be_visible(timeout=ALL_AT_ONCE_MS)
    approved = time.perf_counter()
    page.keyboard.press("u")
    expect(page.locator("#inbox-count")).to_have_text(f"{WAITING:,}", timeout=ALL_AT_ONCE_MS)
    undone = time.perf_counter()
    print(
        f"inbox by one button: {WAITING:,} approved in {(approved - started) * 1_000:.0f} ms"
        f" and undone by one key in {(undone - approved) * 1_000:.0f} ms, as a person sees it"
    )


if __name__ == "__main__":
    main()
