"""Where addresses are asked for: at their own hosts, or all of them at a simulator on this machine."""

from collections.abc import Callable, Mapping
from ipaddress import ip_address
from typing import Protocol

import httpx

from scraping.grammar import SHORT_HOSTS, is_tiktok_host

_TIKTOK = httpx.URL("https://www.tiktok.com")


class Site(Protocol):
    """Turns the addresses that a provider and its answers speak of into those a request is sent to, and back."""

    def permits(self, url: httpx.URL) -> bool:
        """Whether `url`, as its owner writes it, may be asked for at all."""
        ...

    def route(self, url: httpx.URL) -> httpx.URL:
        """Where a permitted address is really asked for."""
        ...

    def canonical(self, url: httpx.URL) -> httpx.URL:
        """The address as its owner would write it, of one that was met in an answer."""
        ...


class LiveSite:
    """The hosts themselves: https on the default port. A name cannot lead elsewhere: TLS checks it."""

    def __init__(self, is_host: Callable[[str], bool]) -> None:
        self._is_host = is_host

    def permits(self, url: httpx.URL) -> bool:
        return is_https_of(url, self._is_host)

    def route(self, url: httpx.URL) -> httpx.URL:
        return url

    def canonical(self, url: httpx.URL) -> httpx.URL:
        return url


class LiveTikTok(LiveSite):
    """TikTok itself."""

    def __init__(self) -> None:
        super().__init__(is_tiktok_host)


class LoopbackSite:
    """Addresses that a live site would permit, all asked for at one loopback server.

    TikTok's own keep their paths, short links are at `/t/CODE`; `folders` are the paths of other hosts. ValueError
    unless `base_url` is plain http on this machine.
    """

    def __init__(
        self,
        base_url: str,
        *,
        is_host: Callable[[str], bool] = is_tiktok_host,
        folders: Mapping[str, str] | None = None,
    ) -> None:
        base = httpx.URL(base_url)
        if base.scheme != "http" or not _is_loopback(base.host) or base.userinfo or base.path != "/":
            raise ValueError(f"The simulator must be at http://127.0.0.1:PORT, not at {base_url}")
        self._base = base
        self._is_host = is_host
        self._folders = {host: folder.encode() for host, folder in (folders or {}).items()}

    def permits(self, url: httpx.URL) -> bool:
        return is_https_of(url, self._is_host)

    def route(self, url: httpx.URL) -> httpx.URL:
        folder = b"/t" if url.host in SHORT_HOSTS else self._folders.get(url.host, b"")
        return self._base.copy_with(raw_path=folder + url.raw_path)

    def canonical(self, url: httpx.URL) -> httpx.URL:
        ours = (url.scheme, url.host, url.port) == (self._base.scheme, self._base.host, self._base.port)
        return _TIKTOK.copy_with(raw_path=url.raw_path) if ours else url


def is_https_of(url: httpx.URL, is_host: Callable[[str], bool]) -> bool:
    """Whether this is https on the default port of such a host, and nothing in disguise."""
    host = url.raw_host.decode("ascii")
    return url.scheme == "https" and url.port is None and not url.userinfo and is_host(host)


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
