"""Fetching a picture from one of TikTok's picture hosts, bounded in size and time; nobody else is ever asked."""

import re
from http import HTTPStatus
from typing import Protocol

import httpx

from scraping.providers.http.site import is_https_of
from scraping.providers.http.wires import Received, Request, Wire, WireError

LARGEST = 4 * 1024 * 1024
LONGEST_ADDRESS = 2_000
_HOST = re.compile(r"(?:[a-z0-9-]+\.)+(?:tiktokcdn(?:-[a-z]{2,3})?|ttwstatic|ibyteimg)\.com")
# Kinds that are read; a browser would be sent what is not.
_HEADERS = {"Accept": "image/webp,image/jpeg,image/png"}


class PictureRefused(Exception):
    """There is no picture to be had at the address; str() says why, for staff."""


class PictureSite(Protocol):
    """Says which addresses may be asked, and where they are asked for."""

    def permits(self, url: httpx.URL) -> bool:
        """Whether the address is one of a picture host's."""
        ...

    def route(self, url: httpx.URL) -> httpx.URL:
        """Where a permitted address is really asked for."""
        ...


class LivePictures:
    """TikTok's picture hosts: https on the default port. A name cannot lead elsewhere: TLS checks it."""

    def permits(self, url: httpx.URL) -> bool:
        return is_https_of(url, lambda host: _HOST.fullmatch(host) is not None)

    def route(self, url: httpx.URL) -> httpx.URL:
        return url


class SimulatedPictures:
    """The pictures of simulators on this machine, wherever they once ran, all asked for at the one at `base_url`."""

    def __init__(self, base_url: str) -> None:
        self._base = httpx.URL(base_url)

    def permits(self, url: httpx.URL) -> bool:
        is_simulator = (url.scheme, url.host) == (self._base.scheme, self._base.host)
        return is_simulator and url.path.startswith("/img/") and not url.userinfo

    def route(self, url: httpx.URL) -> httpx.URL:
        return self._base.copy_with(raw_path=url.raw_path)


class PictureFetcher:
    """Fetches single pictures. Redirects are not followed: picture hosts send none."""

    def __init__(self, wire: Wire, site: PictureSite) -> None:
        self._wire = wire
        self._site = site

    def permits(self, address: str) -> bool:
        """Whether the address may be asked at all."""
        try:
            return len(address) <= LONGEST_ADDRESS and self._site.permits(httpx.URL(address))
        except httpx.InvalidURL:
            return False

    def fetch(self, address: str) -> bytes:
        """The bytes at the address. Raises PictureRefused."""
        if not self.permits(address):
            raise PictureRefused("not on the list of picture hosts")
        try:
            url = self._site.route(httpx.URL(address))
            with self._wire.send(Request(url, _HEADERS), self._wire.exits[0]) as received:
                return _body(received)
        except WireError as error:
            raise PictureRefused(str(error)[:200]) from error

    def close(self) -> None:
        """Give connections back."""
        self._wire.close()


def _body(received: Received) -> bytes:
    if received.status != HTTPStatus.OK:
        raise PictureRefused(f"HTTP {received.status}")
    kind = received.headers.get("content-type", "")
    if not kind.startswith("image/"):
        raise PictureRefused(f"the answer is {kind[:60] or 'of no kind'}, not a picture")
    stated = received.headers.get("content-length", "")
    if stated.isascii() and stated.isdigit() and int(stated) > LARGEST:
        raise PictureRefused(f"{stated} bytes are too many")
    body = bytearray()
    for piece in received.pieces:
        body += piece
        if len(body) > LARGEST:
            raise PictureRefused(f"more than {LARGEST} bytes")
    return bytes(body)
