"""Every provider in a world in which its contract can be tried: hand-written pages, or the simulator on loopback."""

import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from scraping.outcomes import Outcome, ScrapeFailure
from scraping.providers import CAPABILITIES, OF_ONE_ACCOUNT, Options, build_consent
from scraping.providers.gate import OpenGate
from scraping.providers.http.site import LoopbackSite
from scraping.providers.http.wires import CurlWire, HttpxWire
from scraping.providers.interface import AccountRef, Capability, Provider
from scraping.providers.oembed import OembedProvider
from scraping.providers.official import OfficialProvider
from scraping.providers.official.client import HOST
from scraping.providers.simulator import SimulatorProvider
from scraping.providers.vendor import VendorProvider
from scraping.providers.vendor.scrapecreators import ScrapeCreators
from scraping.providers.web import WebProvider
from scraping.providers.ytdlp import YtdlpProvider
from scraping.providers.ytdlp.pool import Pool
from scraping.simulator.process import SimulatorProcess

NOON = datetime(2026, 10, 1, 12, tzinfo=UTC)
RETRY_AFTER = 30
PATIENCE = 0.6

DECLARED = CAPABILITIES | OF_ONE_ACCOUNT
BACK = "http://127.0.0.1:8000/connect/back"
# Each way of running the contract, and the provider it is about.
SIMULATED = {"web": "web", "web over curl": "web", "ytdlp": "ytdlp", "vendor": "vendor", "oembed": "oembed"} | {
    "simulator": "simulator",
    "official": "official",
}
HAND_WRITTEN = {"web, hand-written": "web", "simulator, hand-written": "simulator"}
# What a request for a capability is called where faults are planned.
TARGETS = {
    Capability.PROFILE: "profile",
    Capability.LISTING: "listing",
    Capability.POSTS: "video",
    Capability.COMMENTS: "comments",
    Capability.EXISTS: "oembed",
}


def able(capability: Capability, *, simulated: bool = False, of_anybody: bool = False) -> list[str]:
    """The harnesses whose provider can be asked for this; `of_anybody`: of accounts that have given it no token."""
    harnesses = SIMULATED if simulated else SIMULATED | HAND_WRITTEN
    declared = CAPABILITIES if of_anybody else DECLARED
    return [name for name, provider in harnesses.items() if capability in declared.get(provider, ())]


