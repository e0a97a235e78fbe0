"""One simulator per test file, and a reader of its pages that knows nothing of how they are made."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from scraping.simulator.process import SimulatorProcess

NOON = datetime(2026, 10, 1, 12, tzinfo=UTC)
_SCRIPT = r'<script id="{}" type="application/json">(.*?)</script>'


@pytest.fixture(scope="module", autouse=True)
def today() -> None:
    """The real day, in which the simulator lives until it is told another."""


class Site:
    """Asks for pages and lists the way a browser would, without following redirects."""

    def __init__(self, url: str) -> None:
        self._client = httpx.Client(base_url=url, timeout=10)

    def get(self, path: str, **query: str | int) -> httpx.Response:
        return self._client.get(path, params=query or None)

    def page(self, path: str, script: str = "__UNIVERSAL_DATA_FOR_REHYDRATION__") -> dict[str, Any]:
        response = self.get(path)
        assert response.status_code == 200
        found = re.search(_SCRIPT.format(script), response.text, re.DOTALL)
        assert found, response.text[:500]
        data: dict[str, Any] = json.loads(found[1])
        scopes: dict[str, Any] = data.get("__DEFAULT_SCOPE__", data)
        return scopes

    def profile(self, handle: str) -> dict[str, Any]:
        scope: dict[str, Any] = self.page(f"/@{handle}")["webapp.user-detail"]
        return scope

    def post(self, post_id: str, handle: str = "_", kind: str = "video") -> dict[str, Any]:
        scope: dict[str, Any] = self.page(f"/@{handle}/{kind}/{post_id}")["webapp.video-detail"]
        return scope

    def listing(self, handle: str, cursor: int = 0, count: int = 15) -> dict[str, Any]:
        sec_uid = self.profile(handle)["userInfo"]["user"]["secUid"]
        return self.listing_of(sec_uid, cursor, count)

    def listing_of(self, sec_uid: str, cursor: int = 0, count: int = 15) -> dict[str, Any]:
        response = self.get("/api/creator/item_list/", secUid=sec_uid, cursor=cursor, count=count)
        body: dict[str, Any] = response.json()
        return body

    def whole_listing(self, handle: str) -> list[dict[str, Any]]:
        """Every page, each continued from the oldest unpinned item of the one before."""
        items: list[dict[str, Any]] = []
        cursor, more = 0, True
        while more:
            page = self.listing(handle, cursor)
            items += page["itemList"]
            more = page["hasMorePrevious"]
            cursor = min(item["createTime"] for item in page["itemList"] if not item.get("isPinnedItem")) * 1000
        return items


@pytest.fixture(scope="module")
def running() -> Iterator[SimulatorProcess]:
    with SimulatorProcess() as simulator:
        yield simulator


@pytest.fixture
def simulator(running: SimulatorProcess) -> SimulatorProcess:
    """The file's simulator, at noon of 1 October 2026 and without faults. Changes to accounts stay: use your own."""
    running.set_clock(NOON)
    running.clear_faults()
    return running


@pytest.fixture
def site(simulator: SimulatorProcess) -> Site:
    return Site(simulator.url)


@pytest.fixture
def noon() -> datetime:
    return NOON


@pytest.fixture(scope="session")
def open_site() -> type[Site]:
    """Reads another simulator than the file's, by its address."""
    return Site
