"""Both ways in which bytes travel keep the same promises, tried against a socket that misbehaves on purpose."""

import gzip
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress

import httpx
import pytest

from scraping.outcomes import Outcome, ScrapeFailure
from scraping.providers.gate import OpenGate
from scraping.providers.http import wires as wires_module
from scraping.providers.http.site import LoopbackSite
from scraping.providers.http.transport import Transport
from scraping.providers.http.wires import (
    DIRECT,
    LARGEST_BODY,
    CurlWire,
    HttpxWire,
    Request,
    Wire,
    WireError,
    exit_names,
)

LONGEST = 0.6
MEGABYTE = 1024 * 1024


class Misbehaving:
    """A server on loopback that hands every connection to `behave`, which writes whatever it likes."""

    def __init__(self) -> None:
        self.behave: Callable[[socket.socket], None] = lambda connection: None
        self.sent = 0
        self.requests: list[bytes] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                threading.Thread(target=self._talk, args=(connection,), daemon=True).start()

    def _talk(self, connection: socket.socket) -> None:
        with connection, suppress(OSError):
            self.requests.append(connection.recv(65_536))
            self.behave(connection)

    def send(self, connection: socket.socket, data: bytes) -> None:
        connection.sendall(data)
        self.sent += len(data)

    def close(self) -> None:
        self._listener.close()


@pytest.fixture
def server() -> Iterator[Misbehaving]:
    running = Misbehaving()
    yield running
    running.close()


@pytest.fixture(params=["httpx", "curl_cffi"])
def wire(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Wire]:
    monkeypatch.setattr(wires_module, "LONGEST_ANSWER_SECONDS", LONGEST)
    made: Wire = HttpxWire.over() if request.param == "httpx" else CurlWire(timeout=LONGEST)
    yield made
    made.close()


def fetch(wire: Wire, server: Misbehaving) -> bytes:
    with wire.send(Request(httpx.URL(server.url + "/@demo"), {"Accept": "text/html"}), DIRECT) as received:
        return b"".join(received.pieces)


def test_an_answer_is_read_with_its_head(wire: Wire, server: Misbehaving) -> None:
    packed = gzip.compress(b"page")
    head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(packed)}\r\nContent-Encoding: gzip\r\nX-Kind: Page\r\n\r\n"
    server.behave = lambda connection: connection.sendall(head.encode() + packed)
    with wire.send(Request(httpx.URL(server.url + "/@demo?a=1"), {"Accept": "text/html"}), DIRECT) as received:
        assert (received.status, received.headers["x-kind"], b"".join(received.pieces)) == (200, "Page", b"page")
    assert server.requests[0].startswith(b"GET /@demo?a=1 HTTP/1.1")
    assert b"mozilla/5.0" in server.requests[0].lower()


def test_a_body_makes_it_a_post(wire: Wire, server: Misbehaving) -> None:
    server.behave = lambda connection: connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
    with wire.send(Request(httpx.URL(server.url), {}, b"a=1"), DIRECT) as received:
        assert list(received.pieces) == []
    assert server.requests[0].startswith(b"POST / ")