class Watch(OpenGate):
    """A gate that remembers."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.reports: list[Outcome] = []
        self.spent = 0

    def enter(self, provider: str, exits: Sequence[str]) -> str:
        self.calls.append(provider)
        return exits[0]

    def report(self, provider: str, exit: str, failure: ScrapeFailure | None) -> None:
        self.reports.append(Outcome.OK if failure is None else failure.outcome)

    def spend(self, provider: str, credits: int) -> None:
        self.spent += credits


class SharedPool(Pool):
    """Processes that outlive one provider, as starting them takes longest."""

    def close(self) -> None:
        """They serve the next test."""

    def end(self) -> None:
        super().close()


class Harness:
    """A provider and the world it reads. Ids and handles name what each test needs."""

    provider: Provider
    watch: Watch
    account: AccountRef
    photo_id: int
    linked_post_id: int
    missing_post_id = 7100000000000009999
    missing_handle = "nobody.here"
    private_handle: str
    account_link: str
    post_link: str
    dead_link = "https://www.tiktok.com/t/ZTdead/"

    def provider_of(self, handle: str) -> Provider:
        """What reads this account."""
        return self.provider

    def fault(self, fault: str, on: str) -> None:
        """Let one request of this kind fail."""
        raise NotImplementedError

    def ask(self, capability: Capability) -> Any:
        """One request for a capability, a single post's failure raised like the others'."""
        provider = self.provider
        if capability is Capability.PROFILE:
            return provider.fetch_profile(AccountRef(self.account.handle))
        if capability is Capability.LISTING:
            return provider.list_posts(self.account)
        if capability is Capability.COMMENTS:
            return provider.fetch_comments(self.photo_id)
        if capability is Capability.EXISTS:
            return provider.exists(f"https://www.tiktok.com/@_/video/{self.photo_id}")
        result = provider.fetch_posts([self.photo_id])[self.photo_id]
        if isinstance(result, ScrapeFailure):
            raise result
        return result


class Simulated(Harness):
    """The simulator's own world."""

    private_handle = "locked.diary"

    def __init__(self, name: str, simulator: SimulatorProcess, pool: Pool) -> None:
        simulator.set_clock(NOON)
        simulator.clear_faults()
        self.name = name
        self.simulator = simulator
        self.watch = Watch()
        self.account = self.reference("swipe.sofia")
        posts = simulator.posts("swipe.sofia")
        self.photo_id = next(int(post["id"]) for post in posts if post["kind"] == "photo")
        self.account_link = self._public(simulator.account("swipe.sofia")["short_url"])
        self.linked_post_id = int(posts[0]["id"])
        self.post_link = self._public(simulator.post(self.linked_post_id)["short_url"])
        self._source = name if name in ("vendor", "official") else "web"
        self.provider = self.provider_of("swipe.sofia") if name == "official" else self._provider(name, pool)

    def reference(self, handle: str) -> AccountRef:
        """An account as it is known once its profile was read."""
        known = self.simulator.account(handle)
        return AccountRef(handle, int(known["account_id"]), known["sec_uid"])

    def provider_of(self, handle: str) -> Provider:
        """What reads this account: with a token that its owner gave, where one is needed."""
        if self.name != "official":
            return self.provider
        options = Options(simulator_url=self.simulator.url, simulated=True)
        consent = build_consent(options, client_key="tests", client_secret="secret")
        page = consent.page(redirect_uri=BACK, state="state")
        code = dict(parse_qsl(urlsplit(self.simulator.answer_consent(page, handle)).query))["code"]
        token = consent.exchange(code, redirect_uri=BACK).access_token
        folders = {HOST: "/official"}
        api = LoopbackSite(self.simulator.url, is_host=folders.__contains__, folders=folders)
        wire = HttpxWire.over(timeout=PATIENCE)
        return OfficialProvider(
            token, self.reference(handle), site=api, wire=wire, gate=self.watch, clock=NOON.timestamp
        )

    def fault(self, fault: str, on: str) -> None:
        more = {"seconds": 1.2} if fault == "slow" else {}
        self.simulator.fault(fault, on=on, times=1, retry_after=RETRY_AFTER, source=self._source, **more)

    def _provider(self, name: str, pool: Pool) -> Provider:
        site, gate, clock = LoopbackSite(self.simulator.url), self.watch, NOON.timestamp
        wire = CurlWire(timeout=PATIENCE) if name == "web over curl" else HttpxWire.over(timeout=PATIENCE)
        if name == "vendor":
            folders = {ScrapeCreators.host: "/vendor/scrapecreators"}
            vendors = LoopbackSite(self.simulator.url, is_host=folders.__contains__, folders=folders)
            return VendorProvider(ScrapeCreators(), "key", site=vendors, wire=wire, gate=gate, clock=clock)
        if name == "ytdlp":
            return YtdlpProvider(site=site, wire=wire, gate=gate, clock=clock, pool=pool)
        if name == "oembed":
            return OembedProvider(site=site, wire=wire, gate=gate, clock=clock)
        if name == "simulator":
            return SimulatorProvider(self.simulator.url, wire=wire, gate=gate, clock=clock)
        return WebProvider(site=site, wire=wire, gate=gate, clock=clock)

    def _public(self, url: str) -> str:
        return url.replace(self.simulator.url, "https://www.tiktok.com")


class HandWritten(Harness):
    """Twenty posts, one of them pinned, in hand-written pages on the loopback server."""

    private_handle = "locked.demo"
    account_link = "https://www.tiktok.com/t/ZTaccount/"
    post_link = "https://www.tiktok.com/t/ZTpost/"

    def __init__(self, name: str, server: Any, shapes: Any, rerouted: HttpxWire) -> None:
        self.watch = Watch()
        self.account = AccountRef(shapes.handle, shapes.account_id, shapes.sec_uid)
        self._server = server
        self._shapes = shapes
        self._faults: dict[str, str] = {}
        self._items = [self._item(number) for number in range(20)]
        self.photo_id = self.linked_post_id = int(self._items[4]["id"])
        self._serve()
        self.provider = self._provider(name, server, rerouted)

    def fault(self, fault: str, on: str) -> None:
        self._faults[on] = fault

    def _provider(self, name: str, server: Any, rerouted: HttpxWire) -> Provider:
        if name == "web, hand-written":
            return WebProvider(wire=rerouted, gate=self.watch)
        return SimulatorProvider(server.base_url, wire=HttpxWire.over(timeout=PATIENCE), gate=self.watch)

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
                time.sleep(1.2)
        return None

    def _reply(self, body: bytes, status: int = 200, headers: dict[str, str] | None = None) -> Any:
        return self._server.reply_of(body, status, headers or {})
