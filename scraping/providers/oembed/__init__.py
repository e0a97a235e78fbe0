"""TikTok's oEmbed as a second opinion: is this address shown to strangers?"""

import time
from collections.abc import Callable

import httpx

from scraping.providers.gate import Gate, OpenGate
from scraping.providers.http.site import LiveTikTok, Site
from scraping.providers.http.transport import Answer, Transport, refuse_client_errors
from scraping.providers.http.wires import HttpxWire, Request, Wire
from scraping.providers.interface import Capability, Provider
from scraping.providers.values import parse_json
from scraping.providers.web.pages import refused_page
from scraping.providers.web.statuses import require_ok

ADDRESS = "https://www.tiktok.com/oembed"
_NOT_SHOWN = frozenset({400, 404, 410})


class OembedProvider(Provider):
    """Answers whether an account's or post's public address exists; knows no numbers."""

    name: str = "oembed"
    capabilities = frozenset({Capability.EXISTS})

    def __init__(
        self,
        *,
        site: Site | None = None,
        wire: Wire | None = None,
        gate: Gate | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._transport = Transport(
            self.name, wire or HttpxWire.over(), site or LiveTikTok(), gate or OpenGate(), clock
        )

    def exists(self, url: str) -> bool:
        """Whether strangers are shown this address. False: gone, private, or its owner does not allow embedding."""
        request = Request(httpx.URL(ADDRESS, params={"url": url}), {"Accept": "application/json"})
        return self._transport.ask(request, _is_shown)

    def close(self) -> None:
        """Give connections back."""
        self._transport.close()


def _is_shown(answer: Answer) -> bool:
    if answer.status in _NOT_SHOWN:
        return False
    body = refuse_client_errors(answer).body
    if body.lstrip()[:1] in {b"", b"<"}:
        raise refused_page(body.decode("utf-8", "replace"))
    said = parse_json(body, "").object()
    require_ok(said)
    said["html"].text()
    return True
