"""What every provider promises, asked of each of them over real HTTP: the website's client against hand-written pages,
the simulator's client against the same pages and against the simulator itself."""

import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any, Protocol

import pytest

from scraping.outcomes import Outcome, ScrapeFailure
from scraping.providers.gate import OpenGate
from scraping.providers.http.wires import HttpxWire
from scraping.providers.interface import AccountRef, PostData, PostKind, Provider
from scraping.providers.simulator import SimulatorProvider
from scraping.providers.web import WebProvider
from scraping.simulator.process import SimulatorProcess

NOON = datetime(2026, 10, 1, 12, tzinfo=UTC)
RETRY_AFTER = 30


class Pace(OpenGate):
    """A gate that remembers."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.reports: list[Outcome] = []

    def enter(self, provider: str, exits: Sequence[str]) -> str:
        self.calls.append(provider)
        return exits[0]

    def report(self, provider: str, exit: str, failure: ScrapeFailure | None) -> None:
        self.reports.append(Outcome.OK if failure is None else failure.outcome)


class Harness(Protocol):
    """A provider and a world in which the contract can be tried."""

    provider: Provider
    pace: Pace
    account: AccountRef
    photo_id: int
    missing_post_id: int
    missing_handle: str
    private_handle: str
    account_link: str
    post_link: str
    linked_post_id: int
    dead_link: str

    def fault(self, fault: str, on: str) -> None:
        """Let one request of this kind fail."""


class HandWritten:
    """Twenty posts, one of them pinned, in hand-written pages on the loopback server."""

    missing_post_id = 7100000000000009999
    missing_handle = "nobody.here"
    private_handle = "locked.demo"
    account_link = "https://www.tiktok.com/t/ZTaccount/"
    post_link = "https://www.tiktok.com/t/ZTpost/"
    dead_link = "https://www.tiktok.com/t/ZTdead/"

    def __init__(self, server: Any, shapes: Any) -> None:
        self.pace = Pace()
        self.account = AccountRef(shapes.handle, shapes.account_id, shapes.sec_uid)
        self._server = server
        self._shapes = shapes
        self._faults: dict[str, str] = {}
        self._items = [self._item(number) for number in range(20)]
        self.photo_id = self.linked_post_id = int(self._items[4]["id"])
        self._serve()

    def fault(self, fault: str, on: str) -> None:
        self._faults[on] = fault

    def _item(self, number: int) -> dict[str, Any]:
        created = 1_780_000_000 - 40_000 * number
        changes: dict[str, Any] = {"id": str(((created - 5) << 32) + number), "createTime": created}
        if number == 4:
            changes["imagePost"] = {"images": [{}]}
        if number == 19:
            changes["isPinnedItem"] = True
        return self._shapes.item(desc=f"Post {number}", **changes)

    def _serve(self) -> None:
        shapes, server = self._shapes, self._server
        private = shapes.user(uniqueId=self.private_handle, privateAccount=True)
        unknown = shapes.scope("webapp.user-detail", {"statusCode": 10221})
        missing = shapes.scope("webapp.video-detail", {"statusCode": 10204, "itemInfo": {}})
        self._at(f"/@{shapes.handle}", "profile", lambda drift: shapes.profile_page(**drift))
        self._at(f"/@{self.missing_handle}", "profile", lambda _: unknown)
        self._at(f"/@{self.private_handle}", "profile", lambda _: shapes.profile_page(user=private))
        for item in self._items:
            self._at(f"/@_/video/{item['id']}", "video", lambda drift, item=item: self._page(item, drift))
        self._at(f"/@_/video/{self.missing_post_id}", "video", lambda _: missing)
        server.replies["/api/creator/item_list/"] = self._listing
        server.redirect("/t/ZTaccount/", f"/@{shapes.handle}?_t=1")
        server.redirect("/t/ZTpost/", f"https://www.tiktok.com/@{shapes.handle}/photo/{self.photo_id}?_r=1")
        server.redirect("/t/ZTdead/", "https://www.tiktok.com/?_r=1")

    def _at(self, path: str, kind: str, body: Any) -> None:
        def reply(seen: Any) -> Any:
            fault = self._faults.pop(kind, None)
            drift = {"stats": None, "statsV2": None} if fault == "schema_drift" else {}
            return self._refusal(fault) or self._reply(body(drift))

        self._server.replies[path] = reply

    def _page(self, item: dict[str, Any], drift: dict[str, Any]) -> bytes:
        shown = {key: value for key, value in item.items() if key not in drift}
        detail = {"statusCode": 0, "itemInfo": {"itemStruct": shown}}
        return self._shapes.scope("webapp.video-detail", detail)

    def _listing(self, seen: Any) -> Any:
        fault = self._faults.pop("listing", None)
        before = int(seen.query["cursor"])
        older = [item for item in self._items[:19] if item["createTime"] * 1000 < before]
        first = [self._items[19]] if len(older) == 19 else []
        page = (first + older)[: int(seen.query["count"])]
        drift = {"itemList": None, "items": page} if fault == "schema_drift" else {}
        return self._refusal(fault) or self._reply(self._shapes.listing(*page, **drift))

    def _refusal(self, fault: str | None) -> Any:
        match fault:
            case "http_429":
                return self._reply(b"", 429, {"Retry-After": str(RETRY_AFTER)})
            case "http_500":
                return self._reply(b"Internal Server Error", 500)
            case "login_redirect":
                return self._reply(b"", 302, {"Location": "/login?redirect_url=%2F"})
            case "challenge":
                return self._reply(self._shapes.challenge)
            case "empty":
                return self._reply(b"")
            case "slow":
                time.sleep(1)
        return None

    def _reply(self, body: bytes, status: int = 200, headers: dict[str, str] | None = None) -> Any:
        return self._server.reply_of(body, status, headers or {})


class Simulated:
    """The simulator's own world."""

    missing_post_id = 7100000000000009999
    missing_handle = "nobody.here"
    private_handle = "locked.diary"
    dead_link = "https://www.tiktok.com/t/ZTdead/"

    def __init__(self, simulator: SimulatorProcess) -> None:
        simulator.set_clock(NOON)
        simulator.clear_faults()
        self._simulator = simulator
        self.pace = Pace()
        handle = "swipe.sofia"
        account = simulator.account(handle)
        posts = simulator.posts(handle)
        self.account = AccountRef(handle, int(account["account_id"]), account["sec_uid"])
        self.photo_id = next(int(post["id"]) for post in posts if post["kind"] == "photo")
        self.account_link = self._public(account["short_url"])
        self.linked_post_id = int(posts[0]["id"])
        self.post_link = self._public(simulator.post(self.linked_post_id)["short_url"])
        wire = HttpxWire.over(timeout=0.5)
        self.provider = SimulatorProvider(simulator.url, wire=wire, gate=self.pace, clock=NOON.timestamp)

    def fault(self, fault: str, on: str) -> None:
        seconds = {"seconds": 1.0} if fault == "slow" else {}
        self._simulator.fault(fault, on=on, times=1, retry_after=RETRY_AFTER, **seconds)

    def _public(self, url: str) -> str:
        return url.replace(self._simulator.url, "https://www.tiktok.com")


