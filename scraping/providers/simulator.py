"""The local simulator as a provider: the public website's client and parsers, spoken to on loopback only."""

import time
from collections.abc import Callable

from scraping.providers.gate import Gate
from scraping.providers.http.site import LoopbackSite
from scraping.providers.http.wires import Wire
from scraping.providers.web.client import WebProvider


class SimulatorProvider(WebProvider):
    """The simulator at `base_url`, which must be plain http on this machine: ValueError otherwise."""

    name: str = "simulator"

    def __init__(
        self,
        base_url: str,
        *,
        wire: Wire | None = None,
        gate: Gate | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        super().__init__(site=LoopbackSite(base_url), wire=wire, gate=gate, clock=clock)
