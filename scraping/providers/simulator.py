"""The local simulator as a provider: the public website's client and parsers, spoken to on loopback only."""

import time
from collections.abc import Callable
from ipaddress import ip_address

import httpx

from scraping.grammar import SHORT_HOSTS
from scraping.providers.pacing import Pacer, unpaced
from scraping.providers.web.client import WebProvider
from scraping.providers.web.site import is_tiktok_address
from scraping.providers.web.transport import new_http_client

_TIKTOK = httpx.URL("https://www.tiktok.com")


class SimulatorProvider(WebProvider):
    """The simulator at `base_url`, which must be plain http on this machine: ValueError otherwise."""

    name: str = "simulator"

    def __init__(
        self,
        base_url: str,
        *,
        client: httpx.Client | None = None,
        pacer: Pacer = unpaced,
        clock: Callable[[], float] = time.time,
    ) -> None:
        site = LoopbackSite(base_url)
        # A proxy from the environment would carry loopback requests away.
        super().__init__(site=site, client=client or new_http_client(trust_env=False), pacer=pacer, clock=clock)


class LoopbackSite:
    """TikTok's addresses, all asked for at one loopback server; short links at its `/t/CODE`."""

    def __init__(self, base_url: str) -> None:
        base = httpx.URL(base_url)
        if base.scheme != "http" or not _is_loopback(base.host) or base.userinfo or base.path != "/":
            raise ValueError(f"The simulator must be at http://127.0.0.1:PORT, not at {base_url}")
        self._base = base

    def permits(self, url: httpx.URL) -> bool:
        return is_tiktok_address(url)

    def route(self, url: httpx.URL) -> httpx.URL:
        path = url.raw_path
        if url.host in SHORT_HOSTS:
            path = b"/t" + path
        return self._base.copy_with(raw_path=path)

    def canonical(self, url: httpx.URL) -> httpx.URL:
        ours = (url.scheme, url.host, url.port) == (self._base.scheme, self._base.host, self._base.port)
        return _TIKTOK.copy_with(raw_path=url.raw_path) if ours else url


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