@pytest.fixture(scope="module")
def running() -> Iterator[SimulatorProcess]:
    with SimulatorProcess() as simulator:
        yield simulator


@pytest.fixture(params=["web", "simulator, hand-written", "simulator"])
def harness(request: pytest.FixtureRequest, shapes: Any) -> Iterator[Harness]:
    if request.param == "simulator":
        made: Any = Simulated(request.getfixturevalue("running"))
    else:
        server = request.getfixturevalue("server")
        made = HandWritten(server, shapes)
        if request.param == "web":
            made.provider = WebProvider(wire=request.getfixturevalue("rerouted"), gate=made.pace)
        else:
            made.provider = SimulatorProvider(server.base_url, wire=HttpxWire.over(timeout=0.5), gate=made.pace)
    yield made
    made.provider.close()


def _failure(ask: Any) -> ScrapeFailure:
    with pytest.raises(ScrapeFailure) as caught:
        ask()
    return caught.value


def _ask(harness: Harness, kind: str) -> Any:
    """One request of a kind, a single post's failure raised like the others'."""
    if kind == "profile":
        return harness.provider.fetch_profile(AccountRef(harness.account.handle))
    if kind == "listing":
        return harness.provider.list_posts(harness.account)
    result = harness.provider.fetch_posts([harness.photo_id])[harness.photo_id]
    if isinstance(result, ScrapeFailure):
        raise result
    return result


def _walk(harness: Harness, pages: int) -> list[PostData]:
    found: dict[int, PostData] = {}
    cursor: str | None = None
    for _ in range(pages):
        page = harness.provider.list_posts(harness.account, cursor)
        found.update((post.post_id, post) for post in page.posts)
        assert cursor is None or page.next_cursor is None or int(page.next_cursor) < int(cursor)
        cursor = page.next_cursor
        if cursor is None:
            break
    return list(found.values())


def test_a_profile_is_the_account_that_was_asked_for(harness: Harness) -> None:
    account = harness.provider.fetch_profile(AccountRef(harness.account.handle))
    identity = (account.account_id, account.handle, account.sec_uid)
    assert identity == (harness.account.account_id, harness.account.handle, harness.account.sec_uid)
    assert account.follower_count is not None
    assert account.video_count is not None
    assert not account.private


def test_an_unknown_handle_is_not_found(harness: Harness) -> None:
    failure = _failure(lambda: harness.provider.fetch_profile(AccountRef(harness.missing_handle)))
    assert failure.outcome is Outcome.NOT_FOUND


def test_a_private_account_comes_without_numbers(harness: Harness) -> None:
    account = harness.provider.fetch_profile(AccountRef(harness.private_handle))
    assert (account.private, account.follower_count, account.video_count) == (True, None, None)


def test_a_listing_walks_back_in_time_through_the_accounts_own_posts(harness: Harness) -> None:
    posts = _walk(harness, pages=3)
    unpinned = [post.posted_at for post in posts if not post.pinned]
    assert len(posts) >= 16
    assert all(earlier <= later for later, earlier in pairwise(unpinned))
    assert {post.account_id for post in posts} == {harness.account.account_id}


