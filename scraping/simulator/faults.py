"""Faults on request: the answers that are not data, for all requests or some, for ever or a number of times."""

from dataclasses import dataclass
from enum import StrEnum
from random import Random


class Fault(StrEnum):
    """What goes wrong."""

    HTTP_429 = "http_429"
    HTTP_500 = "http_500"
    SLOW = "slow"
    EMPTY = "empty"
    CHALLENGE = "challenge"
    SCHEMA_DRIFT = "schema_drift"
    LOGIN_REDIRECT = "login_redirect"
    CAPTCHA = "captcha"
    BROKEN_OFF = "broken_off"
    HUGE = "huge"
    DRIP = "drip"
    QUOTA = "quota"
    NO_EXACT = "no_exact"
    NO_AUTHOR = "no_author"


class Target(StrEnum):
    """Which kind of request it goes wrong for."""

    PROFILE = "profile"
    LISTING = "listing"
    VIDEO = "video"
    COMMENTS = "comments"
    OEMBED = "oembed"
    OAUTH = "oauth"
    ALL = "*"


class Source(StrEnum):
    """Whose face is asked: TikTok's website (oEmbed included), a vendor's API, or TikTok's own API for developers."""

    WEB = "web"
    VENDOR = "vendor"
    OFFICIAL = "official"
    ALL = "*"


@dataclass(slots=True)
class PlannedFault:
    """One fault. `times`: how often it still strikes (None = until cleared); `share`: of the requests that it is meant
    for; `seconds`: how slow `slow` is."""

    fault: Fault
    target: Target = Target.ALL
    handle: str | None = None
    times: int | None = None
    retry_after: int = 30
    seconds: float = 30.0
    share: float = 1.0
    source: Source = Source.WEB

    def is_meant_for(self, source: Source, target: Target, handles: set[str]) -> bool:
        """Whether it is meant for a request of this kind about any of these handles."""
        kind = self.target in (Target.ALL, target) and self.source in (Source.ALL, source)
        return kind and (self.handle is None or self.handle in handles)


class Faults:
    """The faults planned at present, oldest first; the first that fits a request strikes."""

    def __init__(self) -> None:
        self._planned: list[PlannedFault] = []
        self._dice = Random(0)  # noqa: S311 - decides whom a fault strikes, guards nothing

    def plan(self, fault: PlannedFault) -> None:
        """Add one; `times` must be positive or None."""
        self._planned.append(fault)

    def clear(self) -> None:
        """Forget all of them."""
        self._planned.clear()

    def strike(self, source: Source, target: Target, handles: set[str]) -> PlannedFault | None:
        """The fault for this request, if any; one that is limited is used up by it."""
        meant = (fault for fault in self._planned if fault.is_meant_for(source, target, handles))
        fault = next((fault for fault in meant if fault.share >= 1 or self._dice.random() < fault.share), None)
        if fault and fault.times is not None:
            fault.times -= 1
            if fault.times <= 0:
                self._planned.remove(fault)
        return fault
