"""How bytes travel: one request at a time, through a named exit, bounded in time from its first byte to its last.

A wire follows no redirect and knows no host; what may be asked for is decided before it.
"""

import ssl
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any, Protocol

import httpx

from scraping.providers.http.deadline import BoundedTransport

CONNECT_SECONDS = 5.0
READ_SECONDS = 15.0
# A server that sends a byte now and then never trips the timeouts above.
LONGEST_ANSWER_SECONDS = 30.0
LARGEST_BODY = 8 * 1024 * 1024
DIRECT = "direct"

BROWSER_HEADERS = {
    "User-Agent": (
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
        "Chrome/142.0.0.0 Safari/537.36"
    ),
    "Accept-Language": "en-US,en;q=0.9",
}


class WireError(Exception):
    """No answer, or only a part of one: the way there is broken, or it took too long."""


class TooLarge(WireError):
    """The answer is larger than any page that is meant for people."""


@dataclass(frozen=True, slots=True)
class Request:
    """What is sent. `body` makes it a POST."""

    url: httpx.URL
    headers: Mapping[str, str]
    body: bytes | None = None

    @property
    def method(self) -> str:
        return "GET" if self.body is None else "POST"


@dataclass(frozen=True, slots=True)
class Received:
    """The head of an answer (names of headers in lower case) and its body, unpacked, piece by piece."""

    status: int
    headers: Mapping[str, str]
    pieces: Iterator[bytes]


class Wire(Protocol):
    """Sends requests. `exits` are the names of its ways out, at least one."""

    exits: tuple[str, ...]

    def send(self, request: Request, exit: str) -> AbstractContextManager[Received]:
        """Send through an exit; the answer is given up when the context ends. Raises `WireError`, also while the
        pieces are read."""
        ...

    def close(self) -> None:
        """Give connections back."""
        ...


def exit_names(proxies: tuple[str, ...]) -> dict[str, str | None]:
    """Exits by name, with their proxies' addresses; without proxies the direct way out alone.

    A proxy is named by its host, never by the whole address, which may hold a password.
    """
    if not proxies:
        return {DIRECT: None}
    return {f"{httpx.URL(proxy).host}:{httpx.URL(proxy).port or 0}": proxy for proxy in proxies}


class HttpxWire:
    """httpx: HTTP/2 where the server speaks it, one pool of open connections per exit."""

    def __init__(self, clients: Mapping[str, httpx.Client]) -> None:
        self._clients = clients
        self.exits = tuple(clients)

    @classmethod
    def over(cls, proxies: tuple[str, ...] = (), *, timeout: float | None = None) -> "HttpxWire":
        """A wire through these proxies, or the direct one. `timeout`: seconds for connecting and for each read."""
        limits = httpx.Timeout(timeout or READ_SECONDS, connect=timeout or CONNECT_SECONDS)
        return cls({name: new_http_client(proxy, limits) for name, proxy in exit_names(proxies).items()})

    @contextmanager
    def send(self, request: Request, exit: str) -> Iterator[Received]:
        client = self._clients[exit]
        try:
            built = client.build_request(
                request.method, request.url, headers={**BROWSER_HEADERS, **request.headers}, content=request.body
            )
            response = client.send(built, stream=True, follow_redirects=False)
        except (httpx.RequestError, httpx.InvalidURL) as error:
            raise WireError(f"{type(error).__name__}: {error}") from error
        try:
            yield Received(response.status_code, _lower(response.headers.items()), _httpx_pieces(response))
        finally:
            response.close()

    def close(self) -> None:
        for client in self._clients.values():
            client.close()


def new_http_client(proxy: str | None = None, timeout: httpx.Timeout | None = None) -> httpx.Client:
    """A client that keeps connections open, speaks HTTP/2 and takes no proxy from the environment."""
    timeout = timeout or httpx.Timeout(READ_SECONDS, connect=CONNECT_SECONDS)
    transport = BoundedTransport(LONGEST_ANSWER_SECONDS, http2=True, proxy=proxy, verify=_trusted())
    return httpx.Client(transport=transport, timeout=timeout, trust_env=False)


@cache
def _trusted() -> ssl.SSLContext:
    """Whom TLS trusts; reading it takes longest of all that a client needs."""
    return httpx.create_ssl_context(trust_env=False)


def _httpx_pieces(response: httpx.Response) -> Iterator[bytes]:
    try:
        yield from response.iter_bytes()
    except httpx.RequestError as error:
        raise WireError(f"{type(error).__name__}: {error}") from error


class CurlWire:
    """curl_cffi: the TLS and HTTP/2 handshake of a browser, which some networks insist on."""

    def __init__(self, proxies: tuple[str, ...] = (), *, timeout: float = LONGEST_ANSWER_SECONDS) -> None:
        from curl_cffi import requests

        self._error = requests.exceptions.RequestException
        self._sessions: dict[str, Any] = {
            name: requests.Session(
                impersonate="chrome", proxy=proxy, trust_env=False, allow_redirects=False, timeout=timeout
            )
            for name, proxy in exit_names(proxies).items()
        }
        self.exits = tuple(self._sessions)

    @contextmanager
    def send(self, request: Request, exit: str) -> Iterator[Received]:
        # Not as a stream: there curl bounds the speed, not the time. The browser that is impersonated brings its own
        # User-Agent.
        body = _Bounded()
        try:
            response = self._sessions[exit].request(
                request.method,
                str(request.url),
                headers=dict(request.headers),
                data=request.body,
                content_callback=body.take,
            )
        except self._error as error:
            if body.is_full:
                raise TooLarge from error
            raise WireError(f"{type(error).__name__}: {error}") from error
        yield Received(response.status_code, _lower(response.headers.items()), iter(body.pieces))

    def close(self) -> None:
        for session in self._sessions.values():
            session.close()


class _Bounded:
    """A body as it arrives from curl, which is told to stop once it is larger than any page."""

    def __init__(self) -> None:
        self.pieces: list[bytes] = []
        self._room = LARGEST_BODY

    @property
    def is_full(self) -> bool:
        return self._room < 0

    def take(self, piece: bytes) -> int:
        """Curl's contract: the number of bytes taken, or a code that ends the transfer."""
        from curl_cffi.curl import CURL_WRITEFUNC_ERROR

        self._room -= len(piece)
        if self.is_full:
            return CURL_WRITEFUNC_ERROR
        self.pieces.append(piece)
        return len(piece)


WIRES: Mapping[str, Any] = {"httpx": HttpxWire.over, "curl_cffi": CurlWire}


def _lower(headers: Any) -> dict[str, str]:
    return {str(name).lower(): str(value) for name, value in headers}