def test_times_are_whole_seconds_of_utc(harness: Harness) -> None:
    times = [post.posted_at for post in harness.provider.list_posts(harness.account).posts]
    assert times
    assert all(time.tzinfo is UTC and time.microsecond == 0 for time in times)


def test_a_listing_needs_the_accounts_internal_id(harness: Harness) -> None:
    with pytest.raises(ValueError, match="secUid"):
        harness.provider.list_posts(AccountRef(harness.account.handle))


def test_a_post_is_the_same_in_the_listing_and_on_its_own_page(harness: Harness) -> None:
    listed = {post.post_id: post for post in _walk(harness, pages=3)}
    read = harness.provider.fetch_posts(list(listed)[:4])
    assert len(read) == 4
    for post_id, post in read.items():
        assert isinstance(post, PostData)
        same = listed[post_id]
        for name in ("account_id", "author_handle", "posted_at", "caption", "kind", "hashtags", "view_count"):
            assert getattr(post, name) == getattr(same, name)


def test_a_carousel_is_a_photo_post(harness: Harness) -> None:
    post = harness.provider.fetch_posts([harness.photo_id])[harness.photo_id]
    assert isinstance(post, PostData)
    assert (post.kind, post.duration_seconds) == (PostKind.PHOTO, None)


def test_each_post_gets_its_data_or_its_own_failure(harness: Harness) -> None:
    read = harness.provider.fetch_posts([harness.missing_post_id, harness.photo_id])
    assert list(read) == [harness.missing_post_id, harness.photo_id]
    missing, post = read.values()
    assert isinstance(missing, ScrapeFailure)
    assert missing.outcome is Outcome.POST_UNAVAILABLE
    assert isinstance(post, PostData)
    assert harness.provider.fetch_posts([]) == {}


@pytest.mark.parametrize("kind", ["profile", "listing", "video"])
@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        ("http_429", Outcome.RATE_LIMITED),
        ("http_500", Outcome.PROVIDER_DOWN),
        ("slow", Outcome.PROVIDER_DOWN),
        ("empty", Outcome.BLOCKED),
        ("challenge", Outcome.BLOCKED),
        ("login_redirect", Outcome.BLOCKED),
        ("schema_drift", Outcome.SCHEMA_CHANGED),
    ],
)
def test_every_refusal_is_named_and_the_next_request_works(
    harness: Harness, fault: str, outcome: Outcome, kind: str
) -> None:
    harness.fault(fault, on=kind)
    failure = _failure(lambda: _ask(harness, kind))
    assert failure.outcome is outcome
    assert failure.retry_after == (RETRY_AFTER if fault == "http_429" else None)
    assert bool(failure.path) is (fault == "schema_drift")
    assert _ask(harness, kind)


def test_once_refused_the_remaining_posts_are_not_asked_for(harness: Harness) -> None:
    harness.fault("http_429", on="video")
    read = harness.provider.fetch_posts([harness.photo_id, harness.missing_post_id])
    failures = list(read.values())
    assert [isinstance(failure, ScrapeFailure) and failure.outcome for failure in failures] == [
        Outcome.RATE_LIMITED,
        Outcome.RATE_LIMITED,
    ]
    assert harness.pace.calls == [harness.provider.name]


def test_the_pacer_is_asked_by_name_before_every_request(harness: Harness) -> None:
    harness.provider.fetch_profile(AccountRef(harness.account.handle))
    harness.provider.list_posts(harness.account)
    harness.provider.fetch_posts([harness.photo_id, harness.missing_post_id])
    assert harness.pace.calls == [harness.provider.name] * 4


def test_short_links_lead_to_canonical_ones(harness: Harness) -> None:
    handle = harness.account.handle
    assert harness.provider.resolve_url(harness.account_link) == f"https://www.tiktok.com/@{handle}"
    resolved = harness.provider.resolve_url(harness.post_link)
    assert resolved.startswith(f"https://www.tiktok.com/@{handle}/")
    assert resolved.endswith(f"/{harness.linked_post_id}")


def test_a_dead_short_link_asks_for_the_full_one(harness: Harness) -> None:
    failure = _failure(lambda: harness.provider.resolve_url(harness.dead_link))
    assert failure.outcome is Outcome.NOT_FOUND
    assert "full link" in failure.detail


def test_a_full_link_is_answered_without_a_request(harness: Harness) -> None:
    url = f"https://m.tiktok.com/v/{harness.photo_id}.html?lang=en"
    assert harness.provider.resolve_url(url) == f"https://www.tiktok.com/@_/video/{harness.photo_id}"
    assert harness.pace.calls == []


def test_a_foreign_link_is_never_asked_for(harness: Harness) -> None:
    for url in ("https://tiktok.com.evil.example/t/ZTpost/", "http://127.0.0.1/t/ZTpost/"):
        assert _failure(lambda url=url: harness.provider.resolve_url(url)).outcome is Outcome.NOT_FOUND
    assert harness.pace.calls == []
