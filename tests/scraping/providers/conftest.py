"""Hand-written pages in TikTok's shapes, and a loopback server that serves them over real HTTP."""

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from scraping.providers.http.wires import HttpxWire
from scraping.simulator.process import SimulatorProcess
from tests.scraping.providers.harness import SharedPool

ACCOUNT_ID = 7000000000000000001
SEC_UID = "MS4wLjABAAAA" + "demo" * 16
HANDLE = "demo.creator"
POST_ID = 7100000000000000001

CHALLENGE = (
    b'<!DOCTYPE html><html><body>Please wait...<p id="wci" class="_wafchallengeid"></p>'
    b'<p id="cs" class="eyJ2Ijp7fX0"></p></body></html>'
)


class Shapes:
    """Builders of the shapes that TikTok answers with; keyword arguments replace members, None removes them."""

    account_id = ACCOUNT_ID
    sec_uid = SEC_UID
    handle = HANDLE
    post_id = POST_ID
    challenge = CHALLENGE

    @staticmethod
    def page(data: Any, script: str = "__UNIVERSAL_DATA_FOR_REHYDRATION__") -> bytes:
        """An HTML page that carries `data` in the script of that id."""
        text = data if isinstance(data, str) else json.dumps(data, ensure_ascii=False)
        return (
            '<!DOCTYPE html><html><head><script id="api-domains" type="application/json">{"a":1}</script></head>'
            f'<body><script id="{script}" type="application/json">{text}</script>'
            "<script>var x = 1</script></body></html>"
        ).encode("utf-8", "surrogatepass")

    def scope(self, name: str, detail: Any) -> bytes:
        return self.page({"__DEFAULT_SCOPE__": {"webapp.app-context": {"language": "en"}, name: detail}})

    def user(self, **changes: Any) -> dict[str, Any]:
        user = {
            "id": str(ACCOUNT_ID),
            "uniqueId": HANDLE,
            "nickname": "Demo Creator",
            "secUid": SEC_UID,
            "signature": "Cooking on two hobs",
            "avatarLarger": "https://cdn.example.invalid/avatar-large.jpeg",
            "avatarThumb": "https://cdn.example.invalid/avatar-small.jpeg",
            "verified": True,
            "privateAccount": False,
        }
        return _changed(user, changes)

    @staticmethod
    def stats(**changes: Any) -> dict[str, Any]:
        """Rounded profile numbers."""
        stats = {
            "followerCount": 38_500,
            "followingCount": 24,
            "heart": 593_000,
            "heartCount": 593_000,
            "videoCount": 927,
            "diggCount": 0,
        }
        return _changed(stats, changes)

    @staticmethod
    def stats_v2(**changes: Any) -> dict[str, Any]:
        """Exact profile numbers."""
        stats = {"followerCount": "38490", "followingCount": "24", "heartCount": "593024", "videoCount": "927"}
        return _changed(stats, changes)

    def user_detail(self, **changes: Any) -> dict[str, Any]:
        info = {"user": self.user(), "stats": self.stats(), "statsV2": self.stats_v2(), "itemList": []}
        return {"statusCode": 0, "statusMsg": "", "userInfo": _changed(info, changes)}

    def profile_page(self, **changes: Any) -> bytes:
        return self.scope("webapp.user-detail", self.user_detail(**changes))

    @staticmethod
    def author(**changes: Any) -> dict[str, Any]:
        author = {"id": str(ACCOUNT_ID), "uniqueId": HANDLE, "secUid": SEC_UID, "nickname": "Demo Creator"}
        return _changed(author, changes)

    def item(self, **changes: Any) -> dict[str, Any]:
        """A post as listings and pages show it; its id fits its time, 2022-05-22."""
        item = {
            "id": str(POST_ID),
            "desc": "Soup in five minutes #soup",
            "createTime": 1653100000,
            "author": self.author(),
            "stats": {
                "playCount": 38_900,
                "diggCount": 4_100,
                "commentCount": 57,
                "shareCount": 9,
                "collectCount": 120,
            },
            "video": {"id": str(POST_ID), "duration": 34, "cover": "https://cdn.example.invalid/cover.jpeg"},
            "music": {"id": "7000000000000000009", "title": "original sound", "authorName": "Demo", "original": True},
            "challenges": [{"id": "1", "title": "soup"}],
            "textExtra": [{"hashtagName": "Soup"}, {"hashtagName": "", "userUniqueId": "somebody"}],
        }
        return _changed(item, changes)

    def video_detail(self, **changes: Any) -> dict[str, Any]:
        return {"statusCode": 0, "statusMsg": "", "itemInfo": {"itemStruct": self.item(**changes)}}

    def video_page(self, **changes: Any) -> bytes:
        return self.scope("webapp.video-detail", self.video_detail(**changes))

    def listing(self, *items: dict[str, Any], **changes: Any) -> bytes:
        answer = {"itemList": list(items), "hasMorePrevious": True, "statusCode": 0, "statusMsg": ""}
        return json.dumps(_changed(answer, changes)).encode()