def test_a_head_that_drips_is_given_up(wire: Wire, server: Misbehaving) -> None:
    def drip(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nX-Long: ")
        while True:
            connection.sendall(b"x")
            time.sleep(0.05)

    server.behave = drip
    started = time.monotonic()
    with pytest.raises(WireError):
        fetch(wire, server)
    assert time.monotonic() - started < LONGEST + 1


def test_a_body_that_drips_is_given_up(wire: Wire, server: Misbehaving) -> None:
    def drip(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
        while True:
            connection.sendall(b"x")
            time.sleep(0.05)

    server.behave = drip
    started = time.monotonic()
    with pytest.raises(WireError):
        fetch(wire, server)
    assert time.monotonic() - started < LONGEST + 1


def test_a_connection_that_breaks_off_is_an_error(wire: Wire, server: Misbehaving) -> None:
    server.behave = lambda connection: connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf")
    with pytest.raises(WireError):
        fetch(wire, server)


def test_nobody_there_is_an_error(wire: Wire, server: Misbehaving) -> None:
    server.close()
    with pytest.raises(WireError), wire.send(Request(httpx.URL("http://127.0.0.1:1/"), {}), DIRECT):
        pass


def test_a_redirect_is_answered_and_not_followed(wire: Wire, server: Misbehaving) -> None:
    server.behave = lambda connection: connection.sendall(
        b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n"
    )
    with wire.send(Request(httpx.URL(server.url), {}), DIRECT) as received:
        assert (received.status, received.headers["location"]) == (302, "http://127.0.0.1:1/")
    assert len(server.requests) == 1


def test_a_page_of_fifty_megabytes_is_refused_while_it_streams(
    server: Misbehaving, request: pytest.FixtureRequest
) -> None:
    def pour(connection: socket.socket) -> None:
        server.send(connection, b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        for _ in range(50):
            server.send(connection, b"%x\r\n%s\r\n" % (MEGABYTE, b"x" * MEGABYTE))

    server.behave = pour
    for wire in (HttpxWire.over(), CurlWire()):
        server.sent = 0
        transport = Transport("simulator", wire, LoopbackSite(server.url), OpenGate(), time.time)
        with pytest.raises(ScrapeFailure) as refused:
            transport.read(httpx.URL("https://www.tiktok.com/@demo"), {}, bytes)
        transport.close()
        assert (refused.value.outcome, refused.value.path) == (Outcome.SCHEMA_CHANGED, "$")
        assert server.sent < LARGEST_BODY + 16 * MEGABYTE


def test_a_size_that_is_announced_is_refused_before_it_is_read(server: Misbehaving) -> None:
    server.behave = lambda connection: connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 52428800\r\n\r\nx")
    transport = Transport("simulator", HttpxWire.over(), LoopbackSite(server.url), OpenGate(), time.time)
    with pytest.raises(ScrapeFailure) as refused:
        transport.read(httpx.URL("https://www.tiktok.com/@demo"), {}, bytes)
    assert refused.value.outcome is Outcome.SCHEMA_CHANGED


def test_connections_are_kept_open_between_requests(wire: Wire, server: Misbehaving) -> None:
    def answer_all(connection: socket.socket) -> None:
        while True:
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
            if not connection.recv(65_536):
                return

    server.behave = answer_all
    assert [fetch(wire, server) for _ in range(3)] == [b"ok"] * 3
    assert len(server.requests) == 1


def test_a_request_goes_through_the_proxy_of_its_exit(server: Misbehaving) -> None:
    server.behave = lambda connection: connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\nproxied")
    proxy = server.url.replace("http://", "http://user:secret@")
    (name,) = exit_names((proxy,))
    for wire in (HttpxWire.over((proxy,)), CurlWire((proxy,))):
        with wire.send(Request(httpx.URL("http://shop.example.invalid/"), {}), name) as received:
            assert b"".join(received.pieces) == b"proxied"
        wire.close()
    assert all(seen.startswith(b"GET http://shop.example.invalid/ ") for seen in server.requests)


def test_exits_are_named_without_their_passwords() -> None:
    assert exit_names(()) == {DIRECT: None}
    proxies = ("http://user:secret@proxy.example:8080", "socks5://proxy.example:1080")
    names = exit_names(proxies)
    assert list(names) == ["proxy.example:8080", "proxy.example:1080"]
    assert tuple(names.values()) == proxies


def test_no_wire_takes_a_proxy_from_the_environment(
    wire: Wire, server: Misbehaving, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(variable, "http://127.0.0.1:1")
    server.behave = lambda connection: connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
    fresh: Wire = HttpxWire.over() if isinstance(wire, HttpxWire) else CurlWire()
    assert fetch(fresh, server) == b"ok"
    fresh.close()
