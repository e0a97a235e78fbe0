"""Where TikTok's addresses are asked for: at TikTok, and at nobody else."""

from typing import Protocol

import httpx

from scraping.grammar import is_tiktok_host


class Site(Protocol):
    """Turns the addresses that TikTok's pages speak of into those a request is sent to, and back."""

    def permits(self, url: httpx.URL) -> bool:
        """Whether `url`, as TikTok writes it, may be asked for at all."""
        ...

    def route(self, url: httpx.URL) -> httpx.URL:
        """Where a permitted address is really asked for."""
        ...

    def canonical(self, url: httpx.URL) -> httpx.URL:
        """The address as TikTok would write it, of one that was met in an answer."""
        ...


class LiveTikTok:
    """TikTok itself: https on the default port of its own hosts. A name cannot lead elsewhere: TLS checks it."""

    def permits(self, url: httpx.URL) -> bool:
        return is_tiktok_address(url)

    def route(self, url: httpx.URL) -> httpx.URL:
        return url

    def canonical(self, url: httpx.URL) -> httpx.URL:
        return url


def is_tiktok_address(url: httpx.URL) -> bool:
    """Whether this is https on the default port of one of TikTok's own hosts, and nothing in disguise."""
    host = url.raw_host.decode("ascii")
    return url.scheme == "https" and url.port is None and not url.userinfo and is_tiktok_host(host)