def _changed(shape: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in {**shape, **changes}.items() if value is not None}


@pytest.fixture(scope="session")
def shapes() -> Shapes:
    return Shapes()


@dataclass(frozen=True)
class Reply:
    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Seen:
    """One request as it arrived; `query` holds the last value of each parameter."""

    host: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    connection: tuple[str, int]


class LoopbackServer:
    """Answers by path and remembers what it was asked; unknown paths get 404."""

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url
        self.replies: dict[str, Reply | Callable[[Seen], Reply]] = {}
        self.seen: list[Seen] = []

    @staticmethod
    def reply_of(body: bytes, status: int, headers: dict[str, str]) -> Reply:
        return Reply(body, status, headers)

    def answer(self, path: str, body: bytes = b"", status: int = 200, **headers: str) -> None:
        """Serve this at `path` from now on; `Retry_After="5"` is the header Retry-After."""
        self.replies[path] = Reply(body, status, {name.replace("_", "-"): value for name, value in headers.items()})

    def redirect(self, path: str, location: str) -> None:
        self.answer(path, status=302, Location=location)

    def reply(self, seen: Seen) -> Reply:
        self.seen.append(seen)
        reply = self.replies.get(seen.path, Reply(b"no such page", 404))
        return reply(seen) if callable(reply) else reply


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of clients that gave up, as those of slow answers do."""


@pytest.fixture
def server() -> Iterator[LoopbackServer]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            query = {name: values[-1] for name, values in parse_qs(parts.query, keep_blank_values=True).items()}
            seen = Seen(self.headers["Host"], parts.path, query, dict(self.headers.items()), self.client_address)
            reply = loopback.reply(seen)
            self.send_response(reply.status)
            for name, value in {"Content-Length": str(len(reply.body)), **reply.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(reply.body)

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing between the tests."""

    httpd = Server(("127.0.0.1", 0), Handler)
    loopback = LoopbackServer(f"http://127.0.0.1:{httpd.server_port}")
    thread = threading.Thread(target=httpd.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield loopback
    httpd.shutdown()
    httpd.server_close()
    thread.join()


class Rerouted(httpx.BaseTransport):
    """Carries what a client sends to https://…tiktok.com to the loopback server, with the Host header it had."""

    def __init__(self, base_url: str) -> None:
        self._base = httpx.URL(base_url)
        self._inner = httpx.HTTPTransport()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        assert request.url.scheme == "https"
        url = self._base.copy_with(raw_path=request.url.raw_path)
        return self._inner.handle_request(
            httpx.Request(request.method, url, headers=request.headers, extensions=request.extensions)
        )

    def close(self) -> None:
        self._inner.close()


@pytest.fixture
def rerouted(server: LoopbackServer) -> Iterator[HttpxWire]:
    """A wire for providers of live sites; it gives up after half a second, as tests of slow servers need."""
    wire = HttpxWire({"direct": httpx.Client(transport=Rerouted(server.base_url), timeout=0.5)})
    yield wire
    wire.close()


@pytest.fixture(scope="session")
def running() -> Iterator[SimulatorProcess]:
    with SimulatorProcess() as simulator:
        yield simulator


@pytest.fixture(scope="session")
def pool() -> Iterator[SharedPool]:
    shared = SharedPool()
    yield shared
    shared.end()
