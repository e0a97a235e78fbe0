"""When a provider may send its next request, through which exit, and what it may spend, is somebody else's decision."""

from collections.abc import Sequence
from typing import Protocol

from scraping.outcomes import ScrapeFailure


class Gate(Protocol):
    """Stands before every request. An exit is a way out of the house: the direct one, or a proxy, by its name."""

    def enter(self, provider: str, exits: Sequence[str]) -> str:
        """Wait for a turn and say through which of `exits` to go. Raises `ScrapeFailure` instead of waiting long."""
        ...

    def report(self, provider: str, exit: str, failure: ScrapeFailure | None) -> None:
        """Say how a request through `exit` ended; None where it brought an answer to read."""
        ...

    def spend(self, provider: str, credits: int) -> None:
        """Take credits before a paid request. Raises `quota_exhausted` where the budget does not hold them."""
        ...


class OpenGate:
    """Lets everybody through at once, by the first exit."""

    def enter(self, provider: str, exits: Sequence[str]) -> str:
        return exits[0]

    def report(self, provider: str, exit: str, failure: ScrapeFailure | None) -> None:
        """Nobody listens."""

    def spend(self, provider: str, credits: int) -> None:
        """Nothing is counted."""
