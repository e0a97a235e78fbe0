"""When a provider may send its next request is somebody else's decision."""

from collections.abc import Callable

# Called with the provider's name before each request; it may wait, or raise `ScrapeFailure` instead of waiting.
Pacer = Callable[[str], None]


def unpaced(provider: str) -> None:
    """The pacer that never waits."""
